/** Credentials that change: asked for at each connect, and again ahead of their expiry on live connections. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Credentials, PoolOptions, Redis } from "../../src/index.js";
import { onEveryServer, type Place } from "../tools/clients.js";

const USERS = { alice: "first", bob: "second" };

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 5000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error("it did not come about within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

onEveryServer("credentials", (start) => {
  let place: Place;
  let operator: Redis;
  let redis: Redis | undefined;
  beforeAll(async () => {
    place = await start();
    operator = place.client();
    for (const [user, password] of Object.entries(USERS)) {
      await operator.call("ACL", "SETUSER", user, "on", `>${password}`, "~*", "&*", "+@all");
    }
  });
  afterAll(async () => {
    await operator.close();
    await place.stop();
  });
  afterEach(async () => {
    await redis?.close({ timeout: 0 });
    redis = undefined;
  });

  const open = (credentials: () => Credentials | Promise<Credentials>, options: PoolOptions = {}): Redis => {
    redis = place.client({ credentials, retry: { backoff: () => 20 }, ...options });
    return redis;
  };

  /** Alice for a moment, Bob from then on. */
  const changing = () => {
    let asked = 0;
    return () => {
      asked++;
      return asked === 1
        ? { username: "alice", password: USERS.alice, expiresAt: Date.now() + 200 }
        : { username: "bob", password: USERS.bob };
    };
  };

  it("are said again on the live connections, ahead of their expiry", async () => {
    const first = { username: "alice", password: USERS.alice };
    const second = { username: "bob", password: USERS.bob };
    let expired = false;
    const client = open(() => (expired ? second : { ...first, expiresAt: new Date(Date.now() + 400) }));
    expect(await client.call("ACL", "WHOAMI")).toBe("alice");
    const id = await client.call("CLIENT", "ID");
    await using session = await client.dedicated();
    const blocked = client.blpop("list", 0);
    expect(await session.call("ACL", "WHOAMI")).toBe("alice");
    expired = true;
    await until(async () => (await client.call("ACL", "WHOAMI")) === "bob");
    expect(await client.call("CLIENT", "ID")).toBe(id);
    expect(await session.call("ACL", "WHOAMI")).toBe("bob");
    await client.rpush("list", "x");
    expect(await blocked).toEqual({ key: "list", value: "x" });
  });

  it.each([2, 3] as const)("hold for a PubSub, with RESP%i", async (protocol) => {
    const client = open(changing(), { protocol });
    const sub = client.pubsub();
    await sub.subscribe("news");
    const users = async () => {
      const list = String(await operator.call("CLIENT", "LIST", "TYPE", "PUBSUB"));
      return [...list.matchAll(/ user=(\S+)/g)].map(([, user]) => user);
    };
    await until(async () => (await users()).join() === "bob");
    await until(async () => (await operator.publish("news", "x")) === 1);
    const types: string[] = [];
    while (!types.includes("message"))
      types.push((await sub.getMessage({ timeout: 5000 }))?.type ?? "nothing");
    expect(types.includes("gap")).toBe(protocol === 2);
    await sub.close();
  });

  it("that cannot be had are asked for again, with a warning, and crash nothing", async () => {
    let asked = 0;
    const client = open(async () => {
      if (++asked < 3) throw new Error("the vault is closed");
      return { username: "alice", password: USERS.alice };
    });
    const warnings: string[] = [];
    client.on("warning", ({ message }) => warnings.push(message));
    expect(await client.call("ACL", "WHOAMI")).toBe("alice");
    expect(warnings).toEqual(Array(2).fill("The option credentials failed: the vault is closed"));
  });

  it("that cannot be renewed are asked for until they can, while the old ones hold", async () => {
    let asked = 0;
    const client = open(() => {
      asked++;
      if (asked === 1) return { username: "alice", password: USERS.alice, expiresAt: Date.now() + 100 };
      if (asked < 4) throw new Error("the vault is closed");
      return { username: "bob", password: USERS.bob };
    });
    let warned = 0;
    client.on("warning", () => warned++);
    expect(await client.call("ACL", "WHOAMI")).toBe("alice");
    await until(async () => (await client.call("ACL", "WHOAMI")) === "bob");
    expect([asked, warned]).toEqual([4, 2]);
  });

  it("are said once more after a wrong answer has been told of", async () => {
    let asked = 0;
    const client = open(() => {
      asked++;
      return { username: "alice", password: asked === 2 ? "wrong" : USERS.alice, expiresAt: Date.now() + 80 };
    });
    const warnings: string[] = [];
    client.on("warning", ({ message }) => warnings.push(message));
    await client.ping();
    await until(() => warnings.length > 0 && asked > 2);
    expect(warnings[0]).toMatch(/did not take the new credentials: WRONGPASS/);
    expect(warnings[0]).not.toContain("wrong");
    expect(await client.call("ACL", "WHOAMI")).toBe("alice");
  });

  it("that never come are given up after connectTimeout", async () => {
    const client = open(() => new Promise(() => {}), { connectTimeout: 30, retry: { attempts: 0 } });
    await expect(client.get("a")).rejects.toMatchObject({
      code: "ECREDENTIALS",
      sent: "no",
      message: expect.stringMatching(/no answer within 30 ms/),
    });
  });

  it("of a wrong form are refused by name", async () => {
    const client = open(() => ({ password: 5 }) as never, { retry: { attempts: 0 } });
    await expect(client.get("a")).rejects.toThrow(/credentials\(\)\.password is 5; allowed: a string/);
  });
});
