/** Replies that redis-server does not give on demand: of replicas and sentinels, of older servers, with odd names. */
import { describe, expect, test } from "vitest";
import { DecodeError } from "../../src/errors.js";
import { type RawReply, RespMap } from "../../src/protocol/parser.js";
import { Recorder } from "./recorder.js";

/** What a method makes of a raw reply. */
function decode<T>(reply: RawReply, call: (c: Recorder) => T): T {
  const recorder = new Recorder();
  recorder.answer = reply;
  return call(recorder);
}

const bytes = (text: string) => Buffer.from(text);

describe("records", () => {
  test("a field may be called __proto__", () => {
    for (const reply of [["__proto__", "v"], new RespMap(["__proto__", "v"])]) {
      const hash = decode(reply, (c) => c.hgetall("h"));
      expect(Object.entries(hash)).toEqual([["__proto__", "v"]]);
      expect(Object.getPrototypeOf(hash)).toBe(Object.prototype);
    }
    const config = decode(["__proto__", bytes("1")], (c) => c.configGet("*"));
    expect(Object.entries(config)).toEqual([["__proto__", "1"]]);
  });

  test("a field name that is no text is an error, never another name", () => {
    expect(() => decode([Buffer.from([0xff]), bytes("v")], (c) => c.hgetall("h"))).toThrow(DecodeError);
    expect(decode([Buffer.from([0xff])], (c) => c.hkeys("h"))).toEqual([Buffer.from([0xff])]);
  });

  test("large flat replies", () => {
    const flat = Array.from({ length: 200_000 }, (_, i) => `${i}`);
    expect(Object.keys(decode(flat, (c) => c.hgetall("h"))).length).toBe(100_000);
    expect(decode(flat, (c) => c.zrange("z", 0, -1, { withScores: true })).length).toBe(100_000);
  });
});

describe("scores", () => {
  test("are doubles of RESP3 or text of RESP2, infinite or not", () => {
    const texts: RawReply[] = ["inf", "-inf", "+inf", "1e+20", "-0", bytes("2.5")];
    const values = [
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      1e20,
      -0,
      2.5,
    ];
    expect(decode(texts, (c) => c.zmscore("z", "a"))).toEqual(values);
    expect(decode([1.5, null, 3n], (c) => c.zmscore("z", "a"))).toEqual([1.5, null, 3]);
  });

  test("stand in pairs or in a flat list", () => {
    const scored = [{ member: "a", score: 1 }];
    expect(decode([["a", 1]], (c) => c.zpopmin("z", 1))).toEqual(scored);
    expect(decode(["a", "1"], (c) => c.zpopmin("z", 1))).toEqual(scored);
    expect(decode([], (c) => c.zpopmin("z"))).toBeNull();
  });
});

describe("eval", () => {
  test("maps become Maps at every depth", () => {
    const reply = [new RespMap(["a", new RespMap([1, [true, 2.5]])])];
    expect(decode(reply, (c) => c.eval("s"))).toEqual([new Map([["a", new Map([[1, [true, 2.5]]])]])]);
  });
});

describe("role", () => {
  test("of a master", () => {
    const reply = [bytes("master"), 3129659n, [[bytes("127.0.0.1"), bytes("9001"), bytes("3129242")]]];
    expect(decode(reply, (c) => c.role())).toEqual({
      role: "master",
      offset: 3129659,
      replicas: [{ host: "127.0.0.1", port: 9001, offset: 3129242 }],
    });
  });

  test("of a replica", () => {
    expect(decode(["slave", "127.0.0.1", 9000, "connected", 3167038], (c) => c.role())).toEqual({
      role: "slave",
      host: "127.0.0.1",
      port: 9000,
      state: "connected",
      offset: 3167038,
    });
  });

  test("of a sentinel", () => {
    const reply = ["sentinel", [bytes("resque-master"), "html-fragments-master"]];
    const masters = ["resque-master", "html-fragments-master"];
    expect(decode(reply, (c) => c.role())).toEqual({ role: "sentinel", masters });
  });
});

describe("client lists", () => {
  const line =
    "id=3 addr=/tmp/my dir/redis.sock:0 laddr=/tmp/my dir/redis.sock:0 name= db=0 qbuf-free=20448 cmd=ping lib-ver=7";

  test("paths may hold spaces; only numbers become numbers; newer fields are there too", () => {
    const info = {
      id: 3,
      addr: "/tmp/my dir/redis.sock:0",
      laddr: "/tmp/my dir/redis.sock:0",
      name: "",
      db: 0,
      qbufFree: 20448,
      cmd: "ping",
      libVer: "7",
    };
    expect(decode(`${line}\n`, (c) => c.clientInfo())).toEqual(info);
    expect(decode(bytes(`${line}\n${line}\n`), (c) => c.clientList())).toEqual([info, info]);
    expect(decode("", (c) => c.clientList())).toEqual([]);
  });

  test("a name of digits stays text", () => {
    expect(decode("id=3 name=42 user=7\n", (c) => c.clientInfo())).toEqual({ id: 3, name: "42", user: "7" });
  });
});

describe("commands", () => {
  test("servers before 7.0 say less of them", () => {
    const get = { name: "get", arity: 2, flags: ["readonly"], firstKey: 1, lastKey: 1, step: 1 };
    const more = { aclCategories: [], tips: [], keySpecs: [], subcommands: [] };
    expect(decode([["get", 2, ["readonly"], 1, 1, 1]], (c) => c.command())).toEqual([{ ...get, ...more }]);
  });
});

describe("functions", () => {
  test("one that runs", () => {
    const running = new RespMap([
      "name",
      bytes("f"),
      "command",
      [bytes("fcall"), bytes("f")],
      "duration_ms",
      12n,
    ]);
    const stats = new RespMap(["running_script", running, "engines", new RespMap([])]);
    expect(decode(stats, (c) => c.functionStats())).toEqual({
      runningScript: { name: "f", command: [bytes("fcall"), bytes("f")], durationMs: 12 },
      engines: {},
    });
  });
});
