/** HyperLogLogs: estimates of how many different elements were seen, in 12 kilobytes however many they are. */
import type { RawReply } from "../protocol/parser.js";
import { CommandSet, type Key, listOf, type Many, type Value } from "./base.js";
import type { Integer, Mode, Reply } from "./mode.js";
import { boolean, type Decode, number, plain, status } from "./replies.js";

const registers: Decode<number[]> = (reply) => (reply as RawReply[]).map(number);

/** Commands on HyperLogLogs. */
export abstract class HyperLogLogCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Count elements in; without elements just make the key.
   * @returns whether the estimate may have changed, or the key is new
   * @example
   * ```ts
   * await redis.pfadd("visitors:2026-08-01", "10.0.0.1", "10.0.0.2"); // true
   * ```
   * @see https://redis.io/docs/latest/commands/pfadd/
   */
  pfadd(key: Key, ...elements: Many<Value>): Reply<M, boolean> {
    return this.run("PFADD", [key, ...listOf(elements)], boolean);
  }

  /**
   * About how many different elements were counted in, over all `keys` together; the standard error is 0.81 %.
   * @example
   * ```ts
   * await redis.pfcount("visitors:2026-08-01", "visitors:2026-08-02"); // 2
   * ```
   * @see https://redis.io/docs/latest/commands/pfcount/
   */
  pfcount(...keys: Many<Key>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("PFCOUNT", listOf(keys), plain);
  }

  /**
   * How the HyperLogLog at `key` is stored; for people who look into Redis itself.
   * @throws ReplyError `ERR` without key
   * @see https://redis.io/docs/latest/commands/pfdebug/
   */
  pfdebug(subcommand: "encoding", key: Key): Reply<M, "sparse" | "dense">;
  /**
   * The runs of registers of the HyperLogLog at `key`, in words.
   * @throws ReplyError `ERR` without key, or when it is stored densely
   * @see https://redis.io/docs/latest/commands/pfdebug/
   */
  pfdebug(subcommand: "decode", key: Key): Reply<M, string>;
  /**
   * The 16384 registers of the HyperLogLog at `key`, which is stored densely from then on.
   * @throws ReplyError `ERR` without key
   * @see https://redis.io/docs/latest/commands/pfdebug/
   */
  pfdebug(subcommand: "getreg", key: Key): Reply<M, number[]>;
  /**
   * Store the HyperLogLog at `key` densely.
   * @returns `false` when it was already
   * @throws ReplyError `ERR` without key
   * @see https://redis.io/docs/latest/commands/pfdebug/
   */
  pfdebug(subcommand: "todense", key: Key): Reply<M, boolean>;
  pfdebug(subcommand: "encoding" | "decode" | "getreg" | "todense", key: Key): unknown {
    const decode = subcommand === "getreg" ? registers : subcommand === "todense" ? boolean : status;
    return this.run<number[] | boolean>("PFDEBUG", [subcommand, key], decode);
  }

  /**
   * Let `destination` count what it and all `sources` have counted.
   * @example
   * ```ts
   * await redis.pfmerge("visitors:2026-08", "visitors:2026-08-01", "visitors:2026-08-02");
   * ```
   * @see https://redis.io/docs/latest/commands/pfmerge/
   */
  pfmerge(destination: Key, ...sources: Many<Key>): Reply<M, "OK"> {
    return this.run<"OK">("PFMERGE", [destination, ...listOf(sources)], status);
  }

  /**
   * Have the server test its HyperLogLogs. It takes seconds in which nobody is served.
   * @throws ReplyError `TESTFAILED`
   * @see https://redis.io/docs/latest/commands/pfselftest/
   */
  pfselftest(): Reply<M, "OK"> {
    return this.run<"OK">("PFSELFTEST", [], status);
  }
}
