/**
 * The commands of search on a real module: RediSearch 1.2, as Debian has it (`redis-redisearch`). What came with its
 * version 2, such as indexes over hashes, is compared with the documentation alone (`reply-search-cases.ts`).
 */
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { redisAvailable, startRedis, type Target } from "../tools/redis-server.js";

const MODULE = "/usr/lib/redis/modules/redisearch.so";
const available = redisAvailable && existsSync(MODULE);
if (!available && process.env.CI === "true") throw new Error("Debian's redis-redisearch is missing on CI");
const name = "the search module";

describe.skipIf(!available).each([2, 3] as const)(
  available ? `${name}, RESP%i` : `${name}, RESP%i (skipped: redis-redisearch is not installed)`,
  (protocol) => {
    let target: Target;
    let redis: Redis;

    beforeAll(async () => {
      target = await startRedis({ args: ["--loadmodule", MODULE] });
      redis = new Redis({ port: target.port, host: target.host, protocol });
      expect(
        await redis.ftCreate(
          "books",
          {
            title: { type: "text", weight: 5, sortable: true },
            text: { type: "text", noStem: true },
            price: { type: "numeric", sortable: true },
            tags: { type: "tag", separator: ";" },
            place: { type: "geo" },
          },
          { stopWords: ["the"] },
        ),
      ).toBe("OK");
      const fields = (n: number) => [
        "title",
        `hello world ${n}`,
        "text",
        "some text here",
        "price",
        n * 10,
        "tags",
        n % 2 === 1 ? "red;blue" : "green",
        "place",
        "13.36,38.11",
      ];
      for (let n = 0; n < 4; n++) {
        await redis.call("FT.ADD", "books", `book:${n}`, 1, "FIELDS", ...fields(n));
      }
    });

    afterAll(async () => {
      await redis?.close();
      await target?.stop();
    });

    it("finds documents, with what was asked of them", async () => {
      const all = await redis.ftSearch("books", "hello", { sortBy: { field: "price" } });
      expect(all.total).toBe(4);
      expect(all.documents[1]).toEqual({
        id: "book:1",
        fields: {
          title: "hello world 1",
          text: "some text here",
          price: "10",
          tags: "red;blue",
          place: "13.36,38.11",
        },
      });
      const some = await redis.ftSearch("books", "@title:hello", {
        withScores: true,
        return: ["title"],
        highlight: { fields: ["title"], tags: ["<b>", "</b>"] },
        sortBy: { field: "price", order: "desc" },
        inKeys: ["book:1", "book:2"],
        language: "english",
        verbatim: true,
        inOrder: true,
        slop: 1,
      });
      expect(some).toEqual({
        total: 2,
        documents: [
          { id: "book:2", score: expect.any(Number), fields: { title: "<b>hello</b> world 2" } },
          { id: "book:1", score: expect.any(Number), fields: { title: "<b>hello</b> world 1" } },
        ],
      });
      const red = await redis.ftSearch("books", "@tags:{red} @price:[20 inf]", { noContent: true });
      expect(red.documents.map(({ id }) => id)).toEqual(["book:3"]);
      const near = { field: "place", longitude: 13.36, latitude: 38.11, radius: 1, unit: "km" } as const;
      const keys = await redis.ftSearch("books", "hello", {
        noContent: true,
        filter: { field: "price", min: 10, max: "(30" },
        geoFilter: near,
        limit: { offset: 1, count: 5 },
        sortBy: { field: "price" },
      });
      expect(keys).toEqual({ total: 2, documents: [{ id: "book:2", fields: {} }] });
    });

    it("counts and groups, at once and by pages", async () => {
      const { rows } = await redis.ftAggregate("books", "*", {
        load: ["@price"],
        steps: [
          { apply: "@price % 20", as: "rest" },
          {
            groupBy: "@rest",
            reduce: [
              { function: "count", as: "n" },
              { function: "sum", args: ["@price"], as: "sum" },
            ],
          },
          { sortBy: { property: "@sum", order: "desc" } },
        ],
      });
      expect(rows).toEqual([
        { rest: "10", n: "2", sum: "40" },
        { rest: "0", n: "2", sum: "20" },
      ]);
      const first = await redis.ftAggregate("books", "*", { load: ["@title"], cursor: { count: 3 } });
      const second = await redis.ftCursorRead("books", first.cursor);
      expect([first.rows.length, second.rows.length]).toEqual([3, 1]);
      const other = await redis.ftAggregate("books", "*", { load: ["@title"], cursor: { count: 1 } });
      expect(await redis.ftCursorDel("books", other.cursor)).toBe("OK");
    });

    it("tells how it reads a query, and what tags and synonyms there are", async () => {
      expect(await redis.ftExplain("books", "hello -world")).toMatch(/^INTERSECT \{[\s\S]*NOT\{/);
      expect((await redis.ftTagvals("books", "tags")).sort()).toEqual(["blue", "green", "red"]);
      const group = String(await redis.call("FT.SYNADD", "books", "boy", "child"));
      expect(await redis.ftSynupdate("books", group, ["lad"])).toBe("OK");
      expect(await redis.ftSyndump("books")).toEqual({ boy: [group], child: [group], lad: [group] });
      expect(await redis.ftAlter("books", { more: { type: "text" } })).toBe("OK");
    });

    it("completes what is being typed", async () => {
      const key = `words:${protocol}`;
      expect(await redis.ftSugadd(key, "hello world", 1)).toBe(1);
      expect(await redis.ftSugadd(key, "hello there", 2, { payload: "p" })).toBe(2);
      expect(await redis.ftSugget(key, "hallo", { fuzzy: true, max: 1 })).toEqual([
        { suggestion: "hello there" },
      ]);
      expect(await redis.ftSugget(key, "hel", { withScores: true, withPayloads: true })).toEqual([
        { suggestion: "hello there", score: expect.closeTo(2 / 3), payload: "p" },
        { suggestion: "hello world", score: expect.closeTo(1 / 3), payload: null },
      ]);
      expect(await redis.ftSuglen(key)).toBe(2);
      expect(await redis.ftSugdel(key, "hello there")).toBe(true);
      expect(await redis.ftSugget(key, "nothing")).toEqual([]);
    });
  },
);
