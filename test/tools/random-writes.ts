/** Writes chosen at random, for what is to hold the same data as their server: replicas and append-only files. */

/** Pseudo-random numbers, the same every time. */
export function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Writes of all types. Those that choose, wait or measure time are the ones that a replica could not repeat. */
export function randomWrite(roll: (below: number) => number): string[] {
  const key = (type: string) => `${type}:${roll(5)}`;
  const n = () => String(roll(20));
  const writes: (() => string[])[] = [
    () => ["SET", key("s"), n(), ...(roll(2) ? ["PX", String(40 + roll(5000))] : [])],
    () => ["INCRBYFLOAT", key("s"), "0.1"],
    () => ["GETEX", key("s"), "EX", n()],
    () => ["APPEND", key("s"), "1"],
    () => ["SETRANGE", key("s"), n(), "9"],
    () => ["RPUSH", key("l"), n(), n(), n()],
    () => ["BLPOP", key("l"), key("l"), "0.001"],
    () => ["LMPOP", "2", key("l"), key("l"), "LEFT", "COUNT", n()],
    () => ["BLMOVE", key("l"), key("l"), "LEFT", "RIGHT", "0.001"],
    () => ["SADD", key("set"), n(), n(), n(), n()],
    () => ["SPOP", key("set"), n()],
    () => ["SPOP", key("set")],
    () => ["HSET", key("h"), n(), n()],
    () => ["HINCRBYFLOAT", key("h"), n(), "1.3"],
    () => ["HDEL", key("h"), n()],
    () => ["ZADD", key("z"), n(), n(), n(), n()],
    () => ["ZMPOP", "2", key("z"), key("z"), "MIN", "COUNT", n()],
    () => ["BZPOPMAX", key("z"), "0.001"],
    () => ["ZRANGESTORE", key("z"), key("z"), "0", n()],
    () => ["GEOADD", key("z"), n(), n(), n()],
    () => ["XADD", key("x"), "MAXLEN", "~", n(), "*", "f", n()],
    () => ["XGROUP", "CREATE", key("x"), "g", "0", "MKSTREAM"],
    () => ["XREADGROUP", "GROUP", "g", n(), "COUNT", "2", "STREAMS", key("x"), ">"],
    () => ["XREADGROUP", "GROUP", "g", n(), "NOACK", "STREAMS", key("x"), ">"],
    () => ["XAUTOCLAIM", key("x"), "g", n(), "0", "0"],
    () => ["XTRIM", key("x"), "MAXLEN", "~", n()],
    () => ["PFADD", key("p"), n(), n()],
    () => ["PFCOUNT", key("p")],
    () => ["SORT", key("l"), "ALPHA", "STORE", key("l")],
    () => ["RENAME", key("l"), key("l")],
    () => ["COPY", key("z"), key("z"), "REPLACE"],
    () => ["EXPIRE", key("h"), String(100 + roll(100)), "NX"],
    () => ["DEL", key("set")],
    () => ["SELECT", String(roll(3))],
    () => [
      "EVAL",
      "redis.call('set', KEYS[1], math.random()) return redis.call('incr', KEYS[2])",
      "2",
      key("s"),
      key("s"),
    ],
    () => ["BITFIELD", key("s"), "SET", "u8", n(), n()],
    () => ["FLUSHDB", ...(roll(10) ? ["no"] : [])],
    () => ["SWAPDB", "0", "1"],
  ];
  return writes[roll(writes.length)]();
}
