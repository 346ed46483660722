/**
 * Random programs of several clients that wait for one another (BLPOP and its like), on redis-server and on the
 * mini server. After each command all replies are gathered: that of the client which sent it, and those of the
 * clients that it has woken. Seeds as in `differential.test.ts`; `DIFF_WAITING` is the number of programs.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { needsRedis, redisAvailable, startTarget, type Target, targetKinds } from "../tools/redis-server.js";
import { seedFrom } from "../tools/seed.js";
import { type Node, RawClient, show } from "../tools/witness.js";
import { type Words, word, words } from "./arguments.js";
import { plain } from "./program.js";

const programCount = Number(process.env.DIFF_WAITING ?? 500);
const firstSeed = seedFrom("DIFF_SEED");
const kinds = targetKinds(process.env.DIFF_TARGETS ?? "redis,mini");
const CLIENTS = 4;
const KEYS = ["l1", "l2", "z1", "r1"];

const list = fc.constantFrom("l1", "l1", "l2", "l2", "z1");
const zset = fc.constantFrom("z1", "z1", "z1", "l1");
const stream = fc.constantFrom("r1", "r1", "r1", "r2", "l1");
const side = word("LEFT", "RIGHT");
const member = fc.constantFrom("a", "b", "c");

const waits: Words = fc.oneof(
  words(word("BLPOP", "BRPOP"), list, "0"),
  words(word("BLPOP", "BRPOP"), list, list, "0"),
  words("BLMOVE", list, list, side, side, "0"),
  words("BRPOPLPUSH", list, list, "0"),
  words("BLMPOP", "0", "2", list, list, side, "COUNT", fc.constantFrom("1", "2", "3")),
  words(word("BZPOPMIN", "BZPOPMAX"), zset, "0"),
  words("BZMPOP", "0", "1", zset, word("MIN", "MAX"), "COUNT", fc.constantFrom("1", "2")),
  words("XREAD", "BLOCK", "0", "STREAMS", stream, fc.constantFrom("$", "$", "0", "2")),
  words("XREAD", "COUNT", "1", "BLOCK", "0", "STREAMS", stream, stream, "$", "$"),
  words("XREADGROUP", "GROUP", "g", member, "BLOCK", "0", "STREAMS", stream, ">"),
  words("XREADGROUP", "GROUP", "g", member, "NOACK", "COUNT", "1", "BLOCK", "0", "STREAMS", stream, ">"),
);

const acts: Words = fc.oneof(
  words(word("RPUSH", "LPUSH"), list, member),
  words(word("RPUSH", "LPUSH"), list, member, member, member),
  words("ZADD", zset, fc.constantFrom("1", "2"), member, "3", member),
  words("LMOVE", list, list, side, side),
  words("LPOP", list),
  words("ZPOPMIN", zset),
  words("DEL", fc.constantFrom(...KEYS)),
  words("RENAME", fc.constantFrom(...KEYS), fc.constantFrom(...KEYS)),
  words("SET", list, "string"),
  words("COPY", list, list, "REPLACE"),
  words("SORT", list, "ALPHA", "STORE", list),
  words("ZUNIONSTORE", zset, "1", zset),
  words("XADD", stream, fc.constantFrom("1-*", "2-*", "3-*"), "f", member),
  words("XADD", stream, fc.constantFrom("1-*", "2-*", "3-*"), "f", member, "g", member),
  words("XDEL", stream, fc.constantFrom("1-0", "2-0", "3-0")),
  words("XGROUP", "CREATE", stream, "g", fc.constantFrom("0", "$"), "MKSTREAM"),
  words("XGROUP", "DESTROY", stream, "g"),
  words("EVAL", "redis.call('RPUSH', 'l1', 'x', 'y'); return redis.call('LPUSH', 'l2', 'z')", "0"),
  words("EVAL", "redis.call('RPUSH', 'l1', 'x'); return redis.call('DEL', 'l1')", "0"),
);

/** Commands in one write: one, or a transaction. */
type Step = { readonly client: number; readonly commands: readonly (readonly string[])[] };

const step: fc.Arbitrary<Step> = fc
  .tuple(
    fc.nat(CLIENTS - 1),
    fc.oneof(
      { weight: 5, arbitrary: waits.map((one) => [one]) },
      { weight: 6, arbitrary: acts.map((one) => [one]) },
      {
        weight: 1,
        arbitrary: fc
          .array(fc.oneof(acts, waits), { minLength: 1, maxLength: 4, size: "max" })
          .map((found) => [["MULTI"], ...found, ["EXEC"]]),
      },
    ),
  )
  .map(([client, commands]) => ({ client, commands }));

class WaitingProgram {
  readonly steps: readonly Step[];
  readonly protocol: 2 | 3;
  constructor(steps: readonly Step[], protocol: 2 | 3) {
    this.steps = steps;
    this.protocol = protocol;
  }

  [fc.toStringMethod](): string {
    const line = ({ client, commands }: Step) =>
      commands.map((one) => `${client}> ${one.map(plain).join(" ")}`).join("\n");
    return `\nHELLO ${this.protocol}\n${this.steps.map(line).join("\n")}\n`;
  }
}

const programs = fc
  .tuple(
    fc.array(step, { minLength: 1, maxLength: 25, size: "max" }),
    fc.constantFrom(2 as const, 3 as const),
  )
  .map(([steps, protocol]) => new WaitingProgram(steps, protocol));

/** The clients of one server. */
class Crew {
  readonly control: RawClient;
  private readonly clients: RawClient[];
  private readonly ids: string[];
  private readonly waiting = new Set<number>();
  private fences = 0;

  private constructor(control: RawClient, clients: RawClient[], ids: string[]) {
    this.control = control;
    this.clients = clients;
    this.ids = ids;
  }

  static async gather(target: Target): Promise<Crew> {
    const control = await RawClient.connect(target.port, target.host);
    // The mini server loads Lua at its first script, and holds the client for so long.
    await control.call("EVAL", "return 1", "0");
    const clients: RawClient[] = [];
    const ids: string[] = [];
    for (let at = 0; at < CLIENTS; at++) {
      const client = await RawClient.connect(target.port, target.host);
      clients.push(client);
      ids.push(String((await client.call("CLIENT", "ID")).value));
    }
    return new Crew(control, clients, ids);
  }

  dismiss(): void {
    for (const client of [this.control, ...this.clients]) client.close();
  }

  /** What each step was answered, and what is left behind. */
  async run(program: WaitingProgram): Promise<string[]> {
    await this.control.call("FLUSHALL");
    for (const client of this.clients) {
      await client.callAll([["RESET"], ["HELLO", String(program.protocol)]]);
    }
    const told: string[] = [];
    for (const { client, commands } of program.steps) {
      if (this.waiting.has(client)) continue;
      const line = commands.map((words) => words.map(plain).join(" ")).join("; ");
      told.push(`${client}> ${line} -> ${await this.act(client, commands)}${await this.woken()}`);
    }
    for (const client of [...this.waiting]) await this.control.call("CLIENT", "UNBLOCK", this.ids[client]);
    told.push(`unblocked:${await this.woken()}`);
    for (const key of KEYS) {
      for (const words of [
        ["TYPE", key],
        ["LRANGE", key, "0", "-1"],
        ["ZRANGE", key, "0", "-1", "WITHSCORES"],
        ["XRANGE", key, "-", "+"],
        ["XPENDING", key, "g"],
      ]) {
        told.push(`${words.join(" ")} -> ${show(await this.control.call(...words))}`);
      }
    }
    return told;
  }

  /** Send commands and a PING: either it is answered, or the client is reported as blocked. */
  private async act(client: number, commands: readonly (readonly string[])[]): Promise<string> {
    const fence = `fence:${++this.fences}`;
    this.clients[client].send(...commands, ["PING", fence]);
    const replies = this.toFence(client, fence);
    let done = false;
    const finished = replies.then(() => {
      done = true;
    });
    for (let tries = 0; tries < 4000; tries++) {
      await Promise.race([finished, new Promise((resolve) => setImmediate(resolve))]);
      if (done) return (await replies).map(show).join(", ");
      if ((await this.blocked()).has(client)) {
        this.pending.set(client, replies);
        this.waiting.add(client);
        return "waits";
      }
    }
    throw new Error(`neither answered nor blocked: ${JSON.stringify(commands)}`);
  }

  private readonly pending = new Map<number, Promise<Node[]>>();

  /** The replies of the clients that wait no longer. */
  private async woken(): Promise<string> {
    const blocked = await this.blocked();
    let text = "";
    for (const client of [...this.waiting].sort()) {
      if (blocked.has(client)) continue;
      this.waiting.delete(client);
      text += ` | ${client}: ${(await this.pending.get(client)!).map(show).join(", ")}`;
    }
    return text;
  }

  private async blocked(): Promise<Set<number>> {
    const lines = String((await this.control.call("CLIENT", "LIST")).value).split("\n");
    const found = new Set<number>();
    for (const line of lines) {
      const [, id, flags] = /^id=(\d+) .* flags=(\S*) /.exec(line) ?? [];
      if (flags?.includes("b")) found.add(this.ids.indexOf(id));
    }
    return found;
  }

  private async toFence(client: number, fence: string): Promise<Node[]> {
    const nodes: Node[] = [];
    for (;;) {
      const node = await this.clients[client].next(10_000);
      if (node === undefined || node.value === fence) return nodes;
      nodes.push(node);
    }
  }
}

describe.skipIf(!redisAvailable)(needsRedis("random programs of clients that wait"), () => {
  const targets: Target[] = [];
  const crews: Crew[] = [];

  beforeAll(async () => {
    for (const kind of kinds) targets.push(await startTarget(kind));
  });

  afterAll(async () => {
    for (const crew of crews) crew.dismiss();
    for (const target of targets) await target.stop();
  });

  async function gather(): Promise<void> {
    for (const crew of crews.splice(0)) crew.dismiss();
    for (const target of targets) crews.push(await Crew.gather(target));
  }

  test(`${programCount} programs are answered alike`, { timeout: 600_000 }, async () => {
    const alike = fc.asyncProperty(programs, async (program) => {
      if (crews.length === 0) await gather();
      try {
        const [left, right] = await Promise.all(crews.map((crew) => crew.run(program)));
        const at = left.findIndex((line, index) => line !== right[index]);
        if (at >= 0) throw new Error(`\n${kinds[0]}: ${left[at]}\n${kinds[1]}: ${right[at]}`);
      } catch (error) {
        await gather();
        throw error;
      }
    });
    const outcome = await fc.check(alike, { numRuns: programCount, seed: firstSeed | 0 });
    if (outcome.failed && outcome.counterexample !== null) {
      const [program] = outcome.counterexample;
      expect.fail(`DIFF_SEED=${outcome.seed}${fc.stringify(program)}${outcome.errorInstance}`);
    }
  });
});
