/** The result backend: what became of tasks, kept in Redis as Celery keeps it. */
import { defineScript, type Redis, ReplyError } from "../index.js";
import { writeIsoDate } from "./iso-date.js";
import { parseJson, stringifyJson } from "./json.js";
import type { TaskLog } from "./log.js";
import { type ResultTuple, readResultTuple, resultTuple } from "./result-tuple.js";
import { TurnBatch } from "./turn-batch.js";

export { type ResultTuple, resultTuple };

const TASK_PREFIX = "celery-task-meta-";
const GROUP_PREFIX = "celery-taskset-meta-";

/** The state of a task: Celery's own, or one of the task's (`updateState`). */
export type TaskState =
  | "PENDING"
  | "RECEIVED"
  | "STARTED"
  | "SUCCESS"
  | "FAILURE"
  | "RETRY"
  | "REVOKED"
  | (string & Record<never, never>);

/** The states after which nothing changes any more. */
export const READY_STATES: ReadonlySet<string> = new Set(["SUCCESS", "FAILURE", "REVOKED"]);

/** What is stored of a task, in Celery's form. */
export interface ResultMeta {
  status: TaskState;
  /** The value; of a failure, a retry or a revoked task its exception. */
  result: unknown;
  traceback: string | null;
  /** What the task has sent: see {@link ResultTuple}. */
  children: unknown[];
  /** When it was done: {@link doneAt}. */
  date_done: string | null;
  task_id: string;
  /** `group_id`, `parent_id`, and with `resultExtended` `name`, `args`, `kwargs`, `worker`, `retries`, `queue`. */
  [more: string]: unknown;
}

/** What is known after a part of a chord was noted. */
export interface ChordCount {
  /** How many parts are done. */
  readonly count: number;
  /** How many there are; `null` while the sender has not said it, or when the chord is over. */
  readonly size: number | null;
}

/** A part of a chord as it is kept; the first number says how the result is encoded. */
export type ChordPart = [encoding: number, id: string, state: string, result: unknown];

/** A moment as results have it: six digits behind the point (Python reads three as microseconds), and the offset. */
export function doneAt(date: Date = new Date()): string {
  return writeIsoDate(date);
}

/**
 * Store results and tell who waits. A task that has succeeded already keeps that result (a late RETRY or a second run
 * must not hide it). KEYS: of each result, which name the channels too. ARGV: seconds to keep them, 0: for ever; then
 * the text of each. Reply: for each 1, or 0 when it was left as it is, or what is wrong with it.
 */
const STORE = defineScript({
  args: (expires: number, texts: readonly string[]) => [expires, ...texts],
  decode: (reply) => reply as (number | string)[],
  lua: `
local function store(key, text)
  local old = redis.pcall("GET", key)
  if type(old) == "table" then return old.err end
  if old and string.find(old, "SUCCESS", 1, true) then
    local ok, meta = pcall(cjson.decode, old)
    if ok and type(meta) == "table" and meta.status == "SUCCESS" then return 0 end
  end
  local done
  if ARGV[1] == "0" then
    done = redis.pcall("SET", key, text)
  else
    done = redis.pcall("SETEX", key, ARGV[1], text)
  end
  if done.err then return done.err end
  redis.call("PUBLISH", key, text)
  return 1
end
local out = {}
for i = 1, #KEYS do out[i] = store(KEYS[i], ARGV[i + 1]) end
return out`,
});

/** The most results, and the most characters of them, that are stored in one step. */
const MOST_AT_ONCE = 100;
const LONGEST_AT_ONCE = 1_000_000;

/** A result on its way. */
interface Storing {
  readonly key: string;
  readonly text: string;
  outcome: boolean | Error;
}

/** Options of {@link Backend}. */
export interface BackendOptions {
  /** Seconds that results are kept; `null`: for ever. */
  readonly resultExpires: number | null;
  /** Whether the parts of a chord keep their order; `true` when left out. */
  readonly chordOrdered?: boolean | undefined;
  readonly log: TaskLog;
}

/** Results of tasks in one Redis database; `app.backend()` gives one. */
export class Backend {
  /** The client, for what has no method here. */
  readonly redis: Redis;
  readonly #expires: number;
  readonly #chordOrdered: boolean;
  readonly #log: TaskLog;
  readonly #stores = new TurnBatch<Storing>((all) => this.#storeAll(all));

  constructor(redis: Redis, options: BackendOptions) {
    this.redis = redis;
    const { resultExpires } = options;
    this.#expires = resultExpires === null ? 0 : Math.max(0, Math.ceil(resultExpires));
    this.#chordOrdered = options.chordOrdered ?? true;
    this.#log = options.log;
  }

  /** The key of a task's result, which is the name of its channel too. */
  keyOf(id: string): string {
    return TASK_PREFIX + id;
  }

  /** The id of the task whose result is told in this channel. */
  idOf(channel: string): string {
    return channel.slice(TASK_PREFIX.length);
  }

  /**
   * Store a result and tell it to those who wait, in one step. What is stored in one turn of the event loop leaves
   * together.
   * @returns `false` when the task has succeeded before: that result stays
   * @throws TypeError when JSON cannot hold it; ReplyError, ConnectionError as the client does
   */
  async store(meta: ResultMeta): Promise<boolean> {
    const one: Storing = { key: this.keyOf(meta.task_id), text: stringifyJson(meta), outcome: false };
    await this.#stores.add(one);
    if (one.outcome instanceof Error) throw one.outcome;
    return one.outcome;
  }

  async #storeAll(all: readonly Storing[]): Promise<void> {
    const steps: Promise<void>[] = [];
    for (let from = 0; from < all.length; ) {
      let to = from;
      let length = 0;
      do length += all[to++].text.length;
      while (to < all.length && to - from < MOST_AT_ONCE && length < LONGEST_AT_ONCE);
      steps.push(this.#storeSome(all.slice(from, to)));
      from = to;
    }
    await Promise.all(steps);
  }

  async #storeSome(some: readonly Storing[]): Promise<void> {
    const keys = some.map(({ key }) => key);
    const texts = some.map(({ text }) => text);
    try {
      const replies = await STORE(this.redis.with({ idempotent: true }), keys, this.#expires, texts);
      for (const [at, reply] of replies.entries()) {
        some[at].outcome = typeof reply === "string" ? new ReplyError(reply) : reply === 1;
      }
    } catch (error) {
      for (const one of some) one.outcome = error as Error;
    }
  }

  /** What is known of a task. @returns `null` when nothing is: it has not begun, or never was */
  async read(id: string): Promise<ResultMeta | null> {
    const text = await this.redis.get(this.keyOf(id));
    return text === null ? null : this.parse(id, text);
  }

  /** {@link Backend.read} of many tasks. */
  async readMany(ids: readonly string[]): Promise<(ResultMeta | null)[]> {
    if (ids.length === 0) return [];
    const texts = await this.redis.mget(ids.map((id) => this.keyOf(id)));
    return texts.map((text, at) => (text === null ? null : this.parse(ids[at], text)));
  }

  /** What a stored or published text says; `null`, and a line in the log, when it says nothing. */
  parse(id: string, text: string): ResultMeta | null {
    try {
      const meta = parseJson(text) as Partial<ResultMeta> | null;
      if (typeof meta !== "object" || meta === null || typeof meta.status !== "string") {
        throw new SyntaxError("it has no status");
      }
      return {
        ...meta,
        status: meta.status,
        result: meta.result ?? null,
        traceback: typeof meta.traceback === "string" ? meta.traceback : null,
        children: Array.isArray(meta.children) ? meta.children : [],
        date_done: typeof meta.date_done === "string" ? meta.date_done : null,
        task_id: id,
      };
    } catch (error) {
      this.#log.error(`The result of task ${id} cannot be read: ${String(error)}`);
      return null;
    }
  }

  /** Forget the result of a task. */
  async forget(id: string): Promise<void> {
    await this.redis.del(this.keyOf(id));
  }

  // --- groups and chords

  #groupKey(group: string, suffix = ""): string {
    return `${GROUP_PREFIX}${group}${suffix}`;
  }

  /** Say how many parts a chord has, before the last of them is sent. */
  async setChordSize(group: string, size: number): Promise<void> {
    const key = this.#groupKey(group, ".s");
    if (this.#expires > 0) await this.redis.set(key, String(size), { ex: this.#expires });
    else await this.redis.set(key, String(size));
  }

  /**
   * Note that a part of a chord is done. In one step, so that exactly one part sees that it was the last.
   * @param index its place among the parts; `null` puts it behind all others
   * @throws TypeError when JSON cannot hold the part
   */
  async chordPart(group: string, index: number | null, part: ChordPart): Promise<ChordCount> {
    const [list, extra, size] = [".j", ".t", ".s"].map((suffix) => this.#groupKey(group, suffix));
    const text = stringifyJson(part);
    const transaction = this.redis.multi();
    if (this.#chordOrdered) {
      const score = index ?? Number.POSITIVE_INFINITY;
      transaction.zadd(list, { member: text, score }).zcount(list, "-inf", "+inf");
    } else transaction.rpush(list, text).llen(list);
    transaction.get(extra).get(size);
    if (this.#expires > 0) {
      for (const key of [list, extra, size]) transaction.expire(key, this.#expires);
    }
    const [, count, added, wanted] = (await transaction.exec()) as unknown as [
      unknown,
      number,
      string | null,
      string | null,
    ];
    return { count, size: wanted === null ? null : Number(wanted) + Number(added ?? 0) };
  }

  /** All parts of a chord that are done, in their order. */
  async chordParts(group: string): Promise<ChordPart[]> {
    const key = this.#groupKey(group, ".j");
    const texts = await (this.#chordOrdered ? this.redis.zrange(key, 0, -1) : this.redis.lrange(key, 0, -1));
    return texts.map((text) => parseJson(text) as ChordPart);
  }

  /** The chord is over: nothing of its parts is needed any more. */
  async endChord(group: string): Promise<void> {
    await this.redis.del([".j", ".t", ".s"].map((suffix) => this.#groupKey(group, suffix)));
  }

  /** Keep which results make a group, so that others can find them by its id. */
  async saveGroup(group: ResultTuple): Promise<void> {
    const key = this.#groupKey(group[0][0]);
    const text = stringifyJson({ result: group });
    if (this.#expires > 0) await this.redis.set(key, text, { ex: this.#expires });
    else await this.redis.set(key, text);
  }

  /** Has this group been saved? */
  async hasGroup(id: string): Promise<boolean> {
    return (await this.redis.exists(this.#groupKey(id))) > 0;
  }

  /** A group that was saved. @returns `null` when there is none */
  async readGroup(id: string): Promise<ResultTuple | null> {
    const text = await this.redis.get(this.#groupKey(id));
    if (text === null) return null;
    const { result } = parseJson(text) as { result?: unknown };
    return readResultTuple(result) ?? null;
  }
}
