/** What the examples test: accounts whose sign-ins expire. It knows nothing of where its Redis is. */
import type { Redis } from "../../src/index.js";

/** How long a sign-in lasts, seconds. */
export const SESSION_SECONDS = 1800;

/** Accounts, kept in Redis. */
export class Accounts {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** @returns whether the name was free */
  create(name: string): Promise<boolean> {
    return this.#redis.hsetnx(`account:${name}`, "name", name);
  }

  /** @returns a token, or `null` when there is no such account */
  async signIn(name: string): Promise<string | null> {
    if ((await this.#redis.exists(`account:${name}`)) === 0) return null;
    const token = `token-${await this.#redis.incr("tokens")}`;
    await this.#redis.set(`session:${token}`, name, { ex: SESSION_SECONDS });
    return token;
  }

  /** @returns whose token it is, or `null` */
  who(token: string): Promise<string | null> {
    return this.#redis.get(`session:${token}`);
  }
}
