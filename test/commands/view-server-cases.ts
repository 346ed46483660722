/** Calls on programs, connections and the server, and the replies they promise. */
import { expect } from "vitest";
import type { ViewCase } from "./view-cases.js";

const someNumber = () => expect.any(Number) as unknown;
const someText = () => expect.any(String) as unknown;
const some = (fields: Record<string, unknown>) => expect.objectContaining(fields) as unknown;

const sha = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
const source =
  "#!lua name=lib\nredis.register_function{function_name='f',callback=function() return 'x' end,flags={'no-writes'}}";
const library = {
  libraryName: "lib",
  engine: "LUA",
  functions: [{ name: "f", description: null, flags: ["no-writes"] }],
};

/** Cases on everything but data. */
export const serverViewCases: readonly ViewCase[] = [
  {
    title: "scripts",
    steps: [
      [(c) => c.eval("return {1, 'a', false, {2}}"), (t, i) => [i(1), t("a"), null, [i(2)]]],
      [(c) => c.eval("return {ok = KEYS[1] .. ARGV[1]}", { keys: ["a"], args: [1] }), () => "a1"],
      [(c) => c.scriptLoad("return 1"), () => sha],
      [(c) => c.evalsha(sha), (_, i) => i(1)],
      [(c) => c.evalshaRo(sha), (_, i) => i(1)],
      [(c) => c.scriptExists(sha, "0"), () => [true, false]],
      [(c) => c.scriptFlush(), () => "OK"],
    ],
  },
  {
    title: "functions",
    steps: [
      [(c) => c.functionLoad(source, { replace: true }), () => "lib"],
      [(c) => c.fcall("f"), (t) => t("x")],
      [(c) => c.fcallRo("f"), (t) => t("x")],
      [(c) => c.functionList(), () => [{ ...library, libraryCode: undefined }]],
      [
        (c) => c.functionList({ withCode: true, libraryName: "l*" }),
        () => [{ ...library, libraryCode: source }],
      ],
      [(c) => c.functionList({ libraryName: "no" }), () => []],
      [
        (c) => c.functionStats(),
        () => ({ runningScript: null, engines: { LUA: { librariesCount: 1, functionsCount: 1 } } }),
      ],
      [async (c) => c.functionRestore((await c.functionDump()) as Uint8Array, "flush"), () => "OK"],
      [(c) => c.functionDelete("lib"), () => "OK"],
    ],
  },
  {
    title: "channels",
    steps: [
      [(c) => c.publish("ch", "m"), (_, i) => i(0)],
      [(c) => c.pubsubNumsub("ch"), (_, i) => ({ ch: i(0) })],
      [(c) => c.pubsubNumsub(), () => ({})],
      [(c) => c.pubsubShardnumsub("ch"), (_, i) => ({ ch: i(0) })],
      [(c) => c.pubsubChannels(), () => []],
      [(c) => c.pubsubNumpat(), (_, i) => i(0)],
    ],
  },
  {
    title: "connections",
    steps: [
      [(c) => c.ping(), () => "PONG"],
      [(c) => c.ping("m"), (t) => t("m")],
      [(c) => c.echo("m"), (t) => t("m")],
      [
        (c) => c.clientInfo(),
        () =>
          some({ id: someNumber(), qbufFree: someNumber(), cmd: "client|info", user: "default", multi: -1 }),
      ],
      [
        (c) => c.clientList(),
        () => expect.arrayContaining([some({ cmd: "client|list", events: "r", db: 0 })]),
      ],
      [(c) => c.clientList({ id: [1_000_000] }), () => []],
      [(c) => c.clientTrackinginfo(), () => ({ flags: ["off"], redirect: -1, prefixes: [] })],
      [(c) => c.clientGetredir(), (_, i) => i(-1)],
      [(c) => c.clientUnblock(1_000_000), () => false],
      [(c) => c.clientKill({ id: 1_000_000 }), (_, i) => i(0)],
      [(c) => c.clientPause(0), () => "OK"],
      [(c) => c.clientNoEvict(false), () => "OK"],
    ],
  },
  {
    title: "server",
    steps: [
      [(c) => c.configSet({ hz: 11 }), () => "OK"],
      [(c) => c.configSet("hz", 10), () => "OK"],
      [(c) => c.configGet("hz", "maxmemory"), () => ({ hz: "10", maxmemory: "0" })],
      [(c) => c.role(), () => ({ role: "master", offset: 0, replicas: [] })],
      [(c) => c.dbsize(), (_, i) => i(0)],
      [(c) => c.time(), () => [someNumber(), someNumber()]],
      [(c) => c.swapdb(0, 0), () => "OK"],
      [(c) => c.info("server"), () => expect.stringContaining("redis_version:")],
      [(c) => c.lolwut({ version: 5, args: [1, 1, 1] }), () => expect.stringContaining("Redis ver.")],
      [(c) => c.wait(0, 1), (_, i) => i(0)],
    ],
  },
  {
    title: "memory and slow commands",
    given: async (redis) => {
      await redis.set("k", 1);
      await redis.configSet("slowlog-log-slower-than", 0);
      await redis.echo("slow");
      await redis.configSet("slowlog-log-slower-than", -1);
    },
    steps: [
      [(c) => c.memoryUsage("no"), () => null],
      [(c) => c.memoryDoctor(), someText],
      [(c) => c.memoryMallocStats(), someText],
      [(c) => c.memoryPurge(), () => "OK"],
      [
        (c) => c.memoryStats(),
        () =>
          some({
            "keys.count": 1,
            "dataset.percentage": someNumber(),
            "db.0": some({ "overhead.hashtable.main": someNumber() }),
          }),
      ],
      [
        (c) => c.slowlogGet(1),
        (t) => [
          {
            id: someNumber(),
            time: someNumber(),
            duration: someNumber(),
            args: [t("ECHO"), t("slow")],
            client: expect.stringContaining("127.0.0.1:"),
            clientName: "",
          },
        ],
      ],
      [(c) => c.slowlogReset(), () => "OK"],
      [(c) => c.slowlogLen(), (_, i) => i(0)],
    ],
  },
  {
    title: "commands about commands",
    steps: [
      [
        (c) => c.commandInfo("get", "no"),
        () => [
          {
            name: "get",
            arity: 2,
            flags: ["readonly", "fast"],
            firstKey: 1,
            lastKey: 1,
            step: 1,
            aclCategories: ["@read", "@string", "@fast"],
            tips: [],
            keySpecs: [
              {
                flags: ["RO", "access"],
                beginSearch: { type: "index", spec: { index: 1 } },
                findKeys: { type: "range", spec: { lastkey: 0, keystep: 1, limit: 0 } },
              },
            ],
            subcommands: [],
          },
          null,
        ],
      ],
      [(c) => c.command(), () => expect.arrayContaining([some({ name: "xgroup" })])],
      [(c) => c.commandList({ aclcat: "geo" }), () => expect.arrayContaining(["geoadd"])],
      [
        (c) => c.commandDocs("expire", "no"),
        () => ({
          expire: {
            summary: "Set a key's time to live in seconds",
            since: "1.0.0",
            group: "generic",
            complexity: "O(1)",
            history: [["7.0.0", "Added options: `NX`, `XX`, `GT` and `LT`."]],
            arguments: [
              { name: "key", type: "key", keySpecIndex: 0 },
              { name: "seconds", type: "integer" },
              {
                name: "condition",
                type: "oneof",
                since: "7.0.0",
                flags: ["optional"],
                arguments: ["nx", "xx", "gt", "lt"].map((name) => ({
                  name,
                  type: "pure-token",
                  token: name.toUpperCase(),
                })),
              },
            ],
          },
        }),
      ],
      [
        (c) => c.commandDocs("object"),
        () => ({ object: some({ subcommands: some({ "object|freq": some({ group: "generic" }) }) }) }),
      ],
      [(c) => c.commandGetkeys("mset", "a", 1, "b", 2), (t) => [t("a"), t("b")]],
      [(c) => c.commandGetkeysandflags("set", "a", "b"), (t) => [{ key: t("a"), flags: ["OW", "update"] }]],
    ],
  },
];
