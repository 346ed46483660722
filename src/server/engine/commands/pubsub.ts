/** Publish and subscribe. */
import { ErrorReply, PushReply, Replies, type ReplyValue } from "../../../protocol/reply.js";
import { globMatches } from "../glob.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import type { Session } from "../session.js";
import { subcommandSyntax } from "../texts.js";

/** One kind of subscription: how to begin and end it, and the words of its confirmations. */
interface Kind {
  readonly subscribed: string;
  readonly unsubscribed: string;
  readonly begin: (session: Session, name: string) => boolean;
  readonly end: (session: Session, name: string) => boolean;
  readonly names: (session: Session) => Iterable<string>;
  readonly count: (session: Session) => number;
}

const CHANNELS: Kind = {
  subscribed: "subscribe",
  unsubscribed: "unsubscribe",
  begin: (session, name) => session.engine.channels.subscribe(session, name),
  end: (session, name) => session.engine.channels.unsubscribe(session, name),
  names: (session) => session.channels ?? [],
  count: (session) => session.subscriptionCount,
};

const PATTERNS: Kind = {
  subscribed: "psubscribe",
  unsubscribed: "punsubscribe",
  begin: (session, name) => session.engine.channels.subscribePattern(session, name),
  end: (session, name) => session.engine.channels.unsubscribePattern(session, name),
  names: (session) => session.patterns ?? [],
  count: (session) => session.subscriptionCount,
};

const SHARD_CHANNELS: Kind = {
  subscribed: "ssubscribe",
  unsubscribed: "sunsubscribe",
  begin: (session, name) => session.engine.channels.subscribeShard(session, name),
  end: (session, name) => session.engine.channels.unsubscribeShard(session, name),
  names: (session) => session.shardChannels ?? [],
  count: (session) => session.shardSubscriptionCount,
};

function subscribe(session: Session, args: Args, kind: Kind): ReplyValue {
  const confirmations: ReplyValue[] = [];
  for (let i = 1; i < args.length; i++) {
    kind.begin(session, args[i]);
    confirmations.push(new PushReply([kind.subscribed, args[i], kind.count(session)]));
  }
  return new Replies(confirmations);
}

function unsubscribe(session: Session, args: Args, kind: Kind): ReplyValue {
  const names = args.length > 1 ? args.slice(1) : [...kind.names(session)];
  // There is always a confirmation, even when there was no subscription.
  if (names.length === 0) return new PushReply([kind.unsubscribed, null, kind.count(session)]);
  return new Replies(
    names.map((name) => {
      kind.end(session, name);
      return new PushReply([kind.unsubscribed, name, kind.count(session)]);
    }),
  );
}

function listed(registry: ReadonlyMap<string, unknown>, args: Args): ReplyValue {
  if (args.length > 3) throw new ErrorReply(subcommandSyntax(args[1], "PUBSUB"));
  const names = [...registry.keys()];
  return args.length === 2 ? names : names.filter((name) => globMatches(args[2], name));
}

function counted(registry: ReadonlyMap<string, ReadonlySet<Session>>, args: Args): ReplyValue {
  return args.slice(2).flatMap((name) => [name, registry.get(name)?.size ?? 0]);
}

function publish({ engine }: Session, args: Args): number {
  engine.propagation?.asMessage();
  return engine.channels.publish(args[1], args[2]);
}

function publishShard({ engine }: Session, args: Args): number {
  engine.propagation?.asMessage();
  return engine.channels.publishShard(args[1], args[2]);
}

const HELP = [
  "CHANNELS [<pattern>]",
  "    List the channels that have subscribers, or those matching <pattern>.",
  "NUMPAT",
  "    Count the patterns subscribed to.",
  "NUMSUB [<channel> ...]",
  "    Count the subscribers of each channel; patterns are left out.",
  "SHARDCHANNELS [<pattern>]",
  "    The same as CHANNELS for sharded channels.",
  "SHARDNUMSUB [<channel> ...]",
  "    The same as NUMSUB for sharded channels.",
];

export const pubsubHandlers: Handlers = {
  SUBSCRIBE: (session, args) => subscribe(session, args, CHANNELS),
  UNSUBSCRIBE: (session, args) => unsubscribe(session, args, CHANNELS),
  PSUBSCRIBE: (session, args) => subscribe(session, args, PATTERNS),
  PUNSUBSCRIBE: (session, args) => unsubscribe(session, args, PATTERNS),
  SSUBSCRIBE: (session, args) => subscribe(session, args, SHARD_CHANNELS),
  SUNSUBSCRIBE: (session, args) => unsubscribe(session, args, SHARD_CHANNELS),
  PUBLISH: publish,
  SPUBLISH: publishShard,
  "PUBSUB CHANNELS": (session, args) => listed(session.engine.channels.channels, args),
  "PUBSUB SHARDCHANNELS": (session, args) => listed(session.engine.channels.shardChannels, args),
  "PUBSUB NUMSUB": (session, args) => counted(session.engine.channels.channels, args),
  "PUBSUB SHARDNUMSUB": (session, args) => counted(session.engine.channels.shardChannels, args),
  "PUBSUB NUMPAT": (session) => session.engine.channels.patterns.size,
  "PUBSUB HELP": () => helpReply("PUBSUB", HELP),
};
