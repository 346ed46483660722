/** The debugger of scripts: the same session on redis-server and on the mini server as a process. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needsRedis, redisAvailable, startRedis } from "../tools/redis-server.js";
import { startProcess } from "../tools/server-process.js";
import { type Node, RawClient, show } from "../tools/witness.js";

interface Place {
  readonly port: number;
  /** Resolves when the process has ended. */
  stop(): Promise<unknown>;
}

const starts: Record<string, () => Promise<Place>> = {
  "redis-server": () => startRedis(),
  "the mini server as a process": async () => {
    const server = await startProcess(["--port", "0"]);
    return { port: Number(new URL(server.url).port), stop: () => server.stop() };
  },
};

const SCRIPT = `local list = {1, 'two', {a = 1}}
local function double(n)
  local twice = n * 2
  return twice
end
local text = "a\\tb\\255"
redis.call('SET', KEYS[1], ARGV[1])
local got = redis.call('GET', KEYS[1])
redis.debug(list, got, nil, true, 1.5)
local many = redis.call('LRANGE', 'none', 0, -1)
redis.pcall('INCR', KEYS[1])
redis.pcall('NOSUCH')
redis.breakpoint()
local four = double(2)
local long = string.rep('x', 300)
return {four, got}
`;

/** What the debugger is told, one request a line. */
const SESSION = `
list
l 9 1
w
print
p KEYS
p ARGV
p nosuch
break
b 3 99 x -4 3
b
step
s
n
n
print text
step
step
print
step
step
step
step
continue
trace
print twice
print n
print list
step
b -3
b 0
step
maxlen 0
maxlen 5
m
print long
step
print long
m 0
p long
eval 1 + 1
e local x = 2 return x * 3
e nonsense here
e error('mine')
e list
redis GET k
redis INCR k
redis NOSUCH
redis SUBSCRIBE a
r LPUSH l a b
r LRANGE l 0 -1
r HSET h f v
r HGETALL h
r GET nothing
r
hello world
NEXT
`;

/** A script that speaks RESP3, and what its debugger is asked. */
const MODERN = "redis.setresp(3)\nlocal t = {n = {1, 2}}\nwhile true do t.i = (t.i or 0) + 1 end";
const MODERN_SESSION = `
step
redis HSET h f v g w
redis HGETALL h
redis SADD s a
redis SMEMBERS s
redis ZADD z 1.5 a
redis ZSCORE z a
redis GET nothing
redis EVAL x
step
print t
continue
print
abort
`;

/** What redis-server has answered, by the name of the test. */
const references = new Map<string, string>();

describe.each(Object.keys(starts))("the debugger of %s", (name) => {
  describe.skipIf(name === "redis-server" && !redisAvailable)(needsRedis(name), () => {
    let place: Place;
    beforeAll(async () => {
      place = await starts[name]();
    });
    afterAll(() => place.stop());

    const lines = (reply: Node | undefined): string => (reply === undefined ? "closed" : show(reply));
    const debugging = async (script: string, ...words: string[]): Promise<[RawClient, string]> => {
      const client = await RawClient.connect(place.port);
      expect(show(await client.call("SCRIPT", "DEBUG", "SYNC"))).toBe("+OK");
      return [client, show(await client.call("EVAL", script, ...words))];
    };
    const session = async (script: string, told: string): Promise<string> => {
      const [client, first] = await debugging(script, "1", "k", "value");
      const log = [first];
      for (const line of told.trim().split("\n")) {
        client.send(line.split(" "));
        log.push(`> ${line}`, lines(await client.next()));
      }
      // The reply of the script follows what the debugger says last, and then the end.
      log.push(lines(await client.next()));
      expect(await client.next()).toBeUndefined();
      return log.join("\n").replace(/@0x[0-9a-f]+/g, "@");
    };
    /** The same as on redis-server, which comes first. */
    const compare = (what: string, log: string): void => {
      const reference = references.get(what);
      if (reference !== undefined) expect(log).toBe(reference);
      else references.set(what, log);
    };

    it("stops, shows and goes on", async () => {
      const log = await session(SCRIPT, SESSION);
      expect(log).toContain("stop reason = redis.breakpoint() called");
      compare("RESP2", log);
    });

    it("shows RESP3, and stops a loop that does not end", async () => {
      const caller = await RawClient.connect(place.port);
      await caller.call("CONFIG", "SET", "lua-time-limit", "50");
      const log = (await session(MODERN, MODERN_SESSION)).replace(/\["i"\]=[\d.e+]+/g, "[i]");
      expect(log).toContain("stop reason = timeout reached, infinite loop?");
      compare("RESP3", log);
      caller.close();
    });

    it("aborts a script, and what it has written stays", async () => {
      const [client] = await debugging("redis.call('SET', 'aborted', 'yes')\nreturn 1", "0");
      await client.call("step");
      expect(show(await client.call("abort"))).toMatch(/<endsession>/);
      expect(lines(await client.next())).toMatch(/^-ERR script aborted for user request/);
      expect(await client.next()).toBeUndefined();
      const other = await RawClient.connect(place.port);
      expect(show(await other.call("GET", "aborted"))).toBe('"yes"');
      other.close();
    });

    it("lets the script run to its end when the client has gone", async () => {
      const [client] = await debugging("redis.call('SET', 'alone', 'yes')\nreturn 1", "0");
      client.close();
      const other = await RawClient.connect(place.port);
      await expect.poll(async () => show(await other.call("GET", "alone"))).toBe('"yes"');
      other.close();
    });

    it("says the end of a script that does not compile, and debugs no EVALSHA", async () => {
      const [client, first] = await debugging("this is no Lua", "0");
      expect(first).toContain("<endsession>");
      expect(lines(await client.next())).toMatch(/^-ERR Error compiling script/);
      const other = await RawClient.connect(place.port);
      await other.call("SCRIPT", "DEBUG", "SYNC");
      expect(show(await other.call("EVALSHA", "0".repeat(40), "0"))).toBe(
        "-ERR Please use EVAL instead of EVALSHA for debugging",
      );
      expect(show(await other.call("SCRIPT", "DEBUG", "NO"))).toBe("+OK");
      expect(show(await other.call("EVAL", "return redis.breakpoint()", "0"))).toBe("$nil");
      other.close();
    });
  });
});
