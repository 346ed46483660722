/**
 * What a replica is sent: every conformance case runs on redis-server and on the mini server while somebody follows
 * both, and the streams are compared.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { needsRedis, redisAvailable, startRedis, startTarget } from "../tools/redis-server.js";
import { ReplicationTap } from "../tools/replication-tap.js";
import { RawClient } from "../tools/witness.js";
import { families } from "./families.js";
import { Bench } from "./run-case.js";

interface Followed {
  readonly bench: Bench;
  readonly tap: ReplicationTap;
  readonly fence: RawClient;
}

const followed: Followed[] = [];

/** What behaves otherwise while there are other connections, or a replica. */
const BY_THE_CLOCK = new Set([
  "keys vanish when their time has come",
  "a script is one step",
  "DEBUG SET-DISABLE-DENY-SCRIPTS",
]);
const LEFT_OUT = new Set(["acl rules", "maxmemory"]);
const MINDS_REPLICAS =
  /\b(FAILOVER|REPLICAOF|SLAVEOF|WAIT|ROLE|KILL|PAUSE|MONITOR|QUIT|RESET|ACL|SET-ACTIVE-EXPIRE)\b/i;

/** Moments and what is chosen at random cannot be the same on both. */
function comparable(words: readonly string[], since: number): string {
  const shown = words.map((word) => {
    const ms = /^(\d{13})(-\d+)?$/.exec(word);
    const isRecent = ms !== null && Math.abs(Number(ms[1]) - since) < 10_000_000_000;
    return isRecent ? `<moment>${ms[2] ?? ""}` : JSON.stringify(word);
  });
  return shown.join(" ");
}

/**
 * Members that were drawn by lot, the order of a set's members in a payload, and a threshold of XADD for which
 * redis-server takes an entry that has been deleted, are left out.
 */
function withoutChance(text: string, words: readonly string[]): readonly string[] {
  if (words[0] === "SREM" && /\bSPOP\b/i.test(text)) return words.slice(0, 2);
  if (words[0] === "RESTORE") return [...words.slice(0, 3), ...words.slice(4)];
  return words[2] === "MINID" && words[3] === "=" ? [...words.slice(0, 4), ...words.slice(5)] : words;
}

async function streamOf({ bench, tap, fence }: Followed, text: string): Promise<string[]> {
  const since = Date.now();
  await bench.run(text, 2);
  const requests = await tap.upToNow((channel, message) => fence.call("PUBLISH", channel, message));
  return requests
    .filter(([name]) => !/^(ping|replconf)$/i.test(name))
    .map((words) => comparable(withoutChance(text, words), since));
}

describe.skipIf(!redisAvailable)(needsRedis("the replication stream"), () => {
  beforeAll(async () => {
    const redis = await startRedis({ args: ["--enable-debug-command", "yes", "--repl-diskless-sync", "no"] });
    for (const target of [redis, await startTarget("mini")]) {
      const tap = await ReplicationTap.attach(target.port);
      const fence = await RawClient.connect(target.port, target.host);
      followed.push({ bench: await Bench.open(target, 2), tap, fence });
    }
  });

  afterAll(async () => {
    for (const { bench, tap, fence } of followed) {
      tap.close();
      fence.close();
      bench.close();
      await bench.target.stop();
    }
  });

  for (const family of families.filter(({ name }) => !LEFT_OUT.has(name))) {
    describe(family.name, () => {
      for (const [name, text] of Object.entries(family.cases)) {
        if (MINDS_REPLICAS.test(text)) continue;
        // Keys that are due go when somebody looks for them, or by themselves: that is a matter of moments.
        if (BY_THE_CLOCK.has(name)) continue;
        test(name, async () => {
          const [redis, mini] = await Promise.all(followed.map((one) => streamOf(one, text)));
          expect(mini).toEqual(redis);
        });
      }
    });
  }
});
