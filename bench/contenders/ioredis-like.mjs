/** iovalkey is a fork of ioredis and has its API. */
export async function connectLike(Client, options) {
  const client = new Client({ host: "127.0.0.1", ...options });
  await new Promise((resolve, reject) => client.once("ready", resolve).once("error", reject));
  return {
    get: (key) => client.get(key),
    lrange: (key) => client.lrange(key, 0, -1),
    hgetall: (key) => client.hgetall(key),
    pipeline(key, count) {
      const pipeline = client.pipeline();
      for (let i = 0; i < count; i++) pipeline.get(key);
      return pipeline.exec();
    },
    async subscribe(channel, onMessage) {
      client.on("message", (_channel, text) => onMessage(text));
      await client.subscribe(channel);
    },
  };
}
