/** The sorted set type. */

import { DenseIndex } from "./dense-index.js";
import { type AggregateLimits, DEFAULT_LIMITS } from "./encoding-limits.js";
import { ScoreTree, type ScoreVisitor } from "./score-tree.js";

/** A member with its score. */
export interface Scored {
  readonly member: string;
  readonly score: number;
}

/**
 * Distinct one-byte strings with a score each (any double but NaN), in the order of score and then of bytes.
 * Ranks count from 0 at the least entry. Every range (by rank, score, bytes) is found as two ranks.
 */
export class SortedSetValue {
  readonly type = "zset";
  readonly #limits: AggregateLimits;
  #scores = new Map<string, number>();
  #tree = new ScoreTree();
  #isSkipList: boolean;
  /** Made at the first scan of a large set, and kept up to date from then on. */
  #index: DenseIndex | undefined;

  /** @param limits the engine's configuration: when the encoding changes */
  constructor(limits: AggregateLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
    this.#isSkipList = limits.zsetMaxListpackEntries === 0;
  }

  /** A set of members and scores that a command has computed, in the encoding that its size allows. */
  static from(scores: ReadonlyMap<string, number>, limits: AggregateLimits = DEFAULT_LIMITS): SortedSetValue {
    const made = new SortedSetValue(limits);
    made.#isSkipList = scores.size > limits.zsetMaxListpackEntries;
    for (const member of scores.keys()) {
      if (member.length > limits.zsetMaxListpackValue) made.#isSkipList = true;
    }
    for (const [member, score] of scores) made.set(member, score);
    return made;
  }

  /** The set in a listpack that has come from elsewhere: it stays one however long its members are. */
  static fromListpack(
    scores: ReadonlyMap<string, number>,
    limits: AggregateLimits = DEFAULT_LIMITS,
  ): SortedSetValue {
    const made = SortedSetValue.from(scores, limits);
    made.#isSkipList = made.size > limits.zsetMaxListpackEntries;
    return made;
  }

  /** Number of members. */
  get size(): number {
    return this.#scores.size;
  }

  /** What OBJECT ENCODING reports; a set that has grown never goes back. */
  encoding(): "listpack" | "skiplist" {
    return this.#isSkipList ? "skiplist" : "listpack";
  }

  /** What SORT does to whatever it reads, and ZRANGESTORE to what will be long. */
  toSkipList(): void {
    this.#isSkipList = true;
  }

  score(member: string): number | undefined {
    return this.#scores.get(member);
  }

  has(member: string): boolean {
    return this.#scores.has(member);
  }

  /** Add a member or change its score. @returns whether the member is new */
  set(member: string, score: number): boolean {
    const old = this.#scores.get(member);
    if (old === score) return false;
    if (old === undefined) {
      if (!this.#isSkipList) {
        const limits = this.#limits;
        this.#isSkipList =
          member.length > limits.zsetMaxListpackValue || this.#scores.size >= limits.zsetMaxListpackEntries;
      }
      this.#index?.add(member);
    } else {
      this.#tree.remove(old, member);
    }
    // A listpack stores an integral score as an integer, which has no negative zero.
    const stored = score === 0 && !this.#isSkipList ? 0 : score;
    this.#scores.set(member, stored);
    this.#tree.insert(stored, member);
    return old === undefined;
  }

  /** @returns whether the member was there */
  delete(member: string): boolean {
    const score = this.#scores.get(member);
    if (score === undefined) return false;
    this.#scores.delete(member);
    this.#tree.remove(score, member);
    this.#index?.delete(member);
    return true;
  }

  /** The rank of a member, the least has 0; `undefined` when it is not there. */
  rank(member: string): number | undefined {
    const wanted = this.#scores.get(member);
    if (wanted === undefined) return undefined;
    return this.#tree.countBefore((score, other) => score < wanted || (score === wanted && other < member));
  }

  /** How many members have a score below `limit` (or equal, if `inclusive`). */
  countBelowScore(limit: number, inclusive: boolean): number {
    if (inclusive && limit === Number.POSITIVE_INFINITY) return this.size;
    return this.#tree.countBefore(inclusive ? (score) => score <= limit : (score) => score < limit);
  }

  /** How many members come before `limit` by their bytes (or are equal, if `inclusive`); all scores the same. */
  countBelowMember(limit: string, inclusive: boolean): number {
    return this.#tree.countBefore(
      inclusive ? (_score, member) => member <= limit : (_score, member) => member < limit,
    );
  }

  /** Visit `count` entries from rank `from` upward. */
  walk(from: number, count: number, visit: ScoreVisitor): void {
    this.#tree.walk(from, count, visit);
  }

  /** Visit `count` entries from rank `from` downward. */
  walkBack(from: number, count: number, visit: ScoreVisitor): void {
    this.#tree.walkBack(from, count, visit);
  }

  /** The entry at a rank that exists. */
  at(rank: number): Scored {
    let found: Scored = { member: "", score: 0 };
    this.#tree.walk(rank, 1, (member, score) => {
      found = { member, score };
    });
    return found;
  }

  /** Remove `count` entries from rank `from` on; `visit` sees each. */
  removeRange(from: number, count: number, visit?: ScoreVisitor): void {
    this.#tree.removeRange(from, count, (member, score) => {
      this.#scores.delete(member);
      this.#index?.delete(member);
      visit?.(member, score);
    });
  }

  /**
   * One step of ZSCAN; a small set is walked in one step, in its order.
   * @param cursor 0 to begin
   * @returns the next cursor; 0: done
   */
  scan(cursor: number, count: number, visit: ScoreVisitor): number {
    if (!this.#isSkipList) {
      this.#tree.walk(0, this.size, visit);
      return 0;
    }
    this.#index ??= new DenseIndex(this.#scores.keys());
    return this.#index.scan(cursor, count, (member) => visit(member, this.#scores.get(member) as number));
  }

  copy(): SortedSetValue {
    const twin = new SortedSetValue(this.#limits);
    twin.#scores = new Map(this.#scores);
    twin.#tree = this.#tree.copy();
    twin.#isSkipList = this.#isSkipList;
    return twin;
  }
}
