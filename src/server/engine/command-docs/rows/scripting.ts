/** What COMMAND DOCS tells of the commands for scripts and functions. */

/** One record a command, as `../documentation.ts` reads them. */
export const scriptingDocs = `
EVAL: script numkeys:integer [key+] [arg+]
  Run a Lua script on the server.
  cost that of the script
EVALSHA: sha1 numkeys:integer [key+] [arg+]
  Run a Lua script that the server has in store, by its SHA-1.
  cost that of the script
EVALSHA_RO: sha1 numkeys:integer [key+] [arg+]
  Run a Lua script that the server has in store and that may not write, by its SHA-1.
  cost that of the script
EVAL_RO: script numkeys:integer [key+] [arg+]
  Run a Lua script that may not write.
  cost that of the script
FCALL: function numkeys:integer [key+] [arg+]
  Call a function of a library that FUNCTION LOAD brought.
  cost that of the function
FCALL_RO: function numkeys:integer [key+] [arg+]
  Call a function of a library that promises not to write.
  cost that of the function
FUNCTION
  Commands that manage libraries of functions.
  cost that of the subcommand
FUNCTION DELETE: library-name
  Remove a library with its functions.
  cost O(1)
FUNCTION DUMP
  Turn all libraries into bytes that FUNCTION RESTORE takes.
  cost O(N) for N functions
FUNCTION FLUSH: [async(ASYNC|SYNC)]
  Remove all libraries.
  cost O(N) for N functions
FUNCTION HELP
  List the subcommands of FUNCTION.
  cost O(1)
FUNCTION KILL
  Break off the function that runs, unless it has written.
  cost O(1)
FUNCTION LIST: [LIBRARYNAME=library-name-pattern] [WITHCODE]
  Describe the libraries and their functions.
  cost O(N) for N functions
FUNCTION LOAD: [REPLACE] function-code
  Load a library of functions from its source text.
  cost O(1) besides its compilation
FUNCTION RESTORE: serialized-value [policy(FLUSH|APPEND|REPLACE)]
  Load the libraries that FUNCTION DUMP wrote.
  cost O(N) for N functions
FUNCTION STATS
  Tell which function runs, and how many each engine has.
  cost O(1)
SCRIPT
  Commands that manage Lua scripts.
  cost that of the subcommand
SCRIPT DEBUG: mode(YES|SYNC|NO)
  Have the next scripts of this connection run in the debugger.
  cost O(1)
SCRIPT EXISTS: sha1+
  Ask whether the server has scripts in store, by their SHA-1.
  cost O(N) for N scripts, so O(1) for one
SCRIPT FLUSH: [async(ASYNC|SYNC)@6.2.0]
  Forget all scripts in store.
  cost O(N) for N scripts
  6.2.0 ASYNC and SYNC
SCRIPT HELP
  List the subcommands of SCRIPT.
  cost O(1)
SCRIPT KILL
  Break off the script that runs, unless it has written.
  cost O(1)
SCRIPT LOAD: script
  Put a script in store without running it, and return its SHA-1.
  cost O(N) for N bytes of source text
`;
