/** Node names and what is made of them. */
import { describe, expect, it } from "vitest";
import { hostName, loadAverage, utcOffset } from "../../src/tasks/node-facts.js";
import { anonymousNodeName, expandNodePath, nodeName, splitNodeName } from "../../src/tasks/node-name.js";

const HOST = "box.example.com";

describe("node names", () => {
  it.each([
    [undefined, `celery@${HOST}`],
    ["", `celery@${HOST}`],
    ["w1", `w1@${HOST}`],
    ["w1@%h", `w1@${HOST}`],
    ["w1@%n", "w1@box"],
    ["w1@%d", "w1@example.com"],
    ["w-%n@%h", `w-box@${HOST}`],
    ["w%%@%h", `w%@${HOST}`],
    ["w1@other", "w1@other"],
    ["w%x@a", "w%x@a"],
    ["w%", `w%@${HOST}`],
  ])("%s", (given, name) => {
    expect(nodeName(given, HOST)).toBe(name);
  });

  it("has the machine's name by default", () => {
    expect(nodeName()).toBe(`celery@${hostName()}`);
    expect(nodeName("w1@%d", "short")).toBe("w1@");
  });

  it("is cut at its @", () => {
    expect(splitNodeName("w1@a.b@c")).toEqual({ name: "w1", host: "a.b@c" });
    expect(splitNodeName("w1")).toEqual({ name: "w1", host: "" });
  });

  it("stands in paths", () => {
    const node = `w1@${HOST}`;
    expect(expandNodePath("/log/%n.%h.%d.%p.%i%I.log", node)).toBe(
      `/log/w1.${HOST}.example.com.${node}.0.log`,
    );
    expect(expandNodePath("%n%I-%i%%", node, 2)).toBe("w1-2-2%");
  });

  it("of one who only sends tells its process", () => {
    expect(anonymousNodeName(12, HOST)).toBe(`gen12@${HOST}`);
  });
});

describe("node facts", () => {
  it("gives hours west of UTC, rounded down", () => {
    const at = (minutes: number) => utcOffset({ getTimezoneOffset: () => minutes } as Date);
    expect([at(0), at(-60), at(-330), at(300), at(210)]).toEqual([0, -1, -6, 5, 3]);
    expect(Object.is(at(0), 0)).toBe(true);
  });

  it("gives three load averages", () => {
    expect(loadAverage()).toHaveLength(3);
  });
});
