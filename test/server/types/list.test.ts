import { describe, expect, it } from "vitest";
import { ListValue } from "../../../src/server/engine/types/list.js";
import { fc } from "../../tools/property.js";

/** One change of a list, told to the list and to a plain array. */
type Step = (list: ListValue, model: string[]) => void;

const item = fc.constantFrom("a", "b", "c", "", "\0");
const fraction = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

const step: fc.Arbitrary<Step> = fc.oneof(
  item.map(
    (x): Step =>
      (list, model) => {
        list.pushHead(x);
        model.unshift(x);
      },
  ),
  item.map(
    (x): Step =>
      (list, model) => {
        list.pushTail(x);
        model.push(x);
      },
  ),
  fc.array(item, { maxLength: 20 }).map(
    (items): Step =>
      (list, model) => {
        for (const x of items) list.pushTail(x);
        model.push(...items);
      },
  ),
  fc.constant<Step>((list, model) => expect(list.popHead()).toBe(model.shift())),
  fc.constant<Step>((list, model) => expect(list.popTail()).toBe(model.pop())),
  fc.tuple(item, fraction).map(
    ([x, f]): Step =>
      (list, model) => {
        const at = Math.floor(f * (model.length + 1));
        list.insert(at, x);
        model.splice(at, 0, x);
      },
  ),
  fc.tuple(item, fraction).map(
    ([x, f]): Step =>
      (list, model) => {
        if (model.length === 0) return;
        const at = Math.floor(f * model.length);
        list.replace(at, x);
        model[at] = x;
      },
  ),
  fraction.map(
    (f): Step =>
      (list, model) => {
        const count = Math.floor((f * (model.length + 1)) / 2);
        list.dropHead(count);
        model.splice(0, count);
      },
  ),
  fraction.map(
    (f): Step =>
      (list, model) => {
        const count = Math.floor((f * (model.length + 1)) / 2);
        list.dropTail(count);
        model.splice(model.length - count, count);
      },
  ),
  fc.tuple(item, fc.integer({ min: 1, max: 5 }), fc.boolean()).map(([x, limit, fromTail]): Step => {
    return (list, model) => {
      let removed = 0;
      for (let n = 0; n < limit; n++) {
        const at = fromTail ? model.lastIndexOf(x) : model.indexOf(x);
        if (at === -1) break;
        model.splice(at, 1);
        removed++;
      }
      expect(list.removeEqual(x, limit, fromTail)).toBe(removed);
    };
  }),
);

describe("ListValue", () => {
  it("behaves as an array", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fraction, fraction, (steps, f, g) => {
        const list = new ListValue();
        const model: string[] = [];
        for (const run of steps) {
          run(list, model);
          expect(list.items()).toEqual(model);
          expect(list.size).toBe(model.length);
        }
        const from = Math.floor(f * model.length);
        const to = Math.floor(g * (model.length + 1));
        expect(list.range(from, to)).toEqual(model.slice(from, to));
        expect(list.at(from)).toBe(model[from]);
        expect(list.at(-1)).toBeUndefined();
        expect(list.at(model.length)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it("copies so that neither sees changes of the other", () => {
    const list = new ListValue(["a", "b"]);
    const twin = list.copy();
    twin.pushHead("x");
    list.popTail();
    expect(list.items()).toEqual(["a"]);
    expect(twin.items()).toEqual(["x", "a", "b"]);
  });

  it("stays fast as a queue of many elements", () => {
    const list = new ListValue();
    for (let i = 0; i < 200_000; i++) list.pushTail(String(i));
    for (let i = 0; i < 200_000; i++) expect(list.popHead() === String(i)).toBe(true);
    expect(list.size).toBe(0);
  });
});
