/** What COMMAND DOCS tells of the commands for the server itself. */

/** One record a command, as `../documentation.ts` reads them. */
export const serverDocs = `
BGREWRITEAOF
  Write the append-only file anew, as short as it can be, in the background.
  cost O(1)
BGSAVE: [SCHEDULE@3.2.2]
  Write the data to disk in the background.
  cost O(1)
  3.2.2 SCHEDULE
COMMAND
  Describe all commands.
  cost O(N) for N commands of the server
COMMAND COUNT
  Count the commands.
  cost O(1)
COMMAND DOCS: [command-name+]
  Tell what commands are for, how old they are, and which arguments they take.
  cost O(N) for N commands asked for
COMMAND GETKEYS
  List the keys of a call.
  cost O(N) for a call of N words
COMMAND GETKEYSANDFLAGS
  List the keys of a call and what it does with them.
  cost O(N) for a call of N words
COMMAND HELP
  List the subcommands of COMMAND.
  cost O(1)
COMMAND INFO: [command-name+]
  Describe some commands, or all.
  cost O(N) for N commands asked for
  7.0.0 no names, for all commands
COMMAND LIST: [FILTERBY=filterby(MODULE=module-name | ACLCAT=category | PATTERN=pattern:pattern)]
  List the names of the commands.
  cost O(N) for N commands of the server
CONFIG
  Commands about the settings of the server.
  cost that of the subcommand
CONFIG GET: parameter{parameter}+
  Tell the settings whose names match patterns.
  cost O(N) for N patterns
  7.0.0 several patterns
CONFIG HELP
  List the subcommands of CONFIG.
  cost O(1)
CONFIG RESETSTAT
  Begin the statistics of INFO anew.
  cost O(1)
CONFIG REWRITE
  Write the settings as they are now into the configuration file.
  cost O(1)
CONFIG SET: parameter_value{parameter value}+
  Change settings while the server runs, all of them or none.
  cost O(N) for N settings
  7.0.0 several settings
DBSIZE
  Count the keys of this database.
  cost O(1)
DEBUG
  Commands for those who work on the server or test it.
  cost that of the subcommand
FAILOVER: [TO=target{host port:integer [FORCE]}] [ABORT] [TIMEOUT=milliseconds:integer]
  Change roles with a replica, once it has caught up.
  cost O(1)
FLUSHALL: [async(ASYNC@4.0.0 | SYNC@6.2.0)]
  Empty all databases.
  cost O(N) for N keys in all of them
  4.0.0 ASYNC
  6.2.0 SYNC
FLUSHDB: [async(ASYNC@4.0.0 | SYNC@6.2.0)]
  Empty this database.
  cost O(N) for N keys in it
  4.0.0 ASYNC
  6.2.0 SYNC
INFO: [section+]
  Report on the server, by sections.
  cost O(1)
  7.0.0 several sections
LASTSAVE
  Tell when the data was last written to disk, in seconds since 1970.
  cost O(1)
LOLWUT: [VERSION=version:integer]
  Draw a picture in characters, above the version of the server.
MONITOR
  Show each command that the server runs, as it comes.
PSYNC: replicationid offset:integer
  Ask a master for what has changed: for replicas.
REPLCONF
  Tell master or replica facts about the other side: for replication.
  cost O(1)
REPLICAOF: args(host-port{host port:integer} | no-one{NO ONE})
  Follow a master, or be one.
  cost O(1)
RESTORE-ASKING: key ttl:integer serialized-value [REPLACE@3.0.0] [ABSTTL@5.0.0] [IDLETIME=seconds:integer@5.0.0]
    [FREQ=frequency:integer@5.0.0]
  RESTORE for a slot on its way to this node: for MIGRATE in a cluster.
  cost O(1) to make the key and O(N*M) to read N parts of M bytes; of a short string O(1)+O(1*M), as good as O(1);
    of a sorted set O(N*M*log(N)), for each member takes O(log(N))
  3.0.0 REPLACE
  5.0.0 ABSTTL
  5.0.0 IDLETIME and FREQ
ROLE
  Tell whether this is a master or a replica, and of whom.
  cost O(1)
SAVE
  Write the data to disk while all clients wait.
  cost O(N) for N keys in all databases
SHUTDOWN: [nosave_save(NOSAVE|SAVE)] [NOW@7.0.0] [FORCE@7.0.0] [ABORT@7.0.0]
  End the server, after the data has been written to disk where that is due.
  cost O(N) for N keys when they are written, else O(1)
  7.0.0 NOW, FORCE and ABORT
SLAVEOF: args(host-port{host port:integer} | no-one{NO ONE})
  Follow a master, or be one: the old name of REPLICAOF.
  cost O(1)
  instead REPLICAOF
SWAPDB: index1:integer index2:integer
  Let two databases change places.
  cost O(N) for N clients that watch or wait for keys of the two
SYNC
  Ask a master for all of its data: for replicas.
TIME
  Tell the time, in seconds since 1970 and microseconds.
  cost O(1)
`;
