/** FUNCTION and FCALL. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ErrorReply, MapReply, SetReply, SimpleString } from "../../src/protocol/reply.js";
import { ScriptEngine } from "./script-engine.js";

let lua: ScriptEngine;

beforeEach(async () => {
  lua = await ScriptEngine.start();
});

afterEach(() => {
  lua.engine.scripting.close();
  expect(lua.bugs).toEqual([]);
});

const OK = new SimpleString("OK");
const load = (code: string, name = "lib") => lua.run("FUNCTION", "LOAD", `#!lua name=${name}\n${code}`);
const problem = (reply: unknown): string => {
  expect(reply).toBeInstanceOf(ErrorReply);
  return (reply as ErrorReply).message;
};

describe("libraries", () => {
  it("are loaded, listed, replaced and deleted", () => {
    const code =
      "redis.register_function{function_name = 'f', callback = function() return 1 end, flags = {'no-writes'}, description = 'says 1'}";
    expect(load(code)).toBe("lib");
    expect(problem(load(code))).toBe("ERR Library 'lib' already exists");
    expect(lua.run("FUNCTION", "LOAD", "REPLACE", `#!lua name=lib\n${code}`)).toBe("lib");
    const described = new MapReply([
      "name",
      "f",
      "description",
      "says 1",
      "flags",
      new SetReply([new SimpleString("no-writes")]),
    ]);
    expect(lua.run("FUNCTION", "LIST")).toEqual([
      new MapReply(["library_name", "lib", "engine", "LUA", "functions", [described]]),
    ]);
    expect(lua.run("FUNCTION", "LIST", "LIBRARYNAME", "x*")).toEqual([]);
    expect(lua.run("FUNCTION", "DELETE", "lib")).toEqual(OK);
    expect(problem(lua.run("FUNCTION", "DELETE", "lib"))).toBe("ERR Library not found");
    expect(problem(lua.run("FCALL", "f", "0"))).toBe("ERR Function not found");
  });

  it.each([
    ["return 1", "ERR Missing library metadata"],
    ["#!lua name=x", "ERR Invalid library metadata"],
    ["#!lua\n", "ERR Library name was not given"],
    [
      "#!lua name=a-b\n",
      "ERR Library names can only contain letters, numbers, or underscores(_) and must be at least one character long",
    ],
    ["#!lua name=a b=c\n", "ERR Invalid metadata value given: b=c"],
    ["#!foo name=a\n", "ERR Engine 'foo' not found"],
    ["#!lua name=a\n", "ERR No functions registered"],
    ["#!lua name=a\nx =", "ERR Error compiling function: user_function:2: unexpected symbol near '<eof>'"],
    [
      "#!lua name=a\nredis.call('ping')",
      "ERR Error registering functions: ERR user_function:2: Script attempted to access nonexistent global variable 'call'",
    ],
    [
      "#!lua name=a\nx = 1",
      "ERR Error registering functions: ERR user_function:2: Attempt to modify a readonly table",
    ],
    [
      "#!lua name=a\nredis.register_function('f')",
      "ERR Error registering functions: ERR calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).",
    ],
    [
      "#!lua name=a\nredis.register_function{function_name = 'f', callback = function() end, flags = {'odd'}}",
      "ERR Error registering functions: ERR unknown flag given",
    ],
  ])("%s", (source, message) => {
    expect(problem(lua.run("FUNCTION", "LOAD", source))).toBe(message);
  });

  it("may not take the functions of others", () => {
    load("redis.register_function('f', function() return 1 end)", "one");
    load("redis.register_function('g', function() return 2 end)", "two");
    expect(problem(load("redis.register_function('F', function() return 3 end)", "three"))).toBe(
      "ERR Function F already exists",
    );
    expect(
      problem(
        lua.run(
          "FUNCTION",
          "LOAD",
          "REPLACE",
          "#!lua name=two\nredis.register_function('f', function() end)",
        ),
      ),
    ).toBe("ERR Function f already exists");
    expect(lua.run("FCALL", "g", "0")).toBe(2);
  });

  it("travel by DUMP and RESTORE", () => {
    load("redis.register_function('f', function() return 7 end)");
    const payload = lua.run("FUNCTION", "DUMP") as string;
    expect(problem(lua.run("FUNCTION", "RESTORE", payload))).toBe("ERR Library lib already exists");
    expect(lua.run("FUNCTION", "RESTORE", payload, "REPLACE")).toEqual(OK);
    lua.run("FUNCTION", "FLUSH");
    load("redis.register_function('other', function() return 8 end)", "other");
    expect(lua.run("FUNCTION", "RESTORE", payload, "FLUSH")).toEqual(OK);
    expect(lua.run("FCALL", "f", "0")).toBe(7);
    expect(problem(lua.run("FCALL", "other", "0"))).toBe("ERR Function not found");
    expect(problem(lua.run("FUNCTION", "RESTORE", `${payload.slice(0, -1)}x`))).toBe(
      "ERR DUMP payload version or checksum are wrong",
    );
  });

  it("RESTORE reads a dump of redis-server 7.0.15, which compresses", () => {
    const dump =
      "f5c3404f40571f23216c7561206e616d653d6c69620a72656469732e72656769737465725f66750b6e6374696f6e28276627" +
      "2c20e0000d126b6579732c61726773292072657475726e207be00012057d20656e64290a000309607566b06dd4";
    const bytes = dump.replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16)));
    expect(lua.run("FUNCTION", "RESTORE", bytes)).toEqual(OK);
    expect(lua.run("FCALL", "f", "1", "a", "b")).toEqual([["a"], ["b"]]);
  });
});

describe("functions", () => {
  it("get keys and arguments, in any case of their name", () => {
    load("redis.register_function('f', function(keys, args) return {keys, args} end)");
    expect(lua.run("FCALL", "F", "1", "k", "a", "b")).toEqual([["k"], ["a", "b"]]);
    expect(problem(lua.run("FCALL", "f", "x"))).toBe("ERR Bad number of keys provided");
    expect(problem(lua.run("FCALL", "f", "3", "k"))).toBe(
      "ERR Number of keys can't be greater than number of args",
    );
  });

  it("keep what their library holds", () => {
    load("local n = 0 redis.register_function('count', function() n = n + 1 return n end)");
    expect([lua.run("FCALL", "count", "0"), lua.run("FCALL", "count", "0")]).toEqual([1, 2]);
  });

  it("say in errors where they failed", () => {
    load("redis.register_function('f', function() error('x') end)");
    expect(problem(lua.run("FCALL", "f", "0"))).toBe(
      "ERR user_function:2: x script: f, on @user_function:2.",
    );
  });

  it("obey their flags", () => {
    load(`
      redis.register_function('writes', function() return redis.call('set', 'k', 'v') end)
      redis.register_function{function_name = 'reads', callback = function() return redis.call('get', 'k') end, flags = {'no-writes'}}
      redis.register_function{function_name = 'lies', callback = function() return redis.call('del', 'k') end, flags = {'no-writes'}}`);
    expect(lua.run("FCALL", "writes", "0")).toEqual(OK);
    expect(problem(lua.run("FCALL_RO", "writes", "0"))).toBe(
      "ERR Can not execute a script with write flag using *_ro command.",
    );
    expect(lua.run("FCALL_RO", "reads", "0")).toBe("v");
    expect(problem(lua.run("FCALL", "lies", "0"))).toMatch(
      /^ERR Write commands are not allowed from read-only scripts\./,
    );
  });

  it("see no globals of scripts", () => {
    load(
      "redis.register_function('f', function() return KEYS end) redis.register_function('g', function() return type(redis.register_function) end)",
    );
    expect(problem(lua.run("FCALL", "f", "0"))).toContain("nonexistent global variable 'KEYS'");
    expect(lua.run("FCALL", "g", "0")).toBe("nil");
  });

  it("are counted", () => {
    load("redis.register_function('f', function() end) redis.register_function('g', function() end)");
    const counts = new MapReply(["LUA", new MapReply(["libraries_count", 1, "functions_count", 2])]);
    expect(lua.run("FUNCTION", "STATS")).toEqual(new MapReply(["running_script", null, "engines", counts]));
  });
});
