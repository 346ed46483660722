/**
 * The letters of `notify-keyspace-events`: which class of events the server must be told to publish for
 * each event.
 * @see https://redis.io/docs/latest/develop/pubsub/keyspace-notifications/
 */

/** What the letter `A` stands for: all classes but `m` and `n`, which are asked for by name. */
const ALL = "g$lshzxetd";

/** Events by the letter of their class. */
const EVENTS = {
  g: "del expire rename_from rename_to move_from move_to copy_to persist restore",
  $: "set setrange incrby incrbyfloat append",
  l: "lpush rpush lpop rpop linsert lset lrem ltrim sortstore",
  s: "sadd srem spop sinterstore sunionstore sdiffstore",
  h: "hset hincrby hincrbyfloat hdel hexpire hexpired hpersist hdelex",
  z: "zadd zincr zrem zremrangebyscore zremrangebyrank zremrangebylex zdiffstore zinterstore zunionstore zrangestore geosearchstore georadiusstore",
  t: "xadd xtrim xdel xsetid xgroup-create xgroup-createconsumer xgroup-delconsumer xgroup-destroy xgroup-setid xclaim xautoclaim",
  x: "expired",
  e: "evicted",
  m: "keymiss",
  n: "new",
} as const;

type Words<T extends string> = T extends `${infer Head} ${infer Rest}` ? Head | Words<Rest> : T;

/** The events that Redis itself reports. */
export type KnownKeyspaceEvent = Words<(typeof EVENTS)[keyof typeof EVENTS]>;

let letters: Map<string, string> | undefined;

/** The class of an event; undefined for one that Redis does not know. */
function classOf(event: string): string | undefined {
  letters ??= new Map(
    Object.entries(EVENTS).flatMap(([letter, events]) => events.split(" ").map((name) => [name, letter])),
  );
  return letters.get(event);
}

/** Every letter that the setting of a server stands for. */
export function lettersIn(setting: string): Set<string> {
  return new Set(setting.replace("A", ALL));
}

/**
 * The classes that must be on for `events` to be published; `undefined` asks for all but `m` and `n`.
 * An event that Redis does not know (a module's) is in class `d`.
 */
export function classesOf(events: readonly string[] | undefined): Set<string> {
  if (events === undefined) return new Set(ALL);
  return new Set(events.map((event) => classOf(event) ?? "d"));
}
