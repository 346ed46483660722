/** Scripts that run past their time limit: what others are told meanwhile, and how they are stopped. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needsRedis, redisAvailable, startRedis } from "../tools/redis-server.js";
import { startProcess } from "../tools/server-process.js";
import { type Node, RawClient, show } from "../tools/witness.js";

const BUSY_SCRIPT = "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
const BUSY_FUNCTION =
  "-BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";
const LIBRARY = `#!lua name=slow
redis.register_function("endless", function() while true do end end)`;

/** A reply as text. */
const told = (reply: Node | undefined): string =>
  reply === undefined ? "the connection has ended" : show(reply);

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

describe.each(Object.keys(starts))("a slow script on %s", (name) => {
  describe.skipIf(name === "redis-server" && !redisAvailable)(needsRedis(name), () => {
    let place: Place;
    let caller: RawClient;
    let other: RawClient;
    const ask = async (...words: string[]): Promise<string> => show(await other.call(...words));
    /** Wait until others are told of the script. */
    const busy = async (): Promise<string> => {
      for (;;) {
        const reply = await ask("PING");
        if (reply !== "+PONG") return reply;
      }
    };

    beforeAll(async () => {
      place = await starts[name]();
      caller = await RawClient.connect(place.port);
      other = await RawClient.connect(place.port);
      await ask("CONFIG", "SET", "lua-time-limit", "20");
      // The interpreter is there from the first script on.
      await caller.call("EVAL", "return 1", "0");
    });
    afterAll(() => place.stop());

    it("is told to others, and ends by SCRIPT KILL", async () => {
      caller.send(["EVAL", "while true do end", "0"], ["ECHO", "behind it"]);
      expect(await busy()).toBe(BUSY_SCRIPT);
      expect(await ask("FUNCTION", "KILL")).toBe(BUSY_SCRIPT);
      expect(await ask("FUNCTION", "STATS")).toBe(BUSY_SCRIPT);
      expect(await ask("SHUTDOWN")).toBe(BUSY_SCRIPT);
      expect(await ask("NOSUCH")).toMatch(/^-ERR unknown command/);
      expect(await ask("GET")).toMatch(/^-ERR wrong number of arguments/);
      expect(await ask("MULTI")).toBe("+OK");
      expect(await ask("GET", "k")).toBe(BUSY_SCRIPT);
      expect(await ask("EXEC")).toMatch(/^-EXECABORT Transaction discarded because of: BUSY/);
      expect(await ask("SCRIPT", "KILL")).toBe("+OK");
      expect(told(await caller.next())).toMatch(
        /^-ERR Script killed by user with SCRIPT KILL\.\.\. script: /,
      );
      expect(told(await caller.next())).toBe('"behind it"');
      expect(await ask("SCRIPT", "KILL")).toBe("-NOTBUSY No scripts in execution right now.");
    });

    it("that catches every error ends too", async () => {
      caller.send(["EVAL", "while true do pcall(function() while true do end end) end", "0"]);
      await busy();
      expect(await ask("SCRIPT", "KILL")).toBe("+OK");
      expect(told(await caller.next())).toMatch(/Script killed by user/);
    });

    it("that has written is not stopped, and ends by itself", async () => {
      const script =
        "redis.call('SET', 'written', ARGV[1]) for i = 1, 1e8 do end return redis.call('GET', 'written')";
      caller.send(["EVAL", script, "0", "x"]);
      await busy();
      expect(await ask("SCRIPT", "KILL")).toMatch(
        /^-UNKILLABLE Sorry the script already executed write commands/,
      );
      expect(told(await caller.next(60_000))).toBe('"x"');
      expect(await ask("GET", "written")).toBe('"x"');
    }, 60_000);

    it("as a function is seen, and ends by FUNCTION KILL", async () => {
      await ask("FUNCTION", "LOAD", LIBRARY);
      caller.send(["FCALL", "endless", "0", "a"]);
      expect(await busy()).toBe(BUSY_FUNCTION);
      expect(await ask("SCRIPT", "KILL")).toBe(BUSY_FUNCTION);
      const stats = await ask("FUNCTION", "STATS");
      expect(stats).toMatch(/"running_script".*"name".*"endless".*"command".*"FCALL".*"a".*"duration_ms"/s);
      expect(await ask("FUNCTION", "KILL")).toBe("+OK");
      expect(told(await caller.next())).toMatch(/^-ERR Script killed by user with SCRIPT KILL/);
      expect(await ask("FUNCTION", "KILL")).toBe("-NOTBUSY No scripts in execution right now.");
    });

    it("ends with the server at SHUTDOWN NOSAVE", async () => {
      caller.send(["EVAL", "redis.call('SET', 'k', 1) while true do end", "0"]);
      await busy();
      other.send(["SHUTDOWN", "NOSAVE"]);
      await expect.poll(() => other.closed && caller.closed, { timeout: 10_000 }).toBe(true);
    });
  });
});

it("a script that nobody could stop is stopped by the server", async () => {
  const server = await startProcess(["--port", "0", "--lua-time-limit", "20"]);
  const port = Number(new URL(server.url).port);
  const [caller, other] = await Promise.all([RawClient.connect(port), RawClient.connect(port)]);
  await caller.call("EVAL", "return 1", "0");
  caller.send(["EVAL", "while true do end", "0"]);
  await expect.poll(async () => told(await other.call("PING"))).toBe(BUSY_SCRIPT);
  other.close();
  expect(told(await caller.next(20_000))).toMatch(/^-ERR Script killed by user with SCRIPT KILL/);
  await server.stop();
});

it("a script whose client is the only one may take longer than its limit", async () => {
  const server = await startProcess(["--port", "0", "--lua-time-limit", "10"]);
  const caller = await RawClient.connect(Number(new URL(server.url).port));
  await caller.call("EVAL", "return 1", "0");
  const script = "for i = 1, 2e7 do end return 'done'";
  expect(show(await caller.call("EVAL", script, "0"))).toBe('"done"');
  await server.stop();
});

it("a server in a slow script ends by SIGTERM", async () => {
  const server = await startProcess(["--port", "0", "--lua-time-limit", "20"]);
  const port = Number(new URL(server.url).port);
  const [caller, other] = await Promise.all([RawClient.connect(port), RawClient.connect(port)]);
  await caller.call("EVAL", "return 1", "0");
  caller.send(["EVAL", "while true do end", "0"]);
  await expect.poll(async () => told(await other.call("PING"))).toBe(BUSY_SCRIPT);
  await server.stop();
});
