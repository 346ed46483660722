/** Calls on streams and their groups, and the replies they promise. */
import { expect } from "vitest";
import type { Redis } from "../../src/client/redis.js";
import type { ViewCase } from "./view-cases.js";

const someNumber = () => expect.any(Number) as unknown;
const someText = () => expect.any(String) as unknown;

/** Three entries, and a group that has delivered all of them to the consumer `c`. */
async function delivered(redis: Redis): Promise<void> {
  await redis.xadd("s", { a: 1, b: 2 }, { id: "1-1" });
  await redis.xadd("s", { a: 3 }, { id: "2-1" });
  await redis.xadd("s", { a: 4 }, { id: "3-1" });
  await redis.xgroupCreate("s", "g", 0);
  await redis.xreadgroup("g", "c", { s: ">" });
}

/** Cases on streams. */
export const streamViewCases: readonly ViewCase[] = [
  {
    title: "streams",
    steps: [
      [(c) => c.xadd("s", { a: 1, b: 2 }, { id: "1-1" }), () => "1-1"],
      [(c) => c.xadd("s", { a: 3 }, { id: "2-1" }), () => "2-1"],
      [(c) => c.xadd("no", { a: 1 }, { noMkStream: true }), () => null],
      [(c) => c.xlen("s"), (_, i) => i(2)],
      [
        (c) => c.xrange("s", "-", "+", { count: 1 }),
        (t) => [{ id: "1-1", fields: { a: t("1"), b: t("2") } }],
      ],
      [(c) => c.xrevrange("s", "+", "(1-1"), (t) => [{ id: "2-1", fields: { a: t("3") } }]],
      [(c) => c.xrange("no", "-", "+"), () => []],
      [
        (c) => c.xread({ s: "1-1", no: 0 }),
        (t) => [{ key: t("s"), entries: [{ id: "2-1", fields: { a: t("3") } }] }],
      ],
      [(c) => c.xread({ s: "$" }), () => null],
      [(c) => c.xread({ s: "$" }, { block: 1 }), () => null],
      [(c) => c.xadd("s", { a: 5 }, { id: "3-1", maxLen: 2 }), () => "3-1"],
      [(c) => c.xtrim("s", { minId: "3-1" }), (_, i) => i(1)],
      [(c) => c.xdel("s", "3-1", "4-1"), (_, i) => i(1)],
      [(c) => c.xsetid("s", "9-1", { entriesAdded: 100, maxDeletedId: "5-1" }), () => "OK"],
      [
        (c) => c.xinfoStream("s"),
        () => ({
          length: 0,
          radixTreeKeys: 0,
          radixTreeNodes: 1,
          lastGeneratedId: "9-1",
          maxDeletedEntryId: "5-1",
          entriesAdded: 100,
          recordedFirstEntryId: "0-0",
          groups: 0,
          firstEntry: null,
          lastEntry: null,
        }),
      ],
    ],
  },
  {
    title: "groups of consumers",
    given: delivered,
    steps: [
      [(c) => c.xgroupCreate("t", "g", "$", { mkStream: true, entriesRead: 0 }), () => "OK"],
      [(c) => c.xgroupCreateconsumer("t", "g", "c"), () => true],
      [(c) => c.xgroupCreateconsumer("t", "g", "c"), () => false],
      [(c) => c.xreadgroup("g", "c", { s: ">", t: ">" }), () => null],
      [(c) => c.xdel("s", "2-1"), (_, i) => i(1)],
      [
        (c) => c.xreadgroup("g", "c", { s: "1-1" }),
        (t) => [
          {
            key: t("s"),
            entries: [
              { id: "2-1", fields: null },
              { id: "3-1", fields: { a: t("4") } },
            ],
          },
        ],
      ],
      [(c) => c.xreadgroup("g", "other", { s: 0 }), (t) => [{ key: t("s"), entries: [] }]],
      [
        (c) => c.xpending("s", "g"),
        (t) => ({
          pending: 3,
          smallestId: "1-1",
          greatestId: "3-1",
          consumers: [{ name: t("c"), pending: 3 }],
        }),
      ],
      [
        (c) => c.xpending("t", "g"),
        () => ({ pending: 0, smallestId: null, greatestId: null, consumers: [] }),
      ],
      [
        (c) => c.xpending("s", "g", { count: 1, consumer: "c" }),
        (t) => [{ id: "1-1", consumer: t("c"), idle: someNumber(), deliveries: 1 }],
      ],
      [
        (c) => c.xclaim("s", "g", "d", 0, ["1-1", "2-1"]),
        (t) => [{ id: "1-1", fields: { a: t("1"), b: t("2") } }],
      ],
      [(c) => c.xclaim("s", "g", "d", 0, "1-1", { justId: true }), () => ["1-1"]],
      [(c) => c.xclaim("s", "g", "d", 60_000, "1-1"), () => []],
      [(c) => c.xdel("s", "1-1"), (_, i) => i(1)],
      [
        (c) => c.xautoclaim("s", "g", "e", 0, 0),
        (t) => ({ cursor: "0-0", claimed: [{ id: "3-1", fields: { a: t("4") } }], deleted: ["1-1"] }),
      ],
      [
        (c) => c.xautoclaim("s", "g", "e", 0, 0, { count: 1, justId: true }),
        () => ({ cursor: "0-0", claimed: ["3-1"], deleted: [] }),
      ],
      [(c) => c.xack("s", "g", "3-1", "9-1"), (_, i) => i(1)],
      [(c) => c.xgroupSetid("s", "g", 0, { entriesRead: 1 }), () => "OK"],
      [(c) => c.xgroupDelconsumer("s", "g", "e"), (_, i) => i(0)],
      [(c) => c.xgroupDestroy("s", "g"), () => true],
      [(c) => c.xgroupDestroy("s", "g"), () => false],
    ],
  },
  {
    title: "what is known of streams",
    given: delivered,
    steps: [
      [
        (c) => c.xinfoStream("s"),
        (t) => ({
          length: 3,
          radixTreeKeys: 1,
          radixTreeNodes: 2,
          lastGeneratedId: "3-1",
          maxDeletedEntryId: "0-0",
          entriesAdded: 3,
          recordedFirstEntryId: "1-1",
          groups: 1,
          firstEntry: { id: "1-1", fields: { a: t("1"), b: t("2") } },
          lastEntry: { id: "3-1", fields: { a: t("4") } },
        }),
      ],
      [
        (c) => c.xinfoStream("s", { full: true, count: 1 }),
        (t) => ({
          length: 3,
          radixTreeKeys: 1,
          radixTreeNodes: 2,
          lastGeneratedId: "3-1",
          maxDeletedEntryId: "0-0",
          entriesAdded: 3,
          recordedFirstEntryId: "1-1",
          entries: [{ id: "1-1", fields: { a: t("1"), b: t("2") } }],
          groups: [
            {
              name: t("g"),
              lastDeliveredId: "3-1",
              entriesRead: 3,
              lag: 0,
              pelCount: 3,
              pending: [{ id: "1-1", consumer: t("c"), deliveryTime: someNumber(), deliveries: 1 }],
              consumers: [
                {
                  name: t("c"),
                  seenTime: someNumber(),
                  pelCount: 3,
                  pending: [{ id: "1-1", deliveryTime: someNumber(), deliveries: 1 }],
                },
              ],
            },
          ],
        }),
      ],
      [
        (c) => c.xinfoGroups("s"),
        (t) => [{ name: t("g"), consumers: 1, pending: 3, lastDeliveredId: "3-1", entriesRead: 3, lag: 0 }],
      ],
      [(c) => c.xgroupSetid("s", "g", "2-1"), () => "OK"],
      [
        (c) => c.xinfoGroups("s"),
        (t) => [
          { name: t("g"), consumers: 1, pending: 3, lastDeliveredId: "2-1", entriesRead: null, lag: null },
        ],
      ],
      [(c) => c.xinfoConsumers("s", "g"), (t) => [{ name: t("c"), pending: 3, idle: someNumber() }]],
      [(c) => c.xadd("s", { a: 1 }), someText],
    ],
  },
];
