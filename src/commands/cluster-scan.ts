/** Walking the keys of a whole cluster from any of its nodes. */
import { type Arg, CommandSet } from "./base.js";
import { type KeyPage, type KeyScanOptions, keyPage, pushKeyScan } from "./keys.js";
import type { Mode, Reply, Text } from "./mode.js";

/** Options of {@link ClusterScanCommands.clusterscan}. */
export interface ClusterScanOptions extends KeyScanOptions {
  /** Walk this slot alone. */
  slot?: number;
}

/** The scan of a cluster. */
export abstract class ClusterScanCommands<M extends Mode> extends CommandSet<M> {
  /**
   * One page of the keys of a cluster, slot by slot. The cursor names the slot that comes next, so that the next call
   * belongs to the node which holds that slot; other nodes answer `MOVED`. Needs Valkey 9.1 in cluster mode.
   * @param cursor `0` to start, then the cursor of the page before
   * @throws ReplyError `ERR` for a cursor that is none, or where there is no cluster
   * @example
   * ```ts
   * const page = await redis.clusterscan(0, { match: "user:*" }); // { cursor: "0-{06S}-0", keys: [] }
   * ```
   * @see https://valkey.io/commands/clusterscan/
   */
  clusterscan(cursor: string | number, options?: ClusterScanOptions): Reply<M, KeyPage<Text<M>>> {
    const args: Arg[] = [cursor];
    if (options) {
      pushKeyScan(args, options);
      if (options.slot !== undefined) args.push("SLOT", options.slot);
    }
    return this.run<KeyPage<Text<M>>>("CLUSTERSCAN", args, keyPage);
  }
}
