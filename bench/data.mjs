/** What lies on the server before anything is measured, the same for all. */
import { connect, wireOf } from "./contenders/floor.mjs";

export const VALUE_KEY = "bench:value";
export const LIST_KEY = "bench:list";
export const HASH_KEY = "bench:hash";
export const BIG_KEY = "bench:big";
/** A key that the proxy does not answer. */
export const MUTE_KEY = "bench:mute";
export const CHANNEL = "bench:news";

export const VALUE = "abc";
export const LIST_LENGTH = 10_000;
export const FIELDS = 1_000;
export const BIG_LENGTH = 1_000_000;
/** 100 bytes of ASCII. */
export const MESSAGE = "message-".padEnd(100, "0123456789");

/** Fill the server at `port`. */
export async function seed(port) {
  const server = await connect({ port });
  const numbers = (count) => Array.from({ length: count }, (_, i) => String(i).padStart(6, "0"));
  const elements = numbers(LIST_LENGTH).map((n) => `item--${n}`);
  const fields = numbers(FIELDS).flatMap((n) => [`field-${n}`, `value-${n}`]);
  await server.send(wireOf("FLUSHALL"));
  await server.send(wireOf("SET", VALUE_KEY, VALUE));
  await server.send(wireOf("RPUSH", LIST_KEY, ...elements));
  await server.send(wireOf("HSET", HASH_KEY, ...fields));
  await server.send(wireOf("SET", BIG_KEY, "x".repeat(BIG_LENGTH)));
  server.close();
}
