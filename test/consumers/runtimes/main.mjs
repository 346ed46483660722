/**
 * What must work in every runtime, with nothing but the package: run by `scripts/check-runtimes.mjs`.
 * Prints a line for each case, and ends with 1 when one failed.
 */

import { tracingChannel } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { ConnectionPool, defineScript, Redis } from "resplendent";
import { Lock } from "resplendent/recipes";
import { MiniServer } from "resplendent/server";

const { RESPLENDENT_FOLDER: folder, RESPLENDENT_REDIS_PORT: redisPort } = process.env;
const failures = [];
/** What the case at hand has opened: it is closed when the case is over. */
const opened = [];

function owned(resource) {
  opened.unshift(resource);
  return resource;
}

async function check(name, body) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("took more than 5 s")), 5000);
  });
  try {
    await Promise.race([body(), late]);
    for (const resource of opened.splice(0)) await resource.close();
    console.log(`  ok    ${name}`);
  } catch (error) {
    failures.push(name);
    console.log(`  FAILS ${name}: ${error?.stack ?? error}`);
  }
  clearTimeout(timer);
}

function same(found, wanted) {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`${one} instead of ${other}`);
}

async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not reject");
}

/** The cases that every server must pass, however it is reached. */
async function suite(place, options) {
  const redis = new Redis({ ...options, connectionName: "runtimes" });
  const on = (name, body) => check(`${place}: ${name}`, body);

  await on("PING", async () => same(await redis.ping(), "PONG"));
  await on("strings, text beyond ASCII, bytes", async () => {
    same(await redis.set("k", "grüße 🎉", { ex: 100 }), "OK");
    same(await redis.get("k"), "grüße 🎉");
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await redis.set("bytes", bytes);
    same([...(await redis.with({ replies: "buffer" }).get("bytes"))], [...bytes]);
    same(await redis.get("missing"), null);
  });
  await on("a thousand calls in flight", async () => {
    const replies = await Promise.all(Array.from({ length: 1000 }, () => redis.incr("counter")));
    same(
      replies,
      Array.from({ length: 1000 }, (_, index) => index + 1),
    );
  });
  await on("a value of 3 MB", async () => {
    const large = "0123456789".repeat(300_000);
    await redis.set("large", large);
    if ((await redis.get("large")) !== large) throw new Error("another value came back");
  });
  await on("pipelines", async () => {
    same(await redis.pipeline().set("p", 1).incr("p").hset("h", { a: "1" }).hgetall("h").exec(), [
      "OK",
      2,
      1,
      { a: "1" },
    ]);
    const error = await rejection(redis.pipeline().incr("h").get("p").exec());
    same([error.name, error.results[1]], ["PipelineError", "2"]);
  });
  await on("transactions, and one that is run again", async () => {
    same(await redis.multi().incr("t").incr("t").exec(), [1, 2]);
    let runs = 0;
    const replies = await redis.transaction("t", async (tx) => {
      const read = Number(await tx.get("t"));
      if (++runs === 1) await redis.set("t", 10);
      return tx
        .multi()
        .set("t", read + 1)
        .exec();
    });
    same([replies, runs, await redis.get("t")], [["OK"], 2, "11"]);
  });
  await on("PubSub, polled and iterated", async () => {
    const sub = redis.pubsub();
    await sub.subscribe("news");
    await redis.publish("news", "one");
    same((await sub.getMessage({ timeout: 2000, ignoreSubscribe: true })).data, "one");
    await redis.publish("news", "two");
    for await (const message of sub) {
      same(message.data, "two");
      break;
    }
    await sub.close();
  });
  await on("blocking commands beside others", async () => {
    const popped = redis.blpop("jobs", 2);
    await redis.ping();
    await redis.rpush("jobs", "work");
    if ((await popped) === null) throw new Error("nothing came");
  });
  await on("Lua", async () => {
    const add = defineScript({
      lua: "return redis.call('INCRBY', KEYS[1], ARGV[1])",
      keys: ["counter"],
      args: (by) => [by],
    });
    same([await add(redis, { counter: "sum" }, 5), await add(redis, { counter: "sum" }, 2)], [5, 7]);
    same(await redis.eval("return {KEYS[1], ARGV[1]}", { keys: ["a"], args: ["b"] }), ["a", "b"]);
  });
  await on("deadlines and AbortSignal", async () => {
    const late = await rejection(redis.with({ timeout: 30 }).blpop("nothing", 0));
    same([late.code, late.sent], ["ETIMEDOUT", "maybe"]);
    const abort = new AbortController();
    const waiting = rejection(redis.with({ signal: abort.signal }).blpop("nothing", 0));
    await redis.ping();
    abort.abort();
    same((await waiting).code, "EABORT");
  });
  await on("a client-side cache", async () => {
    const cached = owned(new Redis({ ...options, cache: true }));
    await cached.connect();
    await redis.hset("cached", { a: "1" });
    const { cache } = cached.pool;
    while (!cache.active || cache.statistics().hits === 0) same(await cached.hgetall("cached"), { a: "1" });
    await redis.hset("cached", { a: "2" });
    while ((await cached.hget("cached", "a")) !== "2") await new Promise((resolve) => setTimeout(resolve, 1));
    await cached.hset("cached", { a: "3" });
    same(await cached.hgetall("cached"), { a: "3" });
  });
  await on("a lock", async () => {
    const lock = new Lock(redis, "lock", { ttl: 1000 });
    const held = await lock.acquire();
    same([await lock.tryAcquire(), held.fence > 0, await held.release()], [null, true, true]);
    same(await lock.run(({ fence }) => fence > held.fence), true);
  });
  await on("errors of the server", async () => {
    const error = await rejection(redis.incr("large"));
    same([error.name, error.code, error.command], ["ReplyError", "ERR", "INCR"]);
  });
  await on("close, and calls after it", async () => {
    await redis.close();
    same((await rejection(redis.ping())).code, "ECLOSED");
  });
}

const server = await MiniServer.start({ unixSocketPath: join(folder, `${process.pid}.sock`) });
await suite("mini server by TCP", { url: server.url });

await check("a Unix socket", async () => {
  const redis = owned(new Redis({ unixSocketPath: join(folder, `${process.pid}.sock`) }));
  same(await redis.set("unix", "yes"), "OK");
});
await check("a pool that two clients share", async () => {
  const pool = owned(new ConnectionPool(server.url));
  const [one, other] = [new Redis(pool), new Redis({ connectionPool: pool })];
  await one.set("shared", "yes");
  same(await other.get("shared"), "yes");
});
await check("reconnects after a cut, and reads again", async () => {
  const sockets = new Set();
  const proxy = createServer((socket) => {
    const target = connect(server.port, "127.0.0.1");
    for (const [from, to] of [
      [socket, target],
      [target, socket],
    ]) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("data", (chunk) => to.write(chunk));
      from.on("close", () => to.destroy());
    }
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const redis = new Redis({ host: "127.0.0.1", port: proxy.address().port });
  await redis.set("cut", "survives");
  const lost = new Promise((resolve) => redis.on("disconnect", resolve));
  for (const socket of sockets) socket.destroy();
  await lost;
  same(await redis.get("cut"), "survives");
  await redis.close();
  proxy.close();
});
await check("tracing channels", async () => {
  const redis = owned(new Redis(server.url));
  await redis.ping();
  const names = [];
  const note = ({ attributes }) => names.push(attributes["db.operation.name"]);
  const { asyncEnd } = tracingChannel("resplendent:command");
  asyncEnd.subscribe(note);
  await redis.get("k");
  asyncEnd.unsubscribe(note);
  await redis.get("k");
  same(names, ["GET"]);
});
await check("a server that is not there", async () => {
  const redis = owned(new Redis({ host: "127.0.0.1", port: 1, retry: { attempts: 0 } }));
  const error = await rejection(redis.ping());
  same([error.name, error.sent], ["ConnectionError", "no"]);
});
await check("TLS, with the certificate checked", async () => {
  const [key, cert] = ["key.pem", "cert.pem"].map((file) => readFileSync(join(folder, file), "utf8"));
  const secure = owned(await MiniServer.start({ tls: { key, cert } }));
  const redis = owned(new Redis({ url: secure.url, tls: { ca: cert } }));
  const large = "0123456789".repeat(100_000);
  await redis.set("secure", large);
  if ((await redis.get("secure")) !== large) throw new Error("another value came back");
  const other = owned(new Redis({ url: secure.url, tls: {}, retry: { attempts: 0 } }));
  same((await rejection(other.ping())).sent, "no");
});
await server.close();

const near = await MiniServer.start();
await suite("mini server in process", { server: near });
await check("the clock of the mini server", async () => {
  const redis = owned(new Redis({ server: near }));
  await redis.set("short", "x", { ex: 60 });
  near.clock.advance(60_000);
  same(await redis.get("short"), null);
});
await near.close();

if (redisPort !== undefined) await suite("redis-server", { host: "127.0.0.1", port: Number(redisPort) });
console.log(failures.length === 0 ? "  it works" : `  ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
