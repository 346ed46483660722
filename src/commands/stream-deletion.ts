/** Deleting entries of streams with regard to the groups that still have to acknowledge them. Needs Redis 8.2. */
import { type Arg, CommandSet, type Key, type OneOrMore, pushCounted } from "./base.js";
import type { Integer, Mode, Reply } from "./mode.js";
import { plain } from "./replies.js";
import type { ReferencePolicy } from "./streams.js";

/** Options of {@link StreamDeletionCommands.xdelex} and {@link StreamDeletionCommands.xackdel}. */
export interface StreamDeletionOptions {
  /** What becomes of the groups' references (`keepref` unless you say so). */
  refs?: ReferencePolicy;
}

function pushIds(args: Arg[], ids: OneOrMore<string>, options: StreamDeletionOptions | undefined): Arg[] {
  if (options?.refs !== undefined) args.push(options.refs);
  args.push("IDS");
  pushCounted(args, ids);
  return args;
}

/** Commands that delete entries of streams. */
export abstract class StreamDeletionCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Acknowledge entries for `group` and delete them from the stream at `key`, in one step.
   * @returns for each id 1: both done, 2: acknowledged but not deleted, as others wait for it, -1: there is no such id
   * @example
   * ```ts
   * await redis.xackdel("jobs", "workers", ["1-0", "2-0"], { refs: "acked" }); // [1, 2]
   * ```
   * @see https://redis.io/docs/latest/commands/xackdel/
   */
  xackdel(
    key: Key,
    group: Key,
    ids: OneOrMore<string>,
    options?: StreamDeletionOptions,
  ): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("XACKDEL", pushIds([key, group], ids, options), plain);
  }

  /**
   * Delete entries of the stream at `key`.
   * @returns for each id 1: deleted, 2: not, as groups wait for it, -1: there is no such id
   * @example
   * ```ts
   * await redis.xdelex("jobs", "1-0", { refs: "delref" }); // [1]
   * ```
   * @see https://redis.io/docs/latest/commands/xdelex/
   */
  xdelex(key: Key, ids: OneOrMore<string>, options?: StreamDeletionOptions): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("XDELEX", pushIds([key], ids, options), plain);
  }
}
