import { expect, it } from "vitest";
import { Ring } from "../../src/client/ring.js";
import { fc } from "../tools/property.js";

it("a ring does what an array does", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("push" as const), item: fc.nat(9) }),
    fc.record({ kind: fc.constant("unshift" as const), item: fc.nat(9) }),
    fc.record({ kind: fc.constant("remove" as const), item: fc.nat(9) }),
    fc.constant({ kind: "shift" as const, item: 0 }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const ring = new Ring<number>();
      const model: number[] = [];
      for (const { kind, item } of steps) {
        if (kind === "shift") expect(ring.shift()).toBe(model.shift());
        else if (kind === "remove") {
          ring.remove(item);
          const index = model.indexOf(item);
          if (index >= 0) model.splice(index, 1);
        } else {
          ring[kind](item);
          model[kind](item);
        }
        expect(ring.toArray()).toEqual(model);
        expect([ring.length, ring.peekFront(), ring.peekBack()]).toEqual([
          model.length,
          model[0],
          model.at(-1),
        ]);
        expect(ring.peekAt(1)).toBe(model[1]);
      }
    }),
  );
});

it("an emptied ring forgets its size, and goes on", () => {
  const ring = new Ring<number>();
  for (let i = 0; i < 5000; i++) ring.push(i);
  for (let i = 0; i < 5000; i++) expect(ring.shift()).toBe(i);
  ring.push(7);
  expect(ring.toArray()).toEqual([7]);
});
