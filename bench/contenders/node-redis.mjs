/** node-redis as it comes: each command has a timer and an abort signal. */
import { createClient } from "redis";

export async function connect({ port }, options = {}) {
  const client = createClient({ socket: { host: "127.0.0.1", port }, ...options });
  // Without a listener an "error" event would end the process before the rejection is seen.
  client.on("error", () => {});
  await client.connect();
  return {
    get: (key) => client.get(key),
    lrange: (key) => client.lRange(key, 0, -1),
    hgetall: (key) => client.hGetAll(key),
    pipeline(key, count) {
      const multi = client.multi();
      for (let i = 0; i < count; i++) multi.get(key);
      return multi.execAsPipeline();
    },
    subscribe: (channel, onMessage) => client.subscribe(channel, onMessage),
  };
}
