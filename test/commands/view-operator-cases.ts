/** Calls on places, HyperLogLogs, users, latency, modules, debugging, and the replies they promise. */
import { expect } from "vitest";
import type { ViewCase } from "./view-cases.js";

const someNumber = () => expect.any(Number) as unknown;
const someText = () => expect.any(String) as unknown;
const some = (fields: Record<string, unknown>) => expect.objectContaining(fields) as unknown;

const palermo = { longitude: 13.361389338970184, latitude: 38.1155563954963 };
const middle = { longitude: 15, latitude: 37 };
const circle = { radius: 200, unit: "km" } as const;
const box = { width: 400, height: 400, unit: "km" } as const;

/** Cases on what came later than Redis's first types, and for operators. */
export const operatorViewCases: readonly ViewCase[] = [
  {
    title: "places",
    steps: [
      [
        (c) =>
          c.geoadd("g", [
            { member: "Palermo", longitude: 13.361389, latitude: 38.115556 },
            { member: "Catania", longitude: "15.087269", latitude: 37.502669 },
          ]),
        (_, i) => i(2),
      ],
      [(c) => c.geodist("g", "Palermo", "Catania"), () => 166274.1516],
      [(c) => c.geodist("g", "Palermo", "Catania", "km"), () => 166.2742],
      [(c) => c.geodist("g", "Palermo", "no"), () => null],
      [(c) => c.geohash("g", "Palermo", "no"), () => ["sqc8b49rny0", null]],
      [(c) => c.geopos("g", "Palermo", "no"), () => [palermo, null]],
      [(c) => c.geosearch("g", middle, circle, { order: "asc" }), (t) => [t("Catania"), t("Palermo")]],
      [(c) => c.geosearch("no", middle, circle, { withDist: true }), () => []],
      [
        (c) => c.geosearch("g", middle, circle, { order: "asc", count: 1, withDist: true }),
        (t) => [{ member: t("Catania"), distance: 56.4413 }],
      ],
      [
        (c) => c.geosearch("g", { member: "Palermo" }, box, { order: "asc", withHash: true }),
        (t) => [
          { member: t("Palermo"), hash: 3479099956230698 },
          { member: t("Catania"), hash: 3479447370796909 },
        ],
      ],
      [
        (c) =>
          c.georadiusbymember(
            "g",
            "Palermo",
            { radius: 1, unit: "m" },
            {
              withCoord: true,
              withDist: true,
              withHash: true,
            },
          ),
        (t) => [{ member: t("Palermo"), distance: 0, hash: 3479099956230698, position: palermo }],
      ],
      [(c) => c.georadius("g", middle, circle, { order: "desc" }), (t) => [t("Palermo"), t("Catania")]],
      [(c) => c.georadius("g", middle, circle, { store: "d" }), (_, i) => i(2)],
      [(c) => c.georadiusRo("g", middle, { radius: 1, unit: "mi" }), () => []],
      [
        (c) => c.georadiusbymemberRo("g", "Palermo", circle, { count: 1, withCoord: true }),
        (t) => [{ member: t("Palermo"), position: palermo }],
      ],
      [(c) => c.geosearchstore("d", "g", middle, circle, { storeDist: true, count: 1 }), (_, i) => i(1)],
      [
        (c) => c.zrange("d", 0, -1, { withScores: true }),
        (t) => [{ member: t("Catania"), score: expect.closeTo(56.4413, 4) as unknown }],
      ],
    ],
  },
  {
    title: "HyperLogLogs",
    steps: [
      [(c) => c.pfadd("h", "a", "b"), () => true],
      [(c) => c.pfadd("h", "a"), () => false],
      [(c) => c.pfcount("h"), (_, i) => i(2)],
      [(c) => c.pfmerge("d", "h"), () => "OK"],
      [(c) => c.pfcount("h", "d"), (_, i) => i(2)],
      [(c) => c.pfdebug("encoding", "h"), () => "sparse"],
      [(c) => c.pfdebug("decode", "h"), () => "Z:12711 v:2,1 Z:3068 v:1,1 Z:603"],
      [(c) => c.pfdebug("todense", "h"), () => true],
      [(c) => c.pfdebug("todense", "h"), () => false],
      [(c) => c.pfdebug("encoding", "h"), () => "dense"],
      [async (c) => (await c.pfdebug("getreg", "h")).filter((register) => register !== 0), () => [2, 1]],
    ],
  },
  {
    title: "users",
    given: async (redis) => {
      await redis.aclLogReset();
      await redis.aclDeluser("ada");
      const session = await redis.dedicated();
      await session.call("AUTH", "ada", "wrong").catch(() => undefined);
      await session.release();
    },
    steps: [
      [(c) => c.aclWhoami(), () => "default"],
      [(c) => c.aclUsers(), () => ["default"]],
      [(c) => c.aclList(), () => ["user default on nopass ~* &* +@all"]],
      [(c) => c.aclSetuser("ada", "on", ">p", "~a*", "%R~b*", "&ch", "+@read", "(+set ~x)"), () => "OK"],
      [
        (c) => c.aclGetuser("ada"),
        () => ({
          flags: ["on"],
          passwords: ["148de9c5a7a44d19e56cd9ae1a554bf67847afb0c58f6e12fa29ac7ddfca9940"],
          commands: "-@all +@read",
          keys: "~a* %R~b*",
          channels: "&ch",
          selectors: [{ commands: "-@all +set", keys: "~x", channels: "" }],
        }),
      ],
      [(c) => c.aclGetuser("no"), () => null],
      [(c) => c.aclDryrun("ada", "get", "a"), () => "OK"],
      [(c) => c.aclDryrun("ada", "get", "x"), () => "This user has no permissions to access the 'x' key"],
      [(c) => c.aclCat(), () => expect.arrayContaining(["geo", "dangerous"])],
      [(c) => c.aclCat("hyperloglog"), () => expect.arrayContaining(["pfadd", "pfcount"])],
      [(c) => c.aclGenpass(5), () => expect.stringMatching(/^[0-9a-f]{2}$/)],
      [
        (c) => c.aclLog(1),
        (t) => [
          {
            count: 1,
            reason: "auth",
            context: "toplevel",
            object: t("AUTH"),
            username: t("ada"),
            ageSeconds: someNumber(),
            clientInfo: some({ cmd: "auth", user: "default", db: 0 }),
          },
        ],
      ],
      [(c) => c.aclLogReset(), () => "OK"],
      [(c) => c.aclLog(), () => []],
      [(c) => c.aclDeluser("ada", "no"), (_, i) => i(1)],
    ],
  },
  {
    title: "latency",
    given: async (redis) => {
      await redis.configResetstat();
      await redis.latencyReset();
      await redis.configSet("latency-monitor-threshold", 1);
      await redis.debug("sleep", 0.005);
      await redis.configSet("latency-monitor-threshold", 0);
      await redis.get("k");
    },
    steps: [
      [
        (c) => c.latencyLatest(),
        () => [{ event: "command", time: someNumber(), latency: someNumber(), max: someNumber() }],
      ],
      [(c) => c.latencyHistory("command"), () => [{ time: someNumber(), latency: someNumber() }]],
      [(c) => c.latencyHistory("no"), () => []],
      [(c) => c.latencyGraph("command"), () => expect.stringMatching(/^command - high/)],
      [(c) => c.latencyDoctor(), () => expect.stringMatching(/^Dave, /)],
      [
        async (c) => {
          const { get } = await c.latencyHistogram("get", "no");
          return [get.calls, Object.values(get.histogramUsec)];
        },
        () => [1, [1]],
      ],
      [(c) => c.latencyReset("command", "no"), (_, i) => i(1)],
    ],
  },
  {
    title: "replication, modules, debugging",
    given: (redis) => redis.rpush("l", "a"),
    steps: [
      [(c) => c.replicaof("no one"), () => "OK"],
      [(c) => c.slaveof("no one"), () => "OK"],
      [(c) => c.moduleList(), () => []],
      [(c) => c.debug("set-active-expire", 1), () => "OK"],
      [(c) => c.debug("protocol", "integer"), (_, i) => i(12345)],
      [
        (c) => c.debugObject("l"),
        () =>
          some({
            at: someText(),
            refcount: 1,
            encoding: "quicklist",
            lruSecondsIdle: someNumber(),
            qlNodes: 1,
          }),
      ],
    ],
  },
];
