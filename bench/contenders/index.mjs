/**
 * Who takes part. A contender's module exports `connect({ port })`, which resolves, once the client
 * is ready, to an object with
 *
 * - `get(key)`, `lrange(key)` (all of it), `hgetall(key)`: promises of the reply;
 * - `pipeline(key, count)`: `count` GETs by the client's own pipeline API (absent where it has none);
 * - `subscribe(channel, onMessage)`: calls `onMessage(text)` for each message.
 *
 * The wrappers add one call and nothing else: whatever a client's API costs is the client's.
 */

/** `resplendent`, the peers on Node that it is compared with, and the two that mark the limits. */
export const CONTENDERS = [
  { name: "resplendent", kind: "self" },
  { name: "ioredis", kind: "peer", package: "ioredis" },
  { name: "ioredis-auto", kind: "peer", title: "ioredis, enableAutoPipelining" },
  { name: "iovalkey", kind: "peer", package: "iovalkey" },
  { name: "node-redis", kind: "peer", package: "redis" },
  { name: "node-redis-no-timeout", kind: "peer", title: "node-redis, no command timeout" },
  { name: "bun", kind: "native", runtime: "bun", package: "bun", title: "Bun's own client" },
  { name: "floor", kind: "floor", title: "floor: a bare socket" },
];

/** The names of the contenders of `kind`. */
export function namesOf(kind) {
  return CONTENDERS.filter((contender) => contender.kind === kind).map(({ name }) => name);
}

/** What a reader sees in place of `name`. */
export function titleOf(name) {
  return CONTENDERS.find((contender) => contender.name === name)?.title ?? name;
}
