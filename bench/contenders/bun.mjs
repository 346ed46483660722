/** Bun's built-in client, native code; runs under Bun only. It gathers the commands of a tick and has no pipeline API. */
import { RedisClient } from "bun";

export async function connect({ port }) {
  const client = new RedisClient(`redis://127.0.0.1:${port}`);
  await client.connect();
  return {
    get: (key) => client.get(key),
    lrange: (key) => client.lrange(key, 0, -1),
    hgetall: (key) => client.hgetall(key),
    subscribe: (channel, onMessage) => client.subscribe(channel, onMessage),
  };
}
