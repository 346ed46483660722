/** Task messages: what we write Python reads, and what Python writes we read. */
import { describe, expect, it } from "vitest";
import { MessageError } from "../../src/tasks/errors.js";
import { readIsoDate, writeIsoDate } from "../../src/tasks/iso-date.js";
import {
  decodeMessage,
  decodeTask,
  encodeMessage,
  encodeTask,
  markRedelivered,
  NO_EMBED,
  type OutgoingTask,
} from "../../src/tasks/message.js";
import { celeryAvailable, needsCelery } from "../tools/celery.js";
import { askPython } from "../tools/python.js";

function outgoing(more: Partial<OutgoingTask> = {}): OutgoingTask {
  return {
    task: "proj.add",
    id: "id-1",
    args: [2, 3],
    kwargs: {},
    embed: NO_EMBED,
    rootId: "id-1",
    parentId: null,
    group: null,
    groupIndex: null,
    retries: 0,
    eta: null,
    expires: null,
    timelimit: [null, null],
    shadow: null,
    replyTo: "reply-1",
    priority: 0,
    exchange: "",
    routingKey: "celery",
    origin: "gen1@host",
    ...more,
  };
}

const signature = {
  task: "proj.mul",
  args: [4],
  kwargs: {},
  options: { task_id: "id-2" },
  subtask_type: null,
  immutable: false,
};

/** An envelope with parts of our own. */
function raw(
  body: unknown,
  headers: object = { task: "t", id: "i" },
  more: { properties?: object; [name: string]: unknown } = {},
): string {
  const { properties, ...top } = more;
  return JSON.stringify({
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)).toString("base64"),
    "content-encoding": "utf-8",
    "content-type": "application/json",
    headers,
    properties: {
      body_encoding: "base64",
      delivery_tag: "tag",
      delivery_info: { exchange: "", routing_key: "q" },
      ...properties,
    },
    ...top,
  });
}

describe("encodeTask", () => {
  it("writes Celery's envelope", () => {
    const text = encodeTask(outgoing({ ignoreResult: false }));
    const envelope = JSON.parse(text);
    expect(Buffer.from(envelope.body, "base64").toString()).toBe(
      '[[2,3],{},{"callbacks":null,"errbacks":null,"chain":null,"chord":null}]',
    );
    const tag = envelope.properties.delivery_tag;
    expect(tag).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(envelope).toEqual({
      body: envelope.body,
      "content-encoding": "utf-8",
      "content-type": "application/json",
      headers: {
        lang: "js",
        task: "proj.add",
        id: "id-1",
        shadow: null,
        eta: null,
        expires: null,
        group: null,
        group_index: null,
        retries: 0,
        timelimit: [null, null],
        root_id: "id-1",
        parent_id: null,
        argsrepr: "(2, 3)",
        kwargsrepr: "{}",
        origin: "gen1@host",
        ignore_result: false,
      },
      properties: {
        correlation_id: "id-1",
        reply_to: "reply-1",
        delivery_mode: 2,
        delivery_info: { exchange: "", routing_key: "celery" },
        priority: 0,
        body_encoding: "base64",
        delivery_tag: tag,
      },
    });
    expect(JSON.parse(encodeTask(outgoing())).properties.delivery_tag).not.toBe(tag);
    expect(JSON.parse(encodeTask(outgoing())).headers).not.toHaveProperty("ignore_result");
  });

  it("comes back as it was", () => {
    const eta = new Date("2030-01-02T03:04:05.678Z");
    const task = outgoing({
      task: 'odd "name"\n',
      args: ["é😀", { deep: [12345678901234567890n, Number.NaN] }],
      kwargs: { when: null, name: "O'Neil" },
      embed: {
        callbacks: [signature],
        errbacks: [signature],
        chain: [signature, signature],
        chord: signature,
      },
      rootId: "root",
      parentId: "parent",
      group: "group",
      groupIndex: 3,
      retries: 2,
      eta,
      expires: new Date(eta.getTime() + 1000),
      timelimit: [5.5, 1],
      ignoreResult: true,
      shadow: "shown",
      headers: { my: "header", big: 12345678901234567890n },
      priority: 6,
      exchange: "ex",
      routingKey: "key",
    });
    const text = encodeTask(task);
    const read = decodeTask(text);
    const { headers, ...rest } = task;
    expect(read).toMatchObject({ ...rest, raw: text, correlationId: task.id, redelivered: null });
    expect(read.headers).toMatchObject(headers as object);
    expect(read.argsrepr).toBe("('é😀', {'deep': [12345678901234567890, nan]})");
    expect(read.kwargsrepr).toBe("{'when': None, 'name': 'O\\'Neil'}");
    expect(read.deliveryTag).toHaveLength(36);
  });

  it("packs the body where it is asked to", () => {
    const task = outgoing({ args: ["x".repeat(10_000)], compression: "gzip" });
    const text = encodeTask(task);
    expect(text.length).toBeLessThan(2500);
    expect(decodeTask(text).args).toEqual(task.args);
    expect(JSON.parse(text).headers.compression).toBe("application/x-gzip");
    expect(JSON.parse(text).body).toMatch(/^eJ/);
  });

  it("says how long the message is of use", () => {
    const read = JSON.parse(encodeTask(outgoing({ expires: new Date(Date.now() + 60_000) })));
    expect(Number(read.properties.expiration)).toBeGreaterThan(59_000);
    expect(Number(read.properties.expiration)).toBeLessThanOrEqual(60_000);
    expect(JSON.parse(encodeTask(outgoing({ expires: new Date(0) }))).properties.expiration).toBe("0");
  });

  it("refuses what JSON cannot hold", () => {
    expect(() => encodeTask(outgoing({ args: [() => 1] }))).toThrow(
      new TypeError("The value at [0] is a function, which JSON cannot hold"),
    );
  });
});

describe("decodeTask", () => {
  it("reads a message that has only what Python's worker needs", () => {
    const read = decodeTask(raw([[1], { k: 2 }, {}]));
    expect(read).toMatchObject({
      task: "t",
      id: "i",
      args: [1],
      kwargs: { k: 2 },
      embed: { callbacks: null, errbacks: null, chain: null, chord: null },
      rootId: null,
      retries: 0,
      eta: null,
      timelimit: [null, null],
      ignoreResult: undefined,
      priority: 0,
      deliveryTag: "tag",
      routingKey: "q",
      correlationId: "i",
      argsrepr: "(1,)",
      kwargsrepr: "{'k': 2}",
    });
    expect(decodeTask(raw([[], {}])).embed.chain).toBeNull();
  });

  it("reads protocol 1", () => {
    const body = {
      task: "old",
      id: "i",
      args: [1],
      kwargs: {},
      retries: 1,
      eta: "2026-11-21T01:55:46.216485",
      utc: true,
      taskset: "gid",
      callbacks: [signature],
      timelimit: [1, null],
    };
    expect(decodeTask(raw(body, {}))).toMatchObject({
      task: "old",
      id: "i",
      args: [1],
      retries: 1,
      eta: new Date("2026-11-21T01:55:46.216Z"),
      group: "gid",
      embed: { callbacks: [signature] },
      timelimit: [1, null],
      deliveryTag: "tag",
    });
    expect(decodeTask(raw({ task: "bare", id: "i" }, {}))).toMatchObject({ args: [], kwargs: {} });
  });

  it("reads bodies that are not base64, and bodies that are JSON themselves", () => {
    const plain = { properties: { body_encoding: undefined } };
    expect(decodeTask(raw("x", undefined, { ...plain, body: "[[1],{},{}]" })).args).toEqual([1]);
    expect(decodeTask(raw("x", undefined, { ...plain, body: [[1], {}, {}] })).args).toEqual([1]);
  });

  it("keeps numbers that JavaScript's do not hold", () => {
    const read = decodeTask(raw('[[12345678901234567890, NaN], {}, {"chain": []}]'));
    expect(read.args).toEqual([12345678901234567890n, Number.NaN]);
  });

  it.each<[string, string, string | undefined]>([
    ["text", "hello", undefined],
    ["an empty object", "{}", undefined],
    ["an array", "[1]", undefined],
    ["null", "null", undefined],
    ["no name", raw([[], {}, {}], { id: "i" }), undefined],
    ["no id", raw([[], {}, {}], { task: "t" }), undefined],
    ["a body that is no list", raw({ a: 1 }), undefined],
    ["arguments that are no list", raw([{}, {}, {}]), undefined],
    ["keyword arguments that are no object", raw([[], [], {}]), undefined],
    ["a step without a name", raw([[], {}, { chain: [{}] }]), undefined],
    ["an eta that is none", raw([[], {}, {}], { task: "t", id: "i", eta: "tomorrow" }), undefined],
    ["a body that is no JSON", raw("hello"), "application/json"],
    ["a body that is no UTF-8", raw("x", undefined, { body: "IoAi" }), "application/json"],
    [
      "pickle",
      raw("x", undefined, { "content-type": "application/x-python-serialize" }),
      "application/x-python-serialize",
    ],
    ["another charset", raw("x", undefined, { "content-encoding": "utf-16" }), "application/json"],
    ["an unknown compression", raw("x", { task: "t", id: "i", compression: "application/zstd" }), undefined],
    ["damaged compression", raw("x", { task: "t", id: "i", compression: "application/x-gzip" }), undefined],
  ])("refuses %s", (_, text, contentType) => {
    let error: unknown;
    try {
      decodeTask(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(MessageError);
    expect((error as MessageError).contentType).toBe(contentType);
  });

  it("reads a sign that stands for a fault where it was sent itself", () => {
    expect(decodeTask(raw([["\ufffd"], {}, {}])).args).toEqual(["\ufffd"]);
  });
});

describe("markRedelivered", () => {
  it("changes nothing but the two marks", () => {
    const text = encodeTask(outgoing({ headers: { big: 12345678901234567890n } }));
    const marked = markRedelivered(text);
    expect(marked).toContain("12345678901234567890");
    expect(decodeTask(marked)).toMatchObject({ redelivered: true, headers: { redelivered: true } });
    expect(markRedelivered(marked)).toBe(marked);
    expect(marked.replaceAll('"redelivered": true, ', "")).toBe(text);
    expect(markRedelivered("no message")).toBe("no message");
  });
});

describe("encodeMessage and decodeMessage", () => {
  it("carry events and remote control", () => {
    const text = encodeMessage(
      { type: "worker-online", clock: 1.5 },
      { headers: { hostname: "w@h" }, exchange: "celeryev", routingKey: "worker.online" },
    );
    const { body, headers, properties } = decodeMessage(text);
    expect(body).toEqual({ type: "worker-online", clock: 1.5 });
    expect(headers).toEqual({ hostname: "w@h" });
    expect(properties).toMatchObject({
      delivery_mode: 1,
      delivery_info: { exchange: "celeryev", routing_key: "worker.online" },
      priority: 0,
      body_encoding: "base64",
    });
    expect(() => decodeMessage("{")).toThrow(MessageError);
    expect(() => decodeMessage(raw("x"))).toThrow("The body is no JSON");
  });
});

describe("moments", () => {
  it.each([
    ["2026-11-21T01:55:46.216485+00:00", "2026-11-21T01:55:46.216Z"],
    ["2026-11-21T01:55:46", "2026-11-21T01:55:46.000Z"],
    ["2026-11-21 01:55:46Z", "2026-11-21T01:55:46.000Z"],
    ["2026-11-21T01:55:46.5+02:00", "2026-11-20T23:55:46.500Z"],
    ["2026-11-21T01:55:46-0130", "2026-11-21T03:25:46.000Z"],
    ["2026-11-21T01:55+01", "2026-11-21T00:55:00.000Z"],
    ["2026-11-21", "2026-11-21T00:00:00.000Z"],
    ["20261121T015546", "2026-11-21T01:55:46.000Z"],
  ])("reads %s", (text, moment) => {
    expect(readIsoDate(text)?.toISOString()).toBe(moment);
  });

  it.each(["", "now", "2026-13-01", "2026-02-30", "2026-01-01T25:00", "12:00", "2026-01-01T00:60"])(
    "refuses %j",
    (text) => {
      expect(readIsoDate(text)).toBeUndefined();
    },
  );

  it("writes six digits and an offset", () => {
    expect(writeIsoDate(new Date("2026-01-02T03:04:05.006Z"))).toBe("2026-01-02T03:04:05.006000+00:00");
  });
});

/** A Celery app on Kombu's transport in memory. */
const APP = `
from celery import Celery, chain, chord
from celery.worker.request import Request
from kombu.utils.json import dumps, loads
app = Celery("proj", broker="memory://")
app.conf.task_send_sent_event = False
@app.task(name="proj.add")
def add(*args, **kwargs): pass
app.finalize()
channel = app.connection().channel()
def sent(queue="celery"):
    return dumps(channel._get(queue))
`;

describe.skipIf(!celeryAvailable)(needsCelery("Celery"), () => {
  it("makes of our message the request that was meant", () => {
    const task = outgoing({
      args: ["é😀'", 12345678901234567890n, null],
      kwargs: { k: [1.5, { a: true }] },
      embed: { ...NO_EMBED, callbacks: [signature], chain: [signature] },
      rootId: "root",
      parentId: "parent",
      group: "gid",
      groupIndex: 4,
      retries: 1,
      eta: new Date("2030-01-02T03:04:05.678Z"),
      expires: new Date("2031-01-02T03:04:05.678Z"),
      timelimit: [10, 5],
      headers: { mine: 1 },
      priority: 3,
    });
    for (const compression of [undefined, "gzip"] as const) {
      const answer = askPython(
        `${APP}
message = channel.message_to_python(loads(value))
r = Request(message, app=app, task=app.tasks["proj.add"], decoded=False)
args, kwargs, embed = message.payload
answer = {"args": repr(args), "kwargs": kwargs, "embed": [embed["chain"], embed["chord"], embed["callbacks"][0]["task"]],
  "id": r.id, "name": r.name, "eta": r.eta.isoformat(), "expires": r.expires.isoformat(), "limits": list(r.time_limits),
  "info": r.info(), "mine": r.request_dict["mine"], "root": r.root_id, "parent": r.parent_id, "group": r.group,
  "group_index": r.group_index, "type": r.content_type, "correlation": r.correlation_id, "reply": r.reply_to,
  "tag": message.delivery_tag, "argsrepr": r.argsrepr}`,
        encodeTask({ ...task, compression }),
      );
      expect(answer).toMatchObject({
        args: `["é😀'", 12345678901234567890, None]`,
        kwargs: task.kwargs,
        embed: [[signature], null, "proj.mul"],
        id: "id-1",
        name: "proj.add",
        eta: "2030-01-02T03:04:05.678000+00:00",
        expires: "2031-01-02T03:04:05.678000+00:00",
        limits: [10, 5],
        mine: 1,
        root: "root",
        parent: "parent",
        group: "gid",
        group_index: 4,
        type: "application/json",
        correlation: "id-1",
        reply: "reply-1",
        argsrepr: "('é😀\\'', 12345678901234567890, None)",
        info: {
          delivery_info: {
            exchange: "",
            routing_key: "celery",
            priority: 3,
            redelivered: expect.toBeOneOf([null, false]),
          },
        },
      });
    }
  });

  it("writes messages that we read", () => {
    const texts = askPython(
      `${APP}
from datetime import datetime, timezone
answer = []
add.apply_async((1, "two", float("nan"), 2**70), {"k": None}, task_id="a", countdown=60, expires=120, priority=5,
  time_limit=9, soft_time_limit=8, headers={"mine": "h"}, ignore_result=True, shadow="shown")
answer.append(sent())
chain(add.s(1).set(task_id="a"), add.s(2).set(task_id="b"), add.s(3).set(task_id="c", queue="q"))()
answer.append(sent())
add.apply_async(("x" * 5000,), compression="gzip", task_id="a")
answer.append(sent())
add.apply_async((1,), link=add.s(1), link_error=[add.si(2), add.si(3)], task_id="a")
answer.append(sent())
app2 = Celery("old", broker="memory://", task_protocol=1)
app2.send_task("proj.old", (1, 2), {"k": 3}, task_id="a", eta=datetime(2030, 1, 2, 3, 4, 5, 678901, tzinfo=timezone.utc))
answer.append(sent())
add.apply_async((1,), compression="bzip2", task_id="a")
answer.append(sent())
app3 = Celery("pickled", broker="memory://", task_serializer="pickle", accept_content=["pickle"])
app3.send_task("proj.pickled", (1, 2), task_id="a")
answer.append(sent())`,
      null,
    ) as string[];
    const [full, chained, packed, linked, old] = texts.slice(0, 5).map(decodeTask);
    expect(full).toMatchObject({
      task: "proj.add",
      id: "a",
      args: [1, "two", Number.NaN, 2n ** 70n],
      kwargs: { k: null },
      timelimit: [9, 8],
      shadow: "shown",
      ignoreResult: true,
      priority: 5,
      rootId: "a",
      parentId: null,
      routingKey: "celery",
      argsrepr: "(1, 'two', nan, 1180591620717411303424)",
      headers: { mine: "h", lang: "py" },
    });
    expect(Math.round(((full.expires as Date).getTime() - (full.eta as Date).getTime()) / 1000)).toBe(60);
    expect(chained.embed.chain?.map(({ options }) => options.task_id)).toEqual(["c", "b"]);
    expect(chained.embed.chain?.[0]).toMatchObject({ task: "proj.add", args: [3], options: { queue: "q" } });
    expect(packed.args).toEqual(["x".repeat(5000)]);
    expect(linked.embed.callbacks?.map(({ args }) => args)).toEqual([[1]]);
    expect(linked.embed.errbacks?.map(({ args, immutable }) => [args, immutable])).toEqual([
      [[2], true],
      [[3], true],
    ]);
    expect(old).toMatchObject({
      task: "proj.old",
      args: [1, 2],
      kwargs: { k: 3 },
      eta: new Date("2030-01-02T03:04:05.678Z"),
      argsrepr: "(1, 2)",
    });
    expect(decodeTask(texts[5])).toMatchObject({ args: [1], task: "proj.add" });
    expect(() => decodeTask(texts[6])).toThrow(
      expect.objectContaining({ contentType: "application/x-python-serialize" }),
    );
  });
});
