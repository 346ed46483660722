/** EVAL and its kin: conversions, errors, the sandbox, flags, the cache, the time limit. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BigNumber,
  Double,
  ErrorReply,
  MapReply,
  SetReply,
  SimpleString,
  Verbatim,
} from "../../src/protocol/reply.js";
import { ScriptEngine } from "./script-engine.js";

let lua: ScriptEngine;

beforeEach(async () => {
  lua = await ScriptEngine.start();
});

afterEach(() => {
  lua.engine.scripting.close();
  expect(lua.bugs).toEqual([]);
});

function messageOf(reply: unknown): string {
  expect(reply).toBeInstanceOf(ErrorReply);
  return (reply as ErrorReply).message.replace(/[0-9a-f]{40}/, "<sha>");
}

describe("what a script answers", () => {
  it.each([
    ["return 3.99", 3],
    ["return -3.99", -3],
    ["return 2^53", 9007199254740992n],
    ["return 1e300", -9223372036854775808n],
    ["return 'text'", "text"],
    ["return true", 1],
    ["return false", null],
    ["return nil", null],
    ["return", null],
    ["return function() end", null],
    ["return cjson.null", null],
    ["return {1, 'a', {2}, nil, 3}", [1, "a", [2]]],
    ["return {true, false}", [1, null]],
    ["return {ok = 'fine'}", new SimpleString("fine")],
    ["return {ok = 'two\\r\\nlines'}", new SimpleString("two  lines")],
    ["return {err = 'CODE text'}", new ErrorReply("CODE text")],
    ["return redis.error_reply('text alone')", new ErrorReply("text alone")],
    ["return redis.error_reply('word')", new ErrorReply("ERR word")],
    ["return redis.status_reply('x')", new SimpleString("x")],
    ["return {double = 1.5}", new Double(1.5)],
    ["return {big_number = '123'}", new BigNumber("123")],
    ["return {verbatim_string = {format = 'mkd', string = '# x'}}", new Verbatim("mkd", "# x")],
    ["return {map = {a = 1}}", new MapReply(["a", 1])],
    ["return {set = {a = true}}", new SetReply(["a"])],
    ["redis.setresp(3) return {true, false}", [true, false]],
  ])("%s", (script, reply) => {
    expect(lua.eval(script)).toEqual(reply);
  });

  it("ends an endless table with an error", () => {
    let reply = lua.eval("local t = {} t[1] = t return t");
    let depth = 0;
    while (Array.isArray(reply)) {
      reply = reply[0];
      depth++;
    }
    expect(reply).toEqual(new ErrorReply("ERR reached lua stack limit"));
    expect(depth).toBeGreaterThan(500);
  });

  it("passes every byte through", () => {
    const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
    expect(lua.run("EVAL", "return {KEYS[1], ARGV[1], #ARGV[1]}", "1", bytes, bytes)).toEqual([
      bytes,
      bytes,
      256,
    ]);
    const long = bytes.repeat(1000);
    expect(lua.eval("redis.call('set', 'k', ARGV[1]) return redis.call('get', 'k')", long)).toBe(long);
  });
});

describe("what redis.call returns", () => {
  it.each([
    ["return type(redis.call('get', 'none'))", "boolean"],
    ["redis.setresp(3) return type(redis.call('get', 'none'))", "nil"],
    ["return redis.call('set', 'k', 'v').ok", "OK"],
    ["redis.call('set', 'k', 0.1) return redis.call('get', 'k')", "0.10000000000000001"],
    ["redis.call('set', 'k', 1e15) return redis.call('get', 'k')", "1000000000000000"],
    ["redis.call('zadd', 'z', 1.5, 'a') return redis.call('zscore', 'z', 'a')", "1.5"],
    [
      "redis.setresp(3) redis.call('zadd', 'z', 1.5, 'a') return redis.call('zscore', 'z', 'a').double * 2",
      3,
    ],
    ["redis.setresp(3) redis.call('hset', 'h', 'f', 'v') return redis.call('hgetall', 'h').map.f", "v"],
    [
      "redis.setresp(3) redis.call('sadd', 's', 'm') return tostring(redis.call('smembers', 's').set.m)",
      "true",
    ],
    ["redis.call('rpush', 'l', 1, 2) return redis.call('lrange', 'l', 0, -1)[2]", "2"],
    [
      "redis.call('set', 'k', 'v') return redis.pcall('incr', 'k').err",
      "ERR value is not an integer or out of range",
    ],
  ])("%s", (script, reply) => {
    expect(lua.eval(script)).toEqual(reply);
  });

  it("runs in the caller's database, and SELECT inside changes nothing outside", () => {
    lua.run("SELECT", "3");
    lua.eval("redis.call('set', 'k', '3') redis.call('select', 4) redis.call('set', 'k', '4')");
    expect(lua.run("GET", "k")).toBe("3");
    lua.run("SELECT", "4");
    expect(lua.run("GET", "k")).toBe("4");
  });
});

describe("errors", () => {
  it.each([
    ["error('x')", "ERR user_script:1: x script: <sha>, on @user_script:1."],
    ["error({err = 'My text'})", "My text script: <sha>, on @user_script:1."],
    [
      "\n\nlocal t = nil\nreturn t.x",
      "ERR user_script:4: attempt to index local 't' (a nil value) script: <sha>, on @user_script:4.",
    ],
    [
      "return redis.call('nope')",
      "ERR Unknown Redis command called from script script: <sha>, on @user_script:1.",
    ],
    [
      "return redis.call('get')",
      "ERR Wrong number of args calling Redis command from script script: <sha>, on @user_script:1.",
    ],
    [
      "return redis.call('get', {})",
      "ERR Lua redis lib command arguments must be strings or integers script: <sha>, on @user_script:1.",
    ],
    [
      "return redis.call()",
      "ERR Please specify at least one argument for this redis lib call script: <sha>, on @user_script:1.",
    ],
    [
      "return redis.call('subscribe', 'c')",
      "ERR This Redis command is not allowed from script script: <sha>, on @user_script:1.",
    ],
    ["return redis.pcall('nope')", "ERR Unknown Redis command called from script"],
    ["x =", "ERR Error compiling script (new function): user_script:1: unexpected symbol near '<eof>'"],
    [
      "\u001bLua",
      "ERR Error compiling script (new function): user_script:1: unexpected symbol near 'char(27)'",
    ],
    [
      "local function f() return 1 + f() end f()",
      "ERR user_script:1: stack overflow script: <sha>, on @user_script:1.",
    ],
  ])("%s", (script, message) => {
    expect(messageOf(lua.eval(script))).toBe(message);
  });

  it("keeps the code of a failed command", () => {
    lua.run("RPUSH", "list", "a");
    expect(messageOf(lua.eval("return redis.call('incr', 'list')"))).toMatch(/^WRONGTYPE .* script: <sha>/);
  });

  it("checks the number of keys", () => {
    expect(messageOf(lua.run("EVAL", "return 1", "x"))).toBe("ERR value is not an integer or out of range");
    expect(messageOf(lua.run("EVAL", "return 1", "2", "a"))).toBe(
      "ERR Number of keys can't be greater than number of args",
    );
    expect(messageOf(lua.run("EVAL", "return 1", "-1"))).toBe("ERR Number of keys can't be negative");
  });
});

describe("the sandbox", () => {
  it.each(["os", "io", "require", "dofile", "loadfile", "print", "debug", "getfenv", "package", "newproxy"])(
    "has no %s",
    (name) => {
      expect(messageOf(lua.eval(`return ${name}`))).toContain(
        `Script attempted to access nonexistent global variable '${name}'`,
      );
    },
  );

  it.each([
    "x = 1",
    "redis = nil",
    "KEYS = 1",
    "_G.x = 1",
    "string.x = 1",
    "redis.call = nil",
    "rawset(_G, 'x', 1)",
    "rawset(redis, 'call', 1)",
    "setmetatable(_G, {})",
    "setmetatable(cjson, {})",
    "getmetatable(_G).__index = nil",
    "getmetatable('').__index = nil",
    "getmetatable('').__index.upper = nil",
    "loadstring('y = 1')()",
    "coroutine.wrap(function() z = 1 end)()",
    "for name in pairs(redis) do redis[name] = 1 end",
  ])("refuses: %s", (script) => {
    expect(messageOf(lua.eval(script))).toContain("Attempt to modify a readonly table");
    expect(lua.eval("return {redis.call('ping').ok, ('a'):upper()}")).toEqual(["PONG", "A"]);
  });

  it("shows the libraries as ordinary tables", () => {
    expect(lua.eval("local n = 0 for name in pairs(bit) do n = n + 1 end return n")).toBe(12);
    expect(lua.eval("return {type(next(redis)), rawget(math, 'pi') == math.pi and 1, type(_G)}")).toEqual([
      "string",
      1,
      "table",
    ]);
    expect(lua.eval("return {tostring(getmetatable(redis)), getmetatable('') == getmetatable('x')}")).toEqual(
      ["nil", 1],
    );
  });

  it("loads no byte code", () => {
    expect(lua.eval("return {loadstring(string.dump(function() return 1 end))}")).toEqual([]);
    expect(lua.eval("return loadstring('return 42')()")).toBe(42);
  });

  it("lets pcall see the text of an error table", () => {
    expect(lua.eval("return {pcall(redis.call, 'nope')}")).toEqual([
      null,
      "ERR Unknown Redis command called from script",
    ]);
    expect(lua.eval("return {pcall(function() return 1, 2 end)}")).toEqual([1, 1, 2]);
  });

  it("draws the same random numbers as redis-server", () => {
    expect(lua.eval("return {tostring(math.random()), tostring(math.random())}")).toEqual([
      "0.39646477363839",
      "0.84048536971234",
    ]);
    expect(
      lua.eval("math.randomseed(5) return {tostring(math.random()), math.random(1000), math.random(5, 9)}"),
    ).toEqual(["0.52483957937213", 273, 8]);
  });
});

describe("flags and read-only scripts", () => {
  it("EVAL_RO refuses writes", () => {
    const refusal =
      "ERR Write commands are not allowed from read-only scripts. script: <sha>, on @user_script:1.";
    expect(messageOf(lua.run("EVAL_RO", "return redis.call('set', 'k', 'v')", "0"))).toBe(refusal);
    expect(messageOf(lua.run("EVAL_RO", "return redis.call('publish', 'c', 'm')", "0"))).toBe(refusal);
    expect(lua.run("EVAL_RO", "return redis.call('get', 'k')", "0")).toBeNull();
  });

  it.each([
    ["#!lua\nreturn 1", 1],
    ["#!lua flags=no-writes,allow-oom,allow-stale,no-cluster,allow-cross-slot-keys\nreturn 1", 1],
    ["#!lua 'flags=no-writes'\nreturn 1", 1],
    ["#!lua", "ERR Invalid script shebang"],
    ["#!python\nreturn 1", "ERR Unexpected engine in script shebang: #!python"],
    ["#!lua flags=odd\nreturn 1", "ERR Unexpected flag in script shebang: odd"],
    ["#!lua name=x\nreturn 1", "ERR Unknown lua shebang option: name=x"],
    ['#!lua "flags=\nreturn 1', "ERR Invalid engine in script shebang"],
    [
      "#!lua flags=no-writes\nreturn redis.call('set', 'k', 'v')",
      "ERR Write commands are not allowed from read-only scripts. script: <sha>, on @user_script:2.",
    ],
  ])("%s", (script, expected) => {
    const reply = lua.eval(script);
    expect(typeof expected === "string" ? messageOf(reply) : reply).toBe(expected);
  });

  it("a script that may write does not run by the _RO commands", () => {
    expect(messageOf(lua.run("EVAL_RO", "#!lua\nreturn 1", "0"))).toBe(
      "ERR Can not execute a script with write flag using *_ro command.",
    );
  });
});

describe("the cache", () => {
  const SHA = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";

  it("EVALSHA runs what EVAL or SCRIPT LOAD has brought", () => {
    expect(messageOf(lua.run("EVALSHA", SHA, "0"))).toBe("NOSCRIPT No matching script. Please use EVAL.");
    expect(lua.run("SCRIPT", "LOAD", "return 1")).toBe(SHA);
    expect(lua.run("EVALSHA", SHA, "0")).toBe(1);
    expect(lua.run("EVALSHA", SHA.toUpperCase(), "0")).toBe(1);
    expect(lua.run("SCRIPT", "EXISTS", SHA, "f".repeat(40))).toEqual([1, 0]);
    expect(lua.run("SCRIPT", "FLUSH")).toEqual(new SimpleString("OK"));
    expect(lua.run("SCRIPT", "EXISTS", SHA)).toEqual([0]);
    expect(messageOf(lua.run("EVALSHA", SHA, "0"))).toMatch(/^NOSCRIPT/);
    expect(lua.eval("return 2")).toBe(2);
  });

  it("works inside MULTI", () => {
    lua.run("MULTI");
    lua.eval("return redis.call('incr', 'n')");
    lua.eval("x =");
    lua.run("EVALSHA", SHA, "0");
    const replies = lua.run("EXEC") as unknown[];
    expect(replies[0]).toBe(1);
    expect(messageOf(replies[1])).toContain("Error compiling script");
    expect(messageOf(replies[2])).toMatch(/^NOSCRIPT/);
  });
});

describe("life and death", () => {
  it("stops a script that runs too long, whatever it catches", () => {
    lua.run("CONFIG", "SET", "lua-time-limit", "30");
    for (const script of [
      "while true do end",
      "while true do pcall(function() while true do end end) end",
      "coroutine.wrap(function() while true do end end)()",
      "repeat local x = redis.call('incr', 'x') until false",
    ]) {
      expect(messageOf(lua.eval(script))).toBe(
        "ERR Script killed by user with SCRIPT KILL... script: <sha>, on @user_script:1.",
      );
    }
    expect(lua.eval("return 1")).toBe(1);
  });

  it("survives a stack that only JavaScript can measure", () => {
    const script = "local p = string.rep('a?', 200000) return string.find(string.rep('a', 200000), p)";
    expect(messageOf(lua.eval(script))).toMatch(
      /^ERR Error running script <sha>, stack overflow|stack overflow/,
    );
    expect(lua.eval("return 1")).toBe(1);
  });

  it("holds the first script back until Lua has loaded", async () => {
    const late = new ScriptEngine();
    const first = late.eval("return 1");
    await late.engine.scripting.load();
    await new Promise((done) => setTimeout(done, 0));
    // Another engine of this process may have loaded Lua before: then there is nothing to wait for.
    expect(first ?? late.delivered[0]).toBe(1);
    expect(late.eval("return 2")).toBe(2);
    late.engine.scripting.close();
  });

  it("keeps engines apart", async () => {
    const other = await ScriptEngine.start();
    lua.run("SET", "k", "mine");
    other.run("SET", "k", "other");
    const script = "return redis.call('get', 'k')";
    expect([lua.eval(script), other.eval(script), lua.eval(script)]).toEqual(["mine", "other", "mine"]);
    other.engine.scripting.close();
    expect(lua.eval(script)).toBe("mine");
  });
});

describe("scripts as people write them", () => {
  it("releases a lock only for its owner", () => {
    const release =
      "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";
    lua.run("SET", "lock", "me");
    expect(lua.run("EVAL", release, "1", "lock", "you")).toBe(0);
    expect(lua.run("EVAL", release, "1", "lock", "me")).toBe(1);
    expect(lua.run("EXISTS", "lock")).toBe(0);
  });

  it("counts in a sliding window", () => {
    const limit = `
      local now, window, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
      redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, now - window)
      local used = redis.call('ZCARD', KEYS[1])
      if used >= limit then return {0, redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] + window - now} end
      redis.call('ZADD', KEYS[1], now, string.format('%d', now))
      return {1, limit - used - 1}`;
    const at = (ms: number) =>
      lua.run("EVAL", limit, "1", "rate", String(1_700_000_000_000 + ms), "500", "2");
    expect([at(0), at(100), at(200), at(501)]).toEqual([
      [1, 1],
      [1, 0],
      [0, 300],
      [1, 0],
    ]);
  });
});
