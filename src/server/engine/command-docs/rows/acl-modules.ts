/** What COMMAND DOCS tells of ACL and MODULE. */

/** One record a command, as `../documentation.ts` reads them. */
export const aclModulesDocs = `
ACL
  Commands about users and what they may do.
  cost that of the subcommand
ACL CAT: [categoryname]
  List the categories of commands, or the commands of one.
  cost O(1), for their number is fixed
ACL DELUSER: username+
  Remove users and end their connections.
  cost O(1) for a user as most are
ACL DRYRUN: username command [arg+]
  Ask whether a user might run a command, without running it.
  cost O(1)
ACL GENPASS: [bits:integer]
  Make up a password that nobody guesses.
  cost O(1)
ACL GETUSER: username
  Tell the rules of one user.
  cost O(N) for N passwords and rules of that user
  6.2.0 channels
  7.0.0 selectors; patterns of keys and channels as their rules are written
ACL HELP
  List the subcommands of ACL.
  cost O(1)
ACL LIST
  Write out all users as they stand in an ACL file.
  cost O(N) for N users
ACL LOAD
  Read the users from the ACL file again.
  cost O(N) for N users
ACL LOG: [operation(count:integer | RESET)]
  List what has been denied to users lately, or clear that list.
  cost O(N) for N entries listed
ACL SAVE
  Write the users to the ACL file.
  cost O(N) for N users
ACL SETUSER: username [rule+]
  Make a user, or change the rules of one.
  cost O(N) for N rules
  6.2.0 channels
  7.0.0 selectors and permissions by key
ACL USERS
  List the names of all users.
  cost O(N) for N users
ACL WHOAMI
  Tell as which user this connection is logged in.
  cost O(1)
MODULE
  Commands about modules.
  cost that of the subcommand
MODULE HELP
  List the subcommands of MODULE.
  cost O(1)
MODULE LIST
  Name the modules that are loaded.
  cost O(N) for N modules
MODULE LOAD: path [arg+]
  Load a module from a file.
  cost O(1)
MODULE LOADEX: path [CONFIG=configs{name value}++] [ARGS=args{arg}+]
  Load a module from a file, with settings of its own.
  cost O(1)
MODULE UNLOAD: name
  Remove a module.
  cost O(1)
`;
