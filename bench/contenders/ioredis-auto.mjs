/** ioredis that gathers the commands of a tick. Explicit pipelines do not change, so they are left out. */
import { Redis } from "ioredis";
import { connectLike } from "./ioredis-like.mjs";

export async function connect({ port }) {
  const { pipeline: _same, ...client } = await connectLike(Redis, { port, enableAutoPipelining: true });
  return client;
}
