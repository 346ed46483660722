/** The commands that carry values, for values of a user's own: made by `redis.values(codec)`. */
import type { Key, OneOrMore, Value } from "../commands/base.js";
import type { Popped } from "../commands/lists.js";
import type { Integer, Mode, Reply } from "../commands/mode.js";
import type { Scored } from "../commands/replies.js";
import type { Limit, ZrangeOptions } from "../commands/sorted-set-ranges.js";
import type { MembersReply, PoppedScored, Score, ZaddOptions, ZaddReply } from "../commands/sorted-sets.js";
import type { GetexOptions, SetOptions } from "../commands/strings.js";
import { textOf } from "../protocol/text.js";
import { type Call, Calls } from "./calls.js";
import { type Codec, type CodecPlace, checkCodec, decodeValue, encodeValue } from "./codec.js";

/** Carries out a call that is written down; what `write` throws is an error of the call. */
export type CarryCall<M extends Mode> = <V>(write: () => Call<V>) => Reply<M, V>;

/** A member of a sorted set with its score, going in. */
export interface ScoredValue<V> {
  readonly member: V;
  readonly score: Score;
}

/** What a blocking pop gives: the list that had something, and the value. */
export interface PoppedValue<V> {
  key: string;
  value: V;
}

/** What a blocking pop gives: the sorted set that had something, and the member with its score. */
export interface PoppedScoredValue<V> extends Scored<V> {
  key: string;
}

/** Fields with their values: an object, or a `Map` for fields that are numbers or bytes. */
export type ValueFields<V> = Readonly<Record<string, V>> | ReadonlyMap<Value, V>;

/** Options of `set` that make sense with a codec. */
export type SetValueOptions<Get extends boolean, If extends boolean> = SetOptions<Get, If, never>;

/** Reply of `set`: the old value with `get`; `null` where a condition was not met. */
export type SetValueReply<V, Get extends boolean, If extends boolean> = Get extends true
  ? V | null
  : If extends true
    ? "OK" | null
    : "OK";

/** A string of a reply, before it is decoded. */
type Raw = string | Uint8Array;

/** Decodes one string of the reply. */
type One<V> = (raw: Raw) => V;

/** One instance writes the calls of all. */
const calls = new Calls<Raw, never>();

/**
 * Commands whose values are `V`s. Keys and fields stay what they are: in replies they are text. Each does what the
 * command of that name does; members of sets and sorted sets are equal when they are encoded alike.
 */
export class Values<M extends Mode, V> {
  readonly #codec: Codec<V>;
  readonly #carry: CarryCall<M>;

  /** @internal */
  constructor(codec: Codec<V>, carry: CarryCall<M>) {
    checkCodec(codec as Codec<never>);
    this.#codec = codec;
    this.#carry = carry;
  }

  // --- strings

  /** Get the value at `key`, or `null` when there is none. @see https://redis.io/docs/latest/commands/get/ */
  get(key: Key): Reply<M, V | null> {
    return this.#read("GET", 1, () => calls.get(key), orNull);
  }

  /** Get the value at `key` and delete it. @see https://redis.io/docs/latest/commands/getdel/ */
  getdel(key: Key): Reply<M, V | null> {
    return this.#read("GETDEL", 1, () => calls.getdel(key), orNull);
  }

  /** Get the value at `key` and change its expiry. @see https://redis.io/docs/latest/commands/getex/ */
  getex(key: Key, options?: GetexOptions): Reply<M, V | null> {
    return this.#read("GETEX", 1, () => calls.getex(key, options), orNull);
  }

  /** Set `key` and get the value before. @see https://redis.io/docs/latest/commands/getset/ */
  getset(key: Key, value: V): Reply<M, V | null> {
    return this.#read("GETSET", 1, (encode) => calls.getset(key, encode(value)), orNull);
  }

  /**
   * Set `key` to a value.
   * @example
   * ```ts
   * await users.set("user:1", { name: "Ada" }, { ex: 60 });
   * ```
   * @see https://redis.io/docs/latest/commands/set/
   */
  set<Get extends boolean = false, If extends boolean = false>(
    key: Key,
    value: V,
    options?: SetValueOptions<Get, If>,
  ): Reply<M, SetValueReply<V, Get, If>> {
    return this.#read(
      "SET",
      1,
      (encode) => calls.set(key, encode(value), options as SetOptions) as Call<unknown>,
      (reply, one) => (options?.get ? orNull(reply as Raw | null, one) : reply) as SetValueReply<V, Get, If>,
    );
  }

  /** Set `key` when there is none. @see https://redis.io/docs/latest/commands/setnx/ */
  setnx(key: Key, value: V): Reply<M, boolean> {
    return this.#write("SETNX", 1, (encode) => calls.setnx(key, encode(value)));
  }

  /** Get the values at all `keys`; `null` where there is none. @see https://redis.io/docs/latest/commands/mget/ */
  mget(...keys: readonly Key[]): Reply<M, (V | null)[]> {
    return this.#read("MGET", keys.length, () => calls.mget(keys), eachOrNull);
  }

  /** Set many keys at once. @see https://redis.io/docs/latest/commands/mset/ */
  mset(values: ValueFields<V>): Reply<M, "OK"> {
    return this.#write("MSET", sizeOf(values), (encode) => calls.mset(encodedFields(values, encode)));
  }

  // --- hashes

  /** Get one field of a hash, or `null`. @see https://redis.io/docs/latest/commands/hget/ */
  hget(key: Key, field: Value): Reply<M, V | null> {
    return this.#read("HGET", 1, () => calls.hget(key, field), orNull);
  }

  /** Get all fields of a hash; `{}` when there is none. @see https://redis.io/docs/latest/commands/hgetall/ */
  hgetall(key: Key): Reply<M, Record<string, V>> {
    return this.#read("HGETALL", 1, () => calls.hgetall(key), decodedFields);
  }

  /** Get several fields of a hash; `null` where there is none. @see https://redis.io/docs/latest/commands/hmget/ */
  hmget(key: Key, ...fields: readonly Value[]): Reply<M, (V | null)[]> {
    return this.#read("HMGET", 1, () => calls.hmget(key, fields), eachOrNull);
  }

  /** Set fields of a hash. @returns how many are new @see https://redis.io/docs/latest/commands/hset/ */
  hset(key: Key, fields: ValueFields<V>): Reply<M, Integer<M>> {
    return this.#write("HSET", 1, (encode) => calls.hset(key, encodedFields(fields, encode)));
  }

  /** Set a field of a hash when there is none. @see https://redis.io/docs/latest/commands/hsetnx/ */
  hsetnx(key: Key, field: Value, value: V): Reply<M, boolean> {
    return this.#write("HSETNX", 1, (encode) => calls.hsetnx(key, field, encode(value)));
  }

  /** All values of a hash. @see https://redis.io/docs/latest/commands/hvals/ */
  hvals(key: Key): Reply<M, V[]> {
    return this.#read("HVALS", 1, () => calls.hvals(key), each);
  }

  // --- lists

  /** Push values to the left end of a list. @returns its length @see https://redis.io/docs/latest/commands/lpush/ */
  lpush(key: Key, ...values: readonly V[]): Reply<M, Integer<M>> {
    return this.#write("LPUSH", 1, (encode) => calls.lpush(key, values.map(encode)));
  }

  /** Push values to the right end of a list. @returns its length @see https://redis.io/docs/latest/commands/rpush/ */
  rpush(key: Key, ...values: readonly V[]): Reply<M, Integer<M>> {
    return this.#write("RPUSH", 1, (encode) => calls.rpush(key, values.map(encode)));
  }

  /** Pop the leftmost value of a list. @see https://redis.io/docs/latest/commands/lpop/ */
  lpop(key: Key): Reply<M, V | null>;
  /** Pop up to `count` values from the left end; `null` without list. @see https://redis.io/docs/latest/commands/lpop/ */
  lpop(key: Key, count: number): Reply<M, V[] | null>;
  lpop(key: Key, count?: number): Reply<M, V | null> | Reply<M, V[] | null> {
    if (count === undefined) return this.#read("LPOP", 1, () => calls.lpop(key), orNull);
    return this.#read("LPOP", 1, () => calls.lpop(key, count), eachOfAny);
  }

  /** Pop the rightmost value of a list. @see https://redis.io/docs/latest/commands/rpop/ */
  rpop(key: Key): Reply<M, V | null>;
  /** Pop up to `count` values from the right end; `null` without list. @see https://redis.io/docs/latest/commands/rpop/ */
  rpop(key: Key, count: number): Reply<M, V[] | null>;
  rpop(key: Key, count?: number): Reply<M, V | null> | Reply<M, V[] | null> {
    if (count === undefined) return this.#read("RPOP", 1, () => calls.rpop(key), orNull);
    return this.#read("RPOP", 1, () => calls.rpop(key, count), eachOfAny);
  }

  /** {@link Values.lpop} from the first list that has a value, waiting up to `timeout` seconds (0: without end). @see https://redis.io/docs/latest/commands/blpop/ */
  blpop(keys: OneOrMore<Key>, timeout: number): Reply<M, PoppedValue<V> | null> {
    return this.#read("BLPOP", countOf(keys), () => calls.blpop(keys, timeout), poppedOf);
  }

  /** {@link Values.rpop} from the first list that has a value, waiting up to `timeout` seconds (0: without end). @see https://redis.io/docs/latest/commands/brpop/ */
  brpop(keys: OneOrMore<Key>, timeout: number): Reply<M, PoppedValue<V> | null> {
    return this.#read("BRPOP", countOf(keys), () => calls.brpop(keys, timeout), poppedOf);
  }

  /** The values of a list from index `start` to `stop`. @see https://redis.io/docs/latest/commands/lrange/ */
  lrange(key: Key, start: number, stop: number): Reply<M, V[]> {
    return this.#read("LRANGE", 1, () => calls.lrange(key, start, stop), each);
  }

  /** The value at an index of a list, or `null`. @see https://redis.io/docs/latest/commands/lindex/ */
  lindex(key: Key, index: number): Reply<M, V | null> {
    return this.#read("LINDEX", 1, () => calls.lindex(key, index), orNull);
  }

  /** Replace the value at an index of a list. @see https://redis.io/docs/latest/commands/lset/ */
  lset(key: Key, index: number, value: V): Reply<M, "OK"> {
    return this.#write("LSET", 1, (encode) => calls.lset(key, index, encode(value)));
  }

  /** Remove values of a list that are equal. @see https://redis.io/docs/latest/commands/lrem/ */
  lrem(key: Key, count: number, value: V): Reply<M, Integer<M>> {
    return this.#write("LREM", 1, (encode) => calls.lrem(key, count, encode(value)));
  }

  // --- sets

  /** Add members to a set. @returns how many are new @see https://redis.io/docs/latest/commands/sadd/ */
  sadd(key: Key, ...members: readonly V[]): Reply<M, Integer<M>> {
    return this.#write("SADD", 1, (encode) => calls.sadd(key, members.map(encode)));
  }

  /** Remove members of a set. @returns how many there were @see https://redis.io/docs/latest/commands/srem/ */
  srem(key: Key, ...members: readonly V[]): Reply<M, Integer<M>> {
    return this.#write("SREM", 1, (encode) => calls.srem(key, members.map(encode)));
  }

  /** Is this a member of the set? @see https://redis.io/docs/latest/commands/sismember/ */
  sismember(key: Key, member: V): Reply<M, boolean> {
    return this.#write("SISMEMBER", 1, (encode) => calls.sismember(key, encode(member)));
  }

  /** All members of a set. @see https://redis.io/docs/latest/commands/smembers/ */
  smembers(key: Key): Reply<M, V[]> {
    return this.#read("SMEMBERS", 1, () => calls.smembers(key), each);
  }

  /** Take any member out of a set. @see https://redis.io/docs/latest/commands/spop/ */
  spop(key: Key): Reply<M, V | null> {
    return this.#read("SPOP", 1, () => calls.spop(key), orNull);
  }

  // --- sorted sets

  /** Add members with scores to a sorted set. @see https://redis.io/docs/latest/commands/zadd/ */
  zadd<Incr extends boolean = false>(
    key: Key,
    members: ScoredValue<V> | readonly ScoredValue<V>[],
    options?: ZaddOptions<Incr>,
  ): Reply<M, ZaddReply<Integer<M>, Incr>> {
    const list = (Array.isArray(members) ? members : [members]) as readonly ScoredValue<V>[];
    return this.#write("ZADD", 1, (encode) => {
      const encoded = list.map(({ member, score }) => ({ member: encode(member), score }));
      return calls.zadd(key, encoded, options as ZaddOptions) as Call<ZaddReply<Integer<M>, Incr>>;
    });
  }

  /** Members of a sorted set between two ranks or scores. @see https://redis.io/docs/latest/commands/zrange/ */
  zrange<WithScores extends boolean = false>(
    key: Key,
    start: number | bigint | string,
    stop: number | bigint | string,
    options?: { by?: "score"; rev?: boolean; limit?: Limit; withScores?: WithScores },
  ): Reply<M, MembersReply<V, WithScores>> {
    const all = options as ZrangeOptions | undefined;
    return this.#read(
      "ZRANGE",
      1,
      () => calls.zrange(key, start, stop, all) as Call<Raw[] | Scored<Raw>[]>,
      (reply, one) =>
        (options?.withScores ? eachScored : each)(reply as never, one) as MembersReply<V, WithScores>,
    );
  }

  /** Remove members of a sorted set. @returns how many there were @see https://redis.io/docs/latest/commands/zrem/ */
  zrem(key: Key, ...members: readonly V[]): Reply<M, Integer<M>> {
    return this.#write("ZREM", 1, (encode) => calls.zrem(key, members.map(encode)));
  }

  /** Score of a member, or `null`. @see https://redis.io/docs/latest/commands/zscore/ */
  zscore(key: Key, member: V): Reply<M, number | null> {
    return this.#write("ZSCORE", 1, (encode) => calls.zscore(key, encode(member)));
  }

  /** Rank of a member by its score, from 0; `null` without it. @see https://redis.io/docs/latest/commands/zrank/ */
  zrank(key: Key, member: V): Reply<M, Integer<M> | null> {
    return this.#write("ZRANK", 1, (encode) => calls.zrank(key, encode(member)));
  }

  /** Add to the score of a member. @returns the sum @see https://redis.io/docs/latest/commands/zincrby/ */
  zincrby(key: Key, by: Score, member: V): Reply<M, number> {
    return this.#write("ZINCRBY", 1, (encode) => calls.zincrby(key, by, encode(member)));
  }

  /** Pop the member with the lowest score. @see https://redis.io/docs/latest/commands/zpopmin/ */
  zpopmin(key: Key): Reply<M, Scored<V> | null> {
    return this.#read("ZPOPMIN", 1, () => calls.zpopmin(key), scoredOrNull);
  }

  /** Pop the member with the highest score. @see https://redis.io/docs/latest/commands/zpopmax/ */
  zpopmax(key: Key): Reply<M, Scored<V> | null> {
    return this.#read("ZPOPMAX", 1, () => calls.zpopmax(key), scoredOrNull);
  }

  /** {@link Values.zpopmin} that waits up to `timeout` seconds (0: without end). @see https://redis.io/docs/latest/commands/bzpopmin/ */
  bzpopmin(keys: OneOrMore<Key>, timeout: number): Reply<M, PoppedScoredValue<V> | null> {
    return this.#read("BZPOPMIN", countOf(keys), () => calls.bzpopmin(keys, timeout), poppedScoredOf);
  }

  // --- publish/subscribe

  /** Publish a value. @returns how many received it @see https://redis.io/docs/latest/commands/publish/ */
  publish(channel: Key, message: V): Reply<M, Integer<M>> {
    return this.#write("PUBLISH", 0, (encode) => calls.publish(channel, encode(message)));
  }

  /** Carry out a call; `shape` makes the value of its reply, in which `one` decodes a string. */
  #read<R, Out>(
    command: string,
    keys: number,
    write: (encode: (value: V) => Key) => Call<R>,
    shape: (reply: R, one: One<V>) => Out,
  ): Reply<M, Out> {
    const codec = this.#codec;
    const place: CodecPlace = { command, keys };
    const one = (raw: Raw) => decodeValue(codec, raw, place);
    return this.#carry(() => {
      const call = write((value) => encodeValue(codec, value, place));
      const decode = (reply: Parameters<typeof call.decode>[0]) => shape(call.decode(reply), one);
      return { name: call.name, args: call.args, decode, bytes: codec.replies === "buffer" };
    });
  }

  /** Carry out a call in whose reply no value stands. */
  #write<R>(command: string, keys: number, write: (encode: (value: V) => Key) => Call<unknown>): Reply<M, R> {
    const codec = this.#codec;
    return this.#carry(() => write((value) => encodeValue(codec, value, { command, keys })) as Call<R>);
  }
}

// --- the shapes of replies

function orNull<V>(reply: Raw | null, one: One<V>): V | null {
  return reply === null ? null : one(reply);
}

function each<V>(reply: readonly Raw[], one: One<V>): V[] {
  return reply.map(one);
}

function eachOrNull<V>(reply: readonly (Raw | null)[], one: One<V>): (V | null)[] {
  return reply.map((raw) => orNull(raw, one));
}

function eachOfAny<V>(reply: readonly Raw[] | null, one: One<V>): V[] | null {
  return reply === null ? null : reply.map(one);
}

function eachScored<V>(reply: readonly Scored<Raw>[], one: One<V>): Scored<V>[] {
  return reply.map(({ member, score }) => ({ member: one(member), score }));
}

function scoredOrNull<V>(reply: Scored<Raw> | null, one: One<V>): Scored<V> | null {
  return reply === null ? null : { member: one(reply.member), score: reply.score };
}

function poppedOf<V>(reply: Popped<Raw> | null, one: One<V>): PoppedValue<V> | null {
  return reply === null ? null : { key: textOf(reply.key), value: one(reply.value) };
}

function poppedScoredOf<V>(reply: PoppedScored<Raw> | null, one: One<V>): PoppedScoredValue<V> | null {
  if (reply === null) return null;
  const { key, member, score } = reply;
  return { key: textOf(key), member: one(member), score };
}

function decodedFields<V>(reply: Record<string, Raw>, one: One<V>): Record<string, V> {
  return Object.fromEntries(Object.entries(reply).map(([field, raw]) => [field, one(raw)]));
}

// --- what goes in

function encodedFields<V>(fields: ValueFields<V>, encode: (value: V) => Key): [Value, Key][] {
  const pairs = fields instanceof Map ? [...(fields as ReadonlyMap<Value, V>)] : Object.entries(fields);
  return pairs.map(([field, value]) => [field, encode(value as V)]);
}

function sizeOf<V>(fields: ValueFields<V>): number {
  return fields instanceof Map ? fields.size : Object.keys(fields).length;
}

function countOf(keys: OneOrMore<Key>): number {
  return Array.isArray(keys) ? keys.length : 1;
}
