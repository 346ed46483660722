/** Clock and seed: with both settled, a server answers the same every time. */
import { afterEach, expect, it } from "vitest";
import { MiniServer } from "../../src/server/index.js";
import { inProcessClient } from "../tools/in-process-client.js";

const servers: MiniServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const members = Array.from({ length: 200 }, (_, i) => `member:${i}`);
const pairs = members.flatMap((member, i) => [`${i}`, member]);

/** Replies to everything that is left to chance, and to what tells the time. */
async function chance(seed: number): Promise<string[]> {
  const server = await MiniServer.start({ listen: false, seed });
  servers.push(server);
  server.clock.freeze(1_700_000_000_000);
  const { send } = inProcessClient(server);
  await send("SADD", "set", ...members);
  await send("ZADD", "zset", ...pairs);
  await send("HSET", "hash", ...pairs);
  for (const member of members) await send("SET", member, "1", "EX", "100");
  return [
    await send("RANDOMKEY"),
    await send("SRANDMEMBER", "set"),
    await send("SRANDMEMBER", "set", "5"),
    await send("SRANDMEMBER", "set", "-5"),
    await send("SPOP", "set", "5"),
    await send("ZRANDMEMBER", "zset", "5", "WITHSCORES"),
    await send("HRANDFIELD", "hash", "-5", "WITHVALUES"),
    await send("ACL", "GENPASS"),
    (await send("INFO", "server")).replace(/^[\s\S]*run_id:(\w+)[\s\S]*$/, "$1"),
    await send("XADD", "stream", "*", "f", "v"),
    await send("TIME"),
  ];
}

it("every random reply follows the seed, and every time the clock", async () => {
  const first = await chance(7);
  expect(await chance(7)).toEqual(first);
  const other = await chance(8);
  const timeAlone = ["$15\r\n1700000000000-0\r\n", "*2\r\n$10\r\n1700000000\r\n$1\r\n0\r\n"];
  expect(first.slice(-2)).toEqual(timeAlone);
  for (const [i, reply] of other.slice(0, -2).entries()) expect(reply, `${i}`).not.toBe(first[i]);
});

it("the clock takes no time that is none", async () => {
  const server = await MiniServer.start({ listen: false });
  servers.push(server);
  for (const at of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => server.clock.freeze(at)).toThrow(RangeError);
    expect(() => server.clock.advance(at)).toThrow(RangeError);
  }
  expect(server.clock.frozen).toBe(false);
});
