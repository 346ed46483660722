/** Every command of real servers is sent by some method, or it is state of a connection, which is named here. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Redis } from "../../src/client/redis.js";
import {
  laterServer,
  needsLater,
  needsRedis,
  redisAvailable,
  startRedis,
  type Target,
} from "../tools/redis-server.js";
import { wireCases } from "./all-wire-cases.js";
import { Recorder } from "./recorder.js";

/** What changes how the connection goes on. `Redis`, `Session` and `PubSub` do these, or nobody. */
const CONNECTION_STATE: Readonly<Record<string, readonly string[]>> = {
  "who one is, and what protocol one speaks": [
    "AUTH",
    "HELLO",
    "CLIENT CAPA",
    "CLIENT IMPORT-SOURCE",
    "CLIENT SETINFO",
    "CLIENT SETNAME",
    "QUIT",
    "RESET",
    "SELECT",
  ],
  transactions: ["MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH"],
  subscriptions: [
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "PSUBSCRIBE",
    "PUNSUBSCRIBE",
    "SSUBSCRIBE",
    "SUNSUBSCRIBE",
    "MONITOR",
  ],
  "whether and how the server replies": ["CLIENT REPLY", "CLIENT TRACKING", "CLIENT CACHING", "SCRIPT DEBUG"],
  replication: ["SYNC", "PSYNC", "REPLCONF"],
  clusters: ["READONLY", "READWRITE", "ASKING", "RESTORE-ASKING", "CLUSTER SYNCSLOTS"],
};

const SERVERS = [
  { name: needsRedis("the commands of redis-server"), runs: redisAvailable, options: {} },
  ...(["redis8", "valkey"] as const).map((later) => ({
    name: needsLater(later, `the commands of ${later}`),
    runs: laterServer(later) !== undefined,
    options: { later },
  })),
];

for (const { name, runs, options } of SERVERS)
  describe.runIf(runs)(name, () => {
    let target: Target;
    let redis: Redis;
    beforeAll(async () => {
      target = await startRedis(options);
      redis = new Redis({ port: target.port });
    });
    afterAll(async () => {
      await redis.close();
      await target.stop();
    });

    test("have methods, all but HELP and what is state of a connection", async () => {
      const sent = new Set<string>();
      const recorder = new Recorder();
      for (const [call] of wireCases) {
        call(recorder);
        sent.add(recorder.name);
      }
      const state = new Set(Object.values(CONNECTION_STATE).flat());
      const names: string[] = [];
      for (const [name, { subcommands }] of Object.entries(await redis.commandDocs())) {
        const all = subcommands === undefined ? [name] : Object.keys(subcommands);
        names.push(...all.map((each) => each.toUpperCase().replace("|", " ")));
      }
      expect(names.length).toBeGreaterThan(300);
      expect(names.filter((name) => !sent.has(name) && !state.has(name) && !name.endsWith(" HELP"))).toEqual(
        [],
      );
      // No method may change the state of a connection that others share.
      expect([...state].filter((name) => sent.has(name))).toEqual([]);
    });
  });
