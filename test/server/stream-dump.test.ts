/** Streams as payloads: between this server and redis-server both ways, the older form, and broken ones. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ErrorReply, OK, type ReplyValue } from "../../src/protocol/reply.js";
import { ByteWriter } from "../../src/server/engine/dump/byte-writer.js";
import { sealPayload } from "../../src/server/engine/dump/payload.js";
import { Engine } from "../../src/server/engine/engine.js";
import { fc } from "../tools/property.js";
import { needsRedis, redisAvailable, startTarget, type Target } from "../tools/redis-server.js";
import { RawClient, show } from "../tools/witness.js";

const NOW = 1_700_000_000_000;
/** Version and checksum at the end of a payload. */
const FOOTER = 10;

/** A client of an engine of its own. */
function newClient(): (...args: string[]) => ReplyValue | undefined {
  const engine = new Engine({ clock: { now: () => NOW, micros: () => NOW * 1000 }, random: () => 0.5 });
  const session = engine.newSession(() => undefined);
  return (...args) => engine.execute(session, args);
}

/** A payload with a right footer; `data` is a one-byte string. */
function sealed(data: string): string {
  const out = new ByteWriter();
  out.text(data);
  return sealPayload(out, 10);
}

const id = fc
  .tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 4 }))
  .map(([ms, seq]) => `${ms}-${seq}`);
const huge = fc.constantFrom("9007199254740993-1", "18446744073709551615-9223372036854775808");
const value = fc.oneof(fc.constantFrom("", "12", "-4097", "x".repeat(70)), fc.integer().map(String));
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom("f", "f", "g"), value)
      .map(([ms, field, text]) => ["XADD", "k", `${ms}-*`, field, text]),
  },
  { weight: 1, arbitrary: fc.tuple(huge, value).map(([at, text]) => ["XADD", "k", at, "f", text, "g", "1"]) },
  { weight: 3, arbitrary: id.map((at) => ["XDEL", "k", at]) },
  { weight: 1, arbitrary: id.map((at) => ["XTRIM", "k", "MINID", at]) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom("g", "12"), id, fc.constantFrom("-1", "3"))
      .map(([name, at, read]) => ["XGROUP", "CREATE", "k", name, at, "MKSTREAM", "ENTRIESREAD", read]),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom("g", "12"), fc.constantFrom("ann", "7", "bob"))
      .map(([group, name]) => ["XREADGROUP", "GROUP", group, name, "COUNT", "3", "STREAMS", "k", ">"]),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("g", "12"), id)
      .map(([group, at]) => [
        "XCLAIM",
        "k",
        group,
        "cat",
        "0",
        at,
        "FORCE",
        "TIME",
        "5",
        "RETRYCOUNT",
        "300",
      ]),
  },
);
const history = fc.array(step, { minLength: 1, maxLength: 60, size: "max" });

/** What there is to know of a stream. */
const READS = [
  ["XINFO", "STREAM", "k", "FULL", "COUNT", "0"],
  ["XINFO", "GROUPS", "k"],
  ["DEBUG", "DIGEST-VALUE", "k"],
];

describe.skipIf(!redisAvailable)(needsRedis("streams go from one server to the other"), () => {
  const targets: Target[] = [];
  const clients: RawClient[] = [];

  beforeAll(async () => {
    for (const kind of ["redis", "mini"] as const) {
      const target = await startTarget(kind);
      targets.push(target);
      clients.push(await RawClient.connect(target.port, target.host));
      await clients.at(-1)?.call("CONFIG", "SET", "stream-node-max-entries", "4");
    }
  });

  afterAll(async () => {
    for (const client of clients) client.close();
    for (const target of targets) await target.stop();
  });

  it.each([
    ["redis-server to this one", 0, 1],
    ["this one to redis-server", 1, 0],
  ])("from %s", async (_name, from, to) => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        await clients[from].callAll([["FLUSHALL"], ...steps]);
        const { value: payload } = await clients[from].call("DUMP", "k");
        if (typeof payload !== "string") return;
        await clients[to].call("FLUSHALL");
        expect((await clients[to].call("RESTORE", "k", "0", payload)).value).toBe("OK");
        const [there, here] = await Promise.all([clients[from].callAll(READS), clients[to].callAll(READS)]);
        expect(here.map(show)).toEqual(there.map(show));
        const [again] = await clients[to].callAll([["DUMP", "k"]]);
        expect(again.value).toBe(payload);
      }),
      { numRuns: 150 },
    );
  });
});

describe("payloads of streams", () => {
  it("of the older form have their counters worked out", () => {
    const run = newClient();
    run("XADD", "s", "1-1", "f", "v");
    run("XADD", "s", "1-2", "f", "v");
    run("XDEL", "s", "1-1");
    const data = (run("DUMP", "s") as string).slice(0, -FOOTER);
    // Length, last id, first id, greatest deleted id, entries added, groups: a byte each number.
    const nodes = data.slice(1, -9);
    const group = "\x01g\x01\x02\x00\x00";
    expect(run("RESTORE", "old", "0", sealed(`\x0f${nodes}\x01\x01\x02\x01${group}`))).toEqual(OK);
    expect(run("XRANGE", "old", "-", "+")).toEqual([["1-2", ["f", "v"]]]);
    const { flat } = run("XINFO", "STREAM", "old") as { flat: ReplyValue[] };
    const fact = (name: string) => flat[flat.indexOf(name) + 1];
    expect(fact("entries-added")).toBe(1);
    expect(fact("max-deleted-entry-id")).toBe("0-0");
    expect(fact("recorded-first-entry-id")).toBe("1-2");
    expect(run("XINFO", "GROUPS", "old")).toMatchObject([
      { flat: expect.arrayContaining(["g", "1-2", 1, 0]) },
    ]);
  });

  it("that are broken are refused and change nothing", () => {
    const run = newClient();
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom(0, 1, 2)), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(history, damage, (steps, hits) => {
        run("FLUSHALL");
        for (const words of steps) run(...words);
        const payload = run("DUMP", "k");
        if (typeof payload !== "string") return;
        const data = [...payload.slice(0, -FOOTER)];
        for (const [place, code, removed] of hits) {
          data.splice(place % (data.length + 1), removed, String.fromCharCode(code));
        }
        const reply = run("RESTORE", "broken", "0", sealed(data.join("")));
        if (reply instanceof ErrorReply) {
          expect(reply.message).toBe("ERR Bad data format");
          expect(run("EXISTS", "broken")).toBe(0);
        } else {
          expect(reply).toEqual(OK);
          expect(typeof run("DUMP", "broken")).toBe("string");
        }
      }),
      { numRuns: 500 },
    );
  });
});
