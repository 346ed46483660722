/**
 * A cache beside a slower source: what is missing is loaded, by one caller among all processes, and kept.
 *
 * - Whoever finds nothing leaves a placeholder and loads; the others wait for what it brings. One that dies holds them up for
 *   `loadTimeout` at most.
 * - What was loaded takes the place of its own placeholder only. `invalidate` takes that away, so a value that was
 *   read from the source before a change cannot come to stay after it.
 * - Values with tags hold the versions that their tags had before the loading; a tag is invalidated by a new version, however
 *   many values have it. A version that was lost costs a loading, never an outdated value.
 * @see https://redis.io/docs/latest/develop/clients/patterns/
 */
import { ArgumentError, type Commands, defineScript, json, type Promised, type TextCodec } from "../index.js";
import { pause } from "./pause.js";
import { checkCount, checkName, checkNames, refuse } from "./settings.js";

/** Options of {@link CacheAside}; all times in milliseconds. */
export interface CacheAsideOptions<V> {
  /** Brings what is not there. What it throws is not kept. */
  load: (id: string) => V | Promise<V>;
  /** How long a value is kept. */
  ttl: number;
  /** Default `json()`. */
  codec?: TextCodec<V>;
  /** What the keys begin with. Default `"cache:"`. */
  prefix?: string;
  /** After which time of waiting another loads. Default 10,000. */
  loadTimeout?: number;
  /** What a value depends on, for {@link CacheAside.invalidateTags}. */
  tags?: (id: string) => readonly string[];
}

/** Stands before a placeholder, and before a value. */
const LOADING = "!";
const VALUE = "=";
/** Waits between two looks for what another loads. */
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 100;
/** What the keys of tags begin with, behind the prefix. */
const TAG = "tag:";
/** Versions of tags live so many times longer than values. */
const TAG_LIFE = 10;

/** Gives what is there, unless it has other versions; else the caller's placeholder is there now. */
const claim = defineScript({
  keys: ["value"],
  args: (placeholder: string, loadTimeout: number, head: string) => [placeholder, loadTimeout, head],
  lua: `
    local found = redis.call("GET", KEYS[1])
    if found and (string.sub(found, 1, 1) == "${LOADING}" or string.sub(found, 1, #ARGV[3]) == ARGV[3]) then
      return found
    end
    redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
    return false`,
  decode: (reply) => reply as string | null,
});

/** Puts a value in the place of a placeholder, or nothing. */
const settle = defineScript({
  keys: ["value"],
  args: (placeholder: string, value: string, ttl: number) => [placeholder, value, ttl],
  lua: `
    if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
    if ARGV[2] == "" then redis.call("DEL", KEYS[1]) else redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3]) end
    return 1`,
  decode: Boolean,
});

/**
 * A cache of values by id.
 * @example
 * ```ts
 * const users = new CacheAside<User>(redis, { prefix: "user:", ttl: 60_000, load: (id) => database.user(id) });
 * const user = await users.get("1"); // loads it once, whoever asks
 * await database.rename("1", "Ada");
 * await users.invalidate("1");
 * ```
 */
export class CacheAside<V> {
  readonly #redis: Commands<Promised>;
  readonly #load: (id: string) => V | Promise<V>;
  readonly #codec: TextCodec<V>;
  readonly #prefix: string;
  readonly #ttl: number;
  readonly #loadTimeout: number;
  readonly #tags: ((id: string) => readonly string[]) | undefined;
  /** Of this process: all who ask for the same wait for one. */
  readonly #asked = new Map<string, Promise<V>>();

  /** @throws OptionError */
  constructor(redis: Commands<Promised>, options: CacheAsideOptions<V>) {
    checkNames(options, ["load", "ttl", "codec", "prefix", "loadTimeout", "tags"]);
    const { load, codec = json<V>(), tags } = options;
    if (typeof load !== "function") refuse("load", load, "a function");
    if (tags !== undefined && typeof tags !== "function") refuse("tags", tags, "a function");
    if (typeof codec?.encode !== "function" || (codec as { replies?: string }).replies === "buffer") {
      refuse("codec", codec, "a codec whose values are read from text, such as json()");
    }
    this.#redis = redis;
    this.#load = load;
    this.#codec = codec;
    this.#tags = tags;
    this.#prefix = checkName("prefix", options.prefix ?? "cache:", true);
    this.#ttl = checkCount("ttl", options.ttl, Number.NaN);
    this.#loadTimeout = checkCount("loadTimeout", options.loadTimeout, 10_000);
  }

  /**
   * The value of `id`: as it is kept, or as `load` brings it. Whoever loads it themselves gets what `load` throws.
   * @throws RedisError when the server could not be asked
   * @throws ArgumentError for an id that begins with `tag:`, where there are tags
   */
  get(id: string): Promise<V> {
    const asked = this.#asked.get(id);
    if (asked !== undefined) return asked;
    const value = this.#find(id).finally(() => {
      if (this.#asked.get(id) === value) this.#asked.delete(id);
    });
    this.#asked.set(id, value);
    return value;
  }

  /** Keep `value`, as if it had been loaded. */
  async set(id: string, value: V): Promise<void> {
    this.#asked.delete(id);
    const key = this.#key(id);
    const text = `${await this.#head(id)}${this.#encode(value)}`;
    await this.#redis.set(key, text, { px: this.#ttl });
    // Who has asked meanwhile may have been told what was there before.
    this.#asked.delete(id);
  }

  /** Forget these values: what is being loaded is not kept either. */
  async invalidate(...ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#asked.delete(id);
    if (ids.length > 0) await this.#redis.del(ids.map((id) => this.#prefix + id));
    for (const id of ids) this.#asked.delete(id);
  }

  /** Forget all values with one of these tags. */
  async invalidateTags(...tags: readonly string[]): Promise<void> {
    this.#asked.clear();
    const px = this.#ttl * TAG_LIFE;
    await Promise.all(tags.map((tag) => this.#redis.set(this.#tagKey(tag), crypto.randomUUID(), { px })));
    this.#asked.clear();
  }

  async #find(id: string): Promise<V> {
    const placeholder = LOADING + crypto.randomUUID();
    const key = { value: this.#key(id) };
    for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      // A plain read, which a client-side cache answers.
      const [kept, head] = await Promise.all([this.#redis.get(key.value), this.#head(id)]);
      if (kept?.startsWith(head)) return this.#codec.decode(kept.slice(head.length));
      const found = await claim(this.#redis, key, placeholder, this.#loadTimeout, head);
      // Its own placeholder is there when the reply to the first call was lost.
      if (found === null || found === placeholder) return this.#fetch(id, placeholder, head);
      if (found.startsWith(head)) return this.#codec.decode(found.slice(head.length));
      await pause(wait * (0.5 + Math.random() / 2));
    }
  }

  async #fetch(id: string, placeholder: string, head: string): Promise<V> {
    const key = { value: this.#key(id) };
    let value: V;
    let text: string;
    try {
      value = await this.#load(id);
      text = this.#encode(value);
    } catch (error) {
      // The next may try at once.
      await settle(this.#redis, key, placeholder, "", this.#ttl).catch(() => {});
      throw error;
    }
    await Promise.all([
      settle(this.#redis, key, placeholder, head + text, this.#ttl),
      ...this.#tagsOf(id).map((tag) => this.#redis.pexpire(this.#tagKey(tag), this.#ttl * TAG_LIFE)),
    ]);
    return value;
  }

  /** What a value that is still good begins with: the versions of its tags. */
  async #head(id: string): Promise<string> {
    const versions = await Promise.all(this.#tagsOf(id).map((tag) => this.#version(this.#tagKey(tag))));
    return `${VALUE}${versions.join(",")}\n`;
  }

  async #version(key: string): Promise<string> {
    const version = await this.#redis.get(key);
    if (version !== null) return version;
    const fresh = crypto.randomUUID();
    const before = await this.#redis.set(key, fresh, { px: this.#ttl * TAG_LIFE, nx: true });
    return before === "OK" ? fresh : ((await this.#redis.get(key)) ?? fresh);
  }

  #tagsOf(id: string): readonly string[] {
    return this.#tags?.(id) ?? [];
  }

  #key(id: string): string {
    if (this.#tags !== undefined && id.startsWith(TAG)) {
      throw new ArgumentError(`An id must not begin with ${TAG}, where the versions of tags are`);
    }
    return this.#prefix + id;
  }

  #tagKey(tag: string): string {
    return this.#prefix + TAG + tag;
  }

  #encode(value: V): string {
    const text = this.#codec.encode(value);
    if (typeof text !== "string") throw new ArgumentError("The codec of a CacheAside gives text, not bytes");
    return text;
  }
}
