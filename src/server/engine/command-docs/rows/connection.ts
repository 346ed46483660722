/** What COMMAND DOCS tells of the commands for connections. */

/** One record a command, as `../documentation.ts` reads them. */
export const connectionDocs = `
AUTH: [username@6.0.0] password
  Log in, with a password alone or as a user.
  cost O(N) for N passwords of the user
  6.0.0 users
CLIENT
  Commands about connections.
  cost that of the subcommand
CLIENT CACHING: mode(YES|NO)
  Say of the next command whether the keys that it reads shall be tracked.
  cost O(1)
CLIENT GETNAME
  Tell the name of this connection.
  cost O(1)
CLIENT GETREDIR
  Tell the ID of the client that gets this one's tracking messages.
  cost O(1)
CLIENT HELP
  List the subcommands of CLIENT.
  cost O(1)
CLIENT ID
  Tell the ID of this connection.
  cost O(1)
CLIENT INFO
  Describe this connection as CLIENT LIST would.
  cost O(1)
CLIENT KILL: filter(ip:port!2.8.12 | new-format([ID=client-id:integer@2.8.12] |
    [TYPE=normal_master_slave_pubsub(NORMAL | MASTER@3.2.0 | SLAVE | REPLICA@5.0.0 | PUBSUB)@2.8.12] |
    [USER=username] | [ADDR=ip:port] | [LADDR=ip:port@6.2.0] | [SKIPME=yes/no])+)
  Close connections, by address or by what else tells them apart.
  cost O(N) for N connections
  2.8.12 filters by name
  2.8.12 ID
  3.2.0 TYPE master
  5.0.0 TYPE replica, of which slave is the old name
  6.2.0 LADDR
CLIENT LIST: [TYPE=normal_master_replica_pubsub(NORMAL|MASTER|REPLICA|PUBSUB)@5.0.0]
    [ID=id{client-id:integer+}@6.2.0]
  Describe all connections, or some.
  cost O(N) for N connections
  2.8.12 id in the reply
  5.0.0 TYPE
  6.0.0 user in the reply
  6.2.0 ID; argv-mem, tot-mem, laddr and redir in the reply
  7.0.0 resp, multi-mem, rbs and rbp in the reply
  7.0.3 ssub in the reply
CLIENT NO-EVICT: enabled(ON|OFF)
  Keep this connection when memory for clients runs short.
  cost O(1)
CLIENT PAUSE: timeout:integer [mode(WRITE|ALL)@6.2.0]
  Hold back the commands of all clients for a time, or those that write.
  cost O(1)
  6.2.0 WRITE and ALL
CLIENT REPLY: on_off_skip(ON|OFF|SKIP)
  Say whether this connection wants replies.
  cost O(1)
CLIENT SETNAME: connection-name
  Give this connection a name.
  cost O(1)
CLIENT TRACKING: status(ON|OFF) [REDIRECT=client-id:integer] [PREFIX=prefix++] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]
  Have the server say when keys change that this client may keep a copy of.
  cost O(1) and more with some of the options
CLIENT TRACKINGINFO
  Tell how tracking is set for this connection.
  cost O(1)
CLIENT UNBLOCK: client-id:integer [timeout_error(TIMEOUT|ERROR)]
  End the waiting of another client in a blocking command.
  cost O(log N) for N connections
CLIENT UNPAUSE
  End what CLIENT PAUSE began.
  cost O(N) for N clients held back
ECHO: message
  Send a text back.
  cost O(1)
HELLO: [arguments{protover:integer [AUTH=username_password{username password}] [SETNAME=clientname]}]
  Begin a session: protocol, user and name in one call, answered by facts about the server.
  cost O(1)
  6.2.0 no version of the protocol, to ask alone
PING: [message]
  Ask whether the server answers.
  cost O(1)
QUIT
  Answer OK and end the connection.
  cost O(1)
RESET
  Bring the connection back to the state in which it began.
  cost O(1)
SELECT: index:integer
  Use the database of that number.
  cost O(1)
`;
