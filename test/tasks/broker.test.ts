/** The broker: queues, what is in work, and that nothing is lost in between. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { Broker, type BrokerOptions, type Delivery, queueKey } from "../../src/tasks/broker.js";
import { POP, RECOVER } from "../../src/tasks/broker-scripts.js";
import { ListWatch } from "../../src/tasks/list-watch.js";
import { SILENT } from "../../src/tasks/log.js";
import { encodeMessage } from "../../src/tasks/message.js";
import { onEveryServer, type Place } from "../tools/clients.js";
import { startFaultProxy } from "../tools/fault-proxy.js";
import { failure, until } from "../tools/waiting.js";

/** An envelope whose body is this text. */
function message(body: string, priority = 0, routingKey = "celery"): string {
  return encodeMessage(body, { headers: { lang: "js" }, exchange: "", routingKey, priority });
}

const bodyOf = (raw: string): string => {
  const { body } = JSON.parse(raw) as { body: string };
  return JSON.parse(Buffer.from(body, "base64").toString()) as string;
};
const bodiesOf = (deliveries: readonly Delivery[]): string[] => deliveries.map(({ raw }) => bodyOf(raw));

onEveryServer("the broker", (start) => {
  let place: Place;
  let redis: Redis;
  let broker: Broker;
  const clients: Redis[] = [];
  const make = (options: Partial<BrokerOptions> = {}): Broker =>
    new Broker(redis, { db: 0, visibilityTimeout: 3600, log: SILENT, ...options });
  const client = (): Redis => {
    const one = place.client();
    clients.push(one);
    return one;
  };

  beforeAll(async () => {
    place = await start();
    redis = place.client({ maxConnections: 1000 });
  });
  beforeEach(async () => {
    broker?.close();
    await redis.flushdb();
    broker = make();
  });
  afterAll(async () => {
    broker?.close();
    await Promise.all([redis, ...clients].map((one) => one?.close()));
    await place?.stop();
  });

  it("puts messages into the list of their priority, and makes the queue known once", async () => {
    await Promise.all(
      [0, 2, 3, 5, 6, 9].map((priority) => broker.publish("q", priority, message("x", priority))),
    );
    expect(await redis.llen("q")).toBe(2);
    expect(await redis.llen("q\x06\x163")).toBe(2);
    expect(await redis.llen("q\x06\x166")).toBe(1);
    expect(await redis.llen("q\x06\x169")).toBe(1);
    expect(await redis.smembers("_kombu.binding.q")).toEqual(["q\x06\x16\x06\x16q"]);
    await redis.del("_kombu.binding.q");
    await broker.publish("q", 0, message("x"));
    expect(await redis.exists("_kombu.binding.q")).toBe(0);
  });

  it("takes messages in the order they came, and notes them as unacknowledged", async () => {
    const texts = ["a", "b", "c"].map((body) => message(body));
    for (const text of texts) await broker.publish("celery", 0, text);
    const before = Date.now() / 1000 - 1;
    const taken = await broker.pop(["celery"], 2);
    expect(taken.map(({ raw }) => raw)).toEqual(texts.slice(0, 2));
    expect(taken[0]).toMatchObject({ queue: "celery", key: "celery" });
    const { properties } = JSON.parse(texts[0]) as { properties: { delivery_tag: string } };
    expect(taken[0].tag).toBe(properties.delivery_tag);
    const entry = await redis.hget("unacked", taken[0].tag as string);
    expect(entry).toBe(`[${texts[0]}, "", "celery"]`);
    const score = Number(await redis.zscore("unacked_index", taken[1].tag as string));
    expect(score).toBeGreaterThan(before);
    expect(score).toBeLessThan(before + 60);
    expect(await redis.zcard("unacked_index")).toBe(2);
    expect(await broker.fetch([taken[1].tag as string, "no such tag"])).toEqual([texts[1], null]);
    expect(bodiesOf(await broker.pop(["celery"], 10))).toEqual(["c"]);
    expect(await broker.pop(["celery"], 10)).toEqual([]);
    expect(await broker.pop([], 10)).toEqual([]);
    expect(await broker.pop(["celery"], 0)).toEqual([]);
  });

  it("takes the most urgent first, and of equal ones a share from each queue", async () => {
    await broker.publish("b", 9, message("b9"));
    await broker.publish("a", 3, message("a3"));
    for (const n of [1, 2, 3, 4, 5]) await broker.publish("a", 0, message(`a${n}`));
    for (const n of [1, 2]) await broker.publish("b", 0, message(`b${n}`));
    expect(bodiesOf(await broker.pop(["a", "b"], 4))).toEqual(["a1", "a2", "b1", "b2"]);
    await broker.publish("b", 0, message("b6"));
    const rest = await broker.pop(["b", "a"], 10);
    expect(bodiesOf(rest)).toEqual(["b6", "a3", "a4", "a5", "a3", "b9"]);
    expect(rest.at(-1)).toMatchObject({ queue: "b", key: "b\x06\x169" });
    // One message at a time: the queue that is named first is served first.
    for (const queue of ["a", "b"]) await broker.publish(queue, 0, message(queue));
    expect(bodiesOf(await broker.pop(["b", "a"], 1))).toEqual(["b"]);
  });

  it("goes on with a queue that has more than its share when the others have less", async () => {
    for (const n of [1, 2, 3, 4, 5]) await broker.publish("a", 0, message(`a${n}`));
    expect(bodiesOf(await broker.pop(["a", "b", "c"], 4))).toEqual(["a1", "a2", "a3", "a4"]);
  });

  it("acknowledges all of one turn in one transaction", async () => {
    for (const body of ["a", "b", "c"]) await broker.publish("celery", 0, message(body));
    const taken = await broker.pop(["celery"], 3);
    const before = await calls("zrem");
    await Promise.all(taken.slice(0, 2).map(({ tag }) => broker.ack(tag as string)));
    expect((await calls("zrem")) - before).toBe(1);
    expect(await redis.hkeys("unacked")).toEqual([taken[2].tag]);
    expect(await redis.zrange("unacked_index", 0, -1)).toEqual([taken[2].tag]);
    await broker.ack(taken[2].tag as string);
    expect(await redis.exists("unacked", "unacked_index")).toBe(0);
  });

  async function calls(command: string): Promise<number> {
    const found = new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(
      String(await redis.info("commandstats")),
    );
    return Number(found?.[1] ?? 0);
  }

  it("gives back what is no envelope without keeping it, and nothing else is harmed", async () => {
    const bad = [
      "not json",
      "{}",
      "[]",
      "null",
      '{"properties":{}}',
      '{"properties":{"delivery_tag":""}}',
      '{"properties":{"delivery_tag":7}}',
    ];
    for (const text of bad) await redis.lpush("celery", text);
    await redis.lpush("celery", Buffer.from([0xff, 0x00, 0xfe]));
    await broker.publish("celery", 0, message("good"));
    const taken = await broker.pop(["celery"], 100);
    expect(taken.slice(0, bad.length).map(({ raw, tag }) => [raw, tag])).toEqual(
      bad.map((raw) => [raw, undefined]),
    );
    expect(taken[bad.length].tag).toBeUndefined();
    expect(taken.at(-1)?.tag).toBeTypeOf("string");
    expect(await redis.hlen("unacked")).toBe(1);
    await broker.requeue(taken[0]);
    expect(await broker.restore(taken.slice(0, 3))).toBe(0);
    expect(await redis.llen("celery")).toBe(0);
  });

  it("keeps NaN, huge numbers, and two messages with one tag apart", async () => {
    const text = message("x").replace(
      '"headers":{',
      '"headers":{"big":123456789012345678901234567890,"nan":NaN,',
    );
    await redis.lpush("celery", text, text);
    const taken = await broker.pop(["celery"], 2);
    expect(taken.map(({ raw }) => raw)).toEqual([text, text]);
    expect(taken[0].tag).not.toBe(taken[1].tag);
    await broker.ack(taken[0].tag as string);
    expect(await redis.hlen("unacked")).toBe(1);
    expect(await broker.restore(taken)).toBe(1);
    expect(await redis.lindex("celery", 0)).toContain('"big":123456789012345678901234567890,"nan":NaN');
  });

  it("notes a message under its tag and its way, however its envelope is written", async () => {
    const envelope = (info: object | undefined, tag: string, more: object = {}) => ({
      body: "W10=",
      "content-type": "application/json",
      headers: {},
      properties: { delivery_info: info, priority: 0, body_encoding: "base64", delivery_tag: tag },
      ...more,
    });
    const way = { exchange: "x", routing_key: "r" };
    const headers = {
      note: '"delivery_info": {"exchange": "no", "routing_key": "no"}, "delivery_tag": "no"}}',
    };
    const odd = { exchange: 'quote " and \\', routing_key: "ключ \n" };
    const cases: [raw: string, tag: string, exchange: string, routing: string][] = [
      [JSON.stringify(envelope(way, "t1")), "t1", "x", "r"],
      [JSON.stringify(envelope(way, "t2")).replace(/([:,])"/g, '$1 "'), "t2", "x", "r"],
      [JSON.stringify(envelope({ ...way, redelivered: true }, "t3")), "t3", "x", "r"],
      [JSON.stringify(envelope(odd, "t4")), "t4", odd.exchange, odd.routing_key],
      [JSON.stringify(envelope(way, 't5"')), 't5"', "x", "r"],
      [JSON.stringify(envelope(way, "t6", { headers, last: 1 })), "t6", "x", "r"],
      [JSON.stringify({ properties: envelope(way, "t7").properties, headers, body: "" }), "t7", "x", "r"],
      [JSON.stringify(envelope(undefined, "t8")), "t8", "", ""],
    ];
    for (const [raw] of cases) await redis.lpush("q", raw);
    const taken = await broker.pop(["q"], 10);
    expect(taken.map(({ tag }) => tag)).toEqual(cases.map(([, tag]) => tag));
    for (const [raw, tag, exchange, routing] of cases) {
      const entry = JSON.parse((await redis.hget("unacked", tag)) as string);
      expect(entry).toEqual([JSON.parse(raw), exchange, routing]);
    }
    expect(await redis.zcard("unacked_index")).toBe(cases.length);
  });

  it("loses nothing when it cannot note what it takes", async () => {
    for (const body of ["a", "b", "c"]) await broker.publish("celery", 0, message(body));
    for (const key of ["unacked", "unacked_index"]) {
      await redis.set(key, "in the way");
      expect(await failure(broker.pop(["celery"], 2))).toMatchObject({ code: "WRONGTYPE" });
      expect(await redis.del(key)).toBe(1);
      expect(await redis.exists("unacked", "unacked_index")).toBe(0);
      expect(await redis.llen("celery")).toBe(3);
    }
    await redis.set("other", "no list");
    expect(bodiesOf(await broker.pop(["other", "celery"], 10))).toEqual(["a", "b", "c"]);
  });

  it("gives again what it has taken when the reply was lost", async (context) => {
    if (place.kind === "in process") return context.skip("there is no connection to cut");
    const proxy = await startFaultProxy(Number(place.client().pool.address.split(":")[1]));
    const cut = new Redis({ host: "127.0.0.1", port: proxy.port });
    const lossy = new Broker(cut, { db: 0, visibilityTimeout: 3600, log: SILENT });
    try {
      for (const body of ["a", "b", "c", "d"]) await broker.publish("q", 3, message(body, 3, "q"));
      expect(bodiesOf(await lossy.pop(["p", "q"], 1))).toEqual(["a"]);
      proxy.fault = "no-replies";
      const lost = failure(lossy.pop(["p", "q"], 2));
      await until(async () => (await redis.hlen("unacked")) === 3);
      proxy.reset();
      proxy.fault = "none";
      expect(await lost).toMatchObject({ sent: "maybe" });
      const again = await lossy.pop(["q"], 10);
      expect(bodiesOf(again)).toEqual(["b", "c"]);
      expect(again[0]).toMatchObject({ queue: "q", key: "q\x06\x163", tag: expect.any(String) });
      expect(bodiesOf(await lossy.pop(["q"], 10))).toEqual(["d"]);
      // Acknowledgements whose reply is lost are sent again: they do no harm.
      proxy.fault = "no-replies";
      const acks = Promise.all(again.map(({ tag }) => lossy.ack(tag as string)));
      await until(async () => (await redis.hlen("unacked")) === 2);
      proxy.reset();
      proxy.fault = "none";
      await acks;
      // Neither does a lost call that took nothing bring anything back, nor one whose messages others have.
      for (const body of ["e", ""]) {
        if (body !== "") await broker.publish("q", 3, message(body, 3, "q"));
        const before = await calls("evalsha");
        proxy.fault = "no-replies";
        const empty = failure(lossy.pop(["q"], 10));
        await until(async () => (await calls("evalsha")) > before);
        proxy.reset();
        proxy.fault = "none";
        expect(await empty).toMatchObject({ sent: "maybe" });
        const tags = await redis.hkeys("unacked");
        // Others have them by now.
        await broker.refresh(tags);
        expect(await lossy.pop(["q"], 10)).toEqual([]);
      }
    } finally {
      lossy.close();
      await cut.close();
      await proxy.stop();
    }
  });

  it("takes nothing by a call that was given up", async () => {
    await broker.publish("q", 0, message("a"));
    const keys = ["unacked_index", "unacked", "receipt"] as const;
    const named = (call: number) => POP(redis, [...keys, "q"], 1, 1, call, 60);
    expect(await RECOVER(redis, [...keys], 5, 60)).toEqual([]);
    for (const late of [4, 5]) expect(await named(late)).toEqual([]);
    expect(await named(6)).toHaveLength(3);
    expect(await RECOVER(redis, [...keys], 5, 60)).toEqual([]);
    expect(await RECOVER(redis, [...keys], 7, 60)).toEqual([]);
    expect(await redis.ttl("receipt")).toBeGreaterThan(0);
  });

  it("puts a message back at the end of its queue, or where it was", async () => {
    for (const body of ["a", "b", "c", "d"]) await broker.publish("q", 3, message(body, 3, "q"));
    const [a, b, c] = await broker.pop(["q"], 3);
    await broker.requeue(a);
    expect(await broker.restore([b, c])).toBe(2);
    expect(await redis.exists("unacked", "unacked_index")).toBe(0);
    const again = await broker.pop(["q"], 10);
    expect(bodiesOf(again)).toEqual(["b", "c", "d", "a"]);
    expect(again.map(({ tag }) => tag).slice(0, 2)).toEqual([b.tag, c.tag]);
    const { headers, properties } = JSON.parse(again[0].raw) as {
      headers: { redelivered: boolean };
      properties: { delivery_info: { redelivered: boolean } };
    };
    expect([headers.redelivered, properties.delivery_info.redelivered]).toEqual([true, true]);
    // What has been acknowledged, or was taken over by another, does not come back.
    await broker.ack(again[0].tag as string);
    expect(await broker.restore(again)).toBe(3);
    expect(await redis.llen("q\x06\x163")).toBe(3);
  });

  it("gives what nobody has refreshed to others, in its priority", async () => {
    for (const body of ["a", "b", "c"]) await broker.publish("q", 6, message(body, 6, "q"));
    const taken = await broker.pop(["q"], 3);
    const tags = taken.map(({ tag }) => tag as string);
    expect(await broker.sweep()).toBe(0);
    for (const tag of tags) await redis.zincrby("unacked_index", -4000, tag);
    await broker.refresh([tags[1], "no such tag"]);
    expect(await redis.zcard("unacked_index")).toBe(3);
    const others = [make(), make()];
    const counts = await Promise.all(others.map((one) => one.sweep()));
    expect(counts[0] + counts[1]).toBe(2);
    expect(await redis.hkeys("unacked")).toEqual([tags[1]]);
    const again = await broker.pop(["q"], 10);
    expect(bodiesOf(again).sort()).toEqual(["a", "c"]);
    expect(again[0].key).toBe(queueKey("q", 6));
    expect(JSON.parse(again[0].raw)).toMatchObject({ headers: { redelivered: true } });
  });

  it("restores what Python has noted, by its exchange's bindings too, and leaves alone what it cannot read", async () => {
    const old = Date.now() / 1000 - 10_000;
    const text = (body: string, priority: number) =>
      `{"body": "${btoa(JSON.stringify(body))}", "headers": {"big": 12345678901234567890}, "properties": {"priority": ${priority}, "delivery_info": {"exchange": "media", "routing_key": "m.x"}, "delivery_tag": "${body}"}}`;
    await redis.hset("unacked", {
      one: `[${text("one", 0)}, "", "plain"]`,
      two: `[${text("two", 5)}, "media", "m.x"]`,
      bad: "[[[",
      none: '["x", 1, 2]',
    });
    await redis.zadd(
      "unacked_index",
      ["one", "two", "bad", "none", "gone"].map((member) => ({ member, score: old })),
    );
    await redis.sadd("_kombu.binding.media", "m.x\x06\x16\x06\x16videos", "other\x06\x16\x06\x16images");
    expect(await broker.sweep()).toBe(2);
    expect(await redis.lrange("plain", 0, -1)).toHaveLength(1);
    expect(await redis.lindex("plain", 0)).toContain('"big": 12345678901234567890');
    expect(await redis.llen("videos\x06\x163")).toBe(1);
    expect((await redis.hkeys("unacked")).sort()).toEqual(["bad", "none"]);
    expect((await redis.zrange("unacked_index", 0, -1)).sort()).toEqual(["bad", "none"]);
  });

  it("sweeps and restores many, behind what cannot be moved", async () => {
    const bad = Array.from({ length: 120 }, (_, n) => `bad ${n}`);
    for (const tag of bad) await redis.hset("unacked", tag, "[[[");
    await redis.zadd(
      "unacked_index",
      bad.map((member) => ({ member, score: 1 })),
    );
    const texts = Array.from({ length: 250 }, (_, n) => message(String(n)));
    await redis.lpush("celery", ...(texts as [string, ...string[]]));
    const taken = await broker.pop(["celery"], 1000);
    expect(taken).toHaveLength(250);
    const swept = make({ visibilityTimeout: -1 });
    expect(await swept.sweep()).toBe(250);
    expect(await redis.hlen("unacked")).toBe(bad.length);
    const again = await broker.pop(["celery"], 1000);
    expect(await broker.restore(again)).toBe(250);
    const last = await broker.pop(["celery"], 1000);
    expect(bodiesOf(last)).toEqual(bodiesOf(again));
  });

  it("waits for a message of any priority, takes nothing, and others get it", async () => {
    const never = new AbortController().signal;
    for (const priority of [0, 9]) {
      let woken = false;
      const waiting = broker.wait(["q", "r"], never).then(() => {
        woken = true;
      });
      await blocked(8);
      expect(woken).toBe(false);
      const text = message("x", priority);
      await client().lpush(queueKey("r", priority), text);
      await waiting;
      expect((await broker.pop(["q", "r"], 5)).map(({ raw }) => raw)).toEqual([text]);
    }
    // A list that is not empty ends the wait at once.
    await broker.publish("q", 0, message("y"));
    await broker.wait(["q"], never);
    expect(await redis.llen("q")).toBe(1);
  });

  /** Wait until so many clients are blocked. */
  function blocked(count: number): Promise<void> {
    return until(async () => {
      const found = /blocked_clients:(\d+)/.exec(String(await redis.info("clients")));
      return Number(found?.[1]) === count;
    });
  }

  it("lets Celery's BRPOP have the element", async () => {
    const stop = new AbortController();
    const waiting = broker.wait(["q"], stop.signal);
    await blocked(4);
    const python = client().brpop(["q"], 10);
    await blocked(5);
    await redis.lpush("q", "x");
    expect(await python).toEqual({ key: "q", value: "x" });
    await waiting;
    expect(await broker.pop(["q"], 1)).toEqual([]);
  });

  it("keeps its connections from wait to wait, and gives up those of lists that nobody waits for", async () => {
    const watch = new ListWatch(redis, 0.05);
    const stop = new AbortController();
    const waiting = [watch.wait(["q", "r"], stop.signal), watch.wait(["q"], stop.signal)];
    await blocked(2);
    stop.abort();
    await Promise.all(waiting);
    const gone = new AbortController();
    gone.abort();
    await watch.wait(["s"], gone.signal);
    const again = watch.wait(["r"], new AbortController().signal);
    await blocked(1);
    await redis.lpush("r", "x");
    await again;
    const last = watch.wait(["s"], new AbortController().signal);
    watch.close();
    await last;
    await blocked(0);
    await watch.wait(["s"], new AbortController().signal);
  });

  it("waits for many queues without a warning", async () => {
    const warnings: unknown[] = [];
    const warned = (warning: unknown) => warnings.push(warning);
    process.on("warning", warned);
    const waiting = broker.wait(["a", "b", "c", "d"], new AbortController().signal);
    await blocked(16);
    await redis.lpush(queueKey("d", 9), "x");
    await waiting;
    process.off("warning", warned);
    expect(warnings).toEqual([]);
  });

  it("lets two wait for different queues", async () => {
    const never = new AbortController().signal;
    const first = broker.wait(["a"], never);
    const second = broker.wait(["b", "a"], never);
    await blocked(8);
    await redis.lpush("b", "x");
    await second;
    await redis.lpush("a", "x");
    await first;
  });

  it("says when a queue is no list", async () => {
    await redis.set("q", "no list");
    expect(await failure(broker.wait(["q"], new AbortController().signal))).toMatchObject({
      code: "WRONGTYPE",
    });
  });

  it("counts and empties queues", async () => {
    for (const priority of [0, 3, 9]) await broker.publish("a", priority, message("x", priority));
    await broker.publish("b", 0, message("y"));
    expect(await broker.lengths(["a", "b", "c"])).toEqual(
      new Map([
        ["a", 3],
        ["b", 1],
        ["c", 0],
      ]),
    );
    expect(await broker.purge(["a", "c"])).toBe(3);
    expect(await broker.lengths(["a", "b"])).toEqual(
      new Map([
        ["a", 0],
        ["b", 1],
      ]),
    );
  });

  it("publishes events with the number of the database", async () => {
    await using sub = client().pubsub();
    await sub.psubscribe("/*");
    await make({ db: 3 }).publishEvent("worker.heartbeat", "text");
    const message = await sub.getMessage({ timeout: 5000, ignoreSubscribe: true });
    expect(message).toMatchObject({ channel: "/3.celeryev/worker.heartbeat", data: "text" });
  });
});
