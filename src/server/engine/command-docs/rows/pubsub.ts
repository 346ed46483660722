/** What COMMAND DOCS tells of the commands for messages. */

/** One record a command, as `../documentation.ts` reads them. */
export const pubsubDocs = `
PSUBSCRIBE: pattern{pattern:pattern}+
  Listen to all channels whose names match patterns.
  cost O(N) for N patterns that the client listens to already
PUBLISH: channel message
  Send a message to those who listen to a channel.
  cost O(N+M) for N listeners and M patterns of all clients
PUBSUB
  Commands that tell who listens to what.
  cost that of the subcommand
PUBSUB CHANNELS: [pattern:pattern]
  List the channels that somebody listens to.
  cost O(N) for N channels, as long as names and pattern are short
PUBSUB HELP
  List the subcommands of PUBSUB.
  cost O(1)
PUBSUB NUMPAT
  Count the different patterns that clients listen to.
  cost O(1)
PUBSUB NUMSUB: [channel+]
  Count the listeners of channels, those by pattern not included.
  cost O(N) for N channels asked for
PUBSUB SHARDCHANNELS: [pattern:pattern]
  List the shard channels that somebody listens to.
  cost O(N) for N shard channels, as long as names and pattern are short
PUBSUB SHARDNUMSUB: [shardchannel+]
  Count the listeners of shard channels.
  cost O(N) for N shard channels asked for
PUNSUBSCRIBE: [pattern:pattern+]
  Listen no longer to some patterns, or to none at all.
  cost O(N+M) for N patterns of this client and M of all clients
SPUBLISH: shardchannel message
  Send a message to those who listen to a shard channel.
  cost O(N) for N listeners
SSUBSCRIBE: shardchannel+
  Listen to shard channels, whose messages stay within one part of a cluster.
  cost O(N) for N shard channels
SUBSCRIBE: channel+
  Listen to channels.
  cost O(N) for N channels
SUNSUBSCRIBE: [shardchannel+]
  Listen no longer to some shard channels, or to none at all.
  cost O(N) for N clients that listen to one
UNSUBSCRIBE: [channel+]
  Listen no longer to some channels, or to none at all.
  cost O(N) for N clients that listen to one
`;
