/** resplendent as it comes: RESP3, a deadline on every command. The built package, not the sources. */
const { Redis } = await import(
  new URL("index.js", process.env.BENCH_DIST ?? new URL("../../dist/", import.meta.url))
);

export async function connect({ port }) {
  const redis = new Redis({ host: "127.0.0.1", port });
  await redis.connect();
  return {
    get: (key) => redis.get(key),
    lrange: (key) => redis.lrange(key, 0, -1),
    hgetall: (key) => redis.hgetall(key),
    pipeline(key, count) {
      const pipeline = redis.pipeline();
      for (let i = 0; i < count; i++) pipeline.get(key);
      return pipeline.exec();
    },
    subscribe: (channel, onMessage) =>
      redis.pubsub().subscribe(channel, (message) => onMessage(message.data)),
  };
}
