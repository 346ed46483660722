/** Moving slots between the nodes of a cluster as the server's own work, and how much each slot is used. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { type Arg, CommandSet, type OneOrMore } from "./base.js";
import type { Integer, Mode, Reply } from "./mode.js";
import { camelCase, type Decode, flatPairs, number, plain, recordOf, status } from "./replies.js";

/** A range of slots, both ends included. */
export type SlotRange = readonly [start: number, end: number];

/** Which slots {@link SlotMigrationCommands.clusterSlotStats} reports: a range, or those with the highest figures. */
export type SlotStatsFilter =
  | { range: SlotRange }
  | {
      /** The figure that decides. */
      orderBy: "key-count" | "cpu-usec" | "network-bytes-in" | "network-bytes-out" | "memory-bytes";
      /** At most this many slots. */
      limit?: number;
      /** The highest first unless you say `asc`. */
      order?: "asc" | "desc";
    };

/** How much a slot is used. Figures that the server does not keep are missing. */
export interface SlotStats {
  slot: number;
  /** Number of keys. */
  keyCount: number;
  /** CPU time in microseconds. */
  cpuUsec?: number;
  /** Bytes received. */
  networkBytesIn?: number;
  /** Bytes sent. */
  networkBytesOut?: number;
  /** Bytes of memory. */
  memoryBytes?: number;
}

/** Which tasks a call means: one by its id, or all. */
export type MigrationTasks = { id: string } | "all";

/** A task of {@link SlotMigrationCommands.clusterMigrationStatus}. Times are Unix times in milliseconds. */
export interface MigrationTask {
  id: string;
  /** Such as `0-1000 2000-3000`. */
  slots: string;
  /** Id of the node that gives the slots. */
  source: string;
  /** Id of the node that gets them. */
  dest: string;
  operation: "import" | "migrate";
  /** Such as `completed`. */
  state: string;
  lastError: string;
  retries: number;
  createTime: number;
  startTime: number;
  endTime: number;
  /** How long writes had to wait, in milliseconds. */
  writePauseMs: number;
}

/** A job of {@link SlotMigrationCommands.clusterGetslotmigrations}. Times are Unix times in seconds. */
export interface SlotMigrationJob {
  /** Id of the job. */
  name: string;
  operation: "IMPORT" | "EXPORT";
  /** Such as `0-1000 2000-3000`. */
  slotRanges: string;
  targetNode: string;
  sourceNode: string;
  createTime: number;
  lastUpdateTime: number;
  lastAckTime: number;
  state: string;
  message: string;
}

/** Slots that go to one node. */
export interface SlotMigrationTarget {
  ranges: readonly SlotRange[];
  /** Id of the node. */
  node: string;
}

const slotStats: Decode<SlotStats[]> = (reply) =>
  (reply as RawReply[][]).map(([slot, figures]) => {
    const out: Record<string, number> = { slot: number(slot) };
    for (const [name, value] of Object.entries(recordOf(figures, number))) out[camelCase(name)] = value;
    return out as unknown as SlotStats;
  });

/** Names in camel case, integers as numbers and all else as text. */
function migrationRecord(reply: RawReply): Record<string, string | number> {
  const out: Record<string, string | number> = {};
  const flat = flatPairs(reply);
  for (let i = 0; i < flat.length; i += 2) {
    const value = flat[i + 1];
    const isInteger = typeof value === "number" || typeof value === "bigint";
    out[camelCase(textOf(flat[i]))] = isInteger ? Number(value) : textOf(value);
  }
  return out;
}

const migrationRecords: Decode<never> = (reply) => (reply as RawReply[]).map(migrationRecord) as never;

function taskArgs(subcommand: string, tasks: MigrationTasks): Arg[] {
  return tasks === "all" ? [subcommand, "ALL"] : [subcommand, "ID", tasks.id];
}

function pushRanges(args: Arg[], ranges: readonly SlotRange[]): void {
  for (const [start, end] of ranges) args.push(start, end);
}

/** Commands on slots and their migration. */
export abstract class SlotMigrationCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Stop all migrations of slots away from this node. Needs Valkey 9.0.
   * @see https://valkey.io/commands/cluster-cancelslotmigrations/
   */
  clusterCancelslotmigrations(): Reply<M, "OK"> {
    return this.run<"OK">("CLUSTER CANCELSLOTMIGRATIONS", [], status);
  }

  /**
   * Delete all keys of a slot. Needs Valkey 9.0.
   * @param mode now (`sync`) or in the background (`async`)
   * @see https://valkey.io/commands/cluster-flushslot/
   */
  clusterFlushslot(slot: number, mode?: "async" | "sync"): Reply<M, "OK"> {
    return this.run<"OK">("CLUSTER FLUSHSLOT", mode === undefined ? [slot] : [slot, mode], status);
  }

  /**
   * The migrations of slots that run or ended lately. Needs Valkey 9.0.
   * @see https://valkey.io/commands/cluster-getslotmigrations/
   */
  clusterGetslotmigrations(): Reply<M, SlotMigrationJob[]> {
    return this.run<SlotMigrationJob[]>("CLUSTER GETSLOTMIGRATIONS", [], migrationRecords);
  }

  /**
   * Begin to migrate slots of this node to others. Needs Valkey 9.0.
   * @example
   * ```ts
   * await redis.clusterMigrateslots([{ ranges: [[0, 100]], node: id }]); // "OK": it goes on in the background
   * ```
   * @see https://valkey.io/commands/cluster-migrateslots/
   */
  clusterMigrateslots(targets: OneOrMore<SlotMigrationTarget>): Reply<M, "OK"> {
    const args: Arg[] = [];
    for (const { ranges, node } of "node" in targets ? [targets] : targets) {
      args.push("SLOTSRANGE");
      pushRanges(args, ranges);
      args.push("NODE", node);
    }
    return this.run<"OK">("CLUSTER MIGRATESLOTS", args, status);
  }

  /**
   * Stop migrations that this node takes part in. Needs Redis 8.4.
   * @returns how many
   * @see https://redis.io/docs/latest/commands/cluster-migration/
   */
  clusterMigrationCancel(tasks: MigrationTasks): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("CLUSTER MIGRATION", taskArgs("CANCEL", tasks), plain);
  }

  /**
   * Begin to bring slots of other nodes to this one. Needs Redis 8.4.
   * @returns id of the task
   * @example
   * ```ts
   * const id = await redis.clusterMigrationImport([[0, 1000], [2000, 3000]]);
   * const [{ state }] = await redis.clusterMigrationStatus({ id });
   * ```
   * @see https://redis.io/docs/latest/commands/cluster-migration/
   */
  clusterMigrationImport(ranges: readonly SlotRange[]): Reply<M, string> {
    const args: Arg[] = ["IMPORT"];
    pushRanges(args, ranges);
    return this.run<string>("CLUSTER MIGRATION", args, status);
  }

  /**
   * What has become of migrations that this node takes part in. Needs Redis 8.4.
   * @see https://redis.io/docs/latest/commands/cluster-migration/
   */
  clusterMigrationStatus(tasks: MigrationTasks): Reply<M, MigrationTask[]> {
    return this.run<MigrationTask[]>("CLUSTER MIGRATION", taskArgs("STATUS", tasks), migrationRecords);
  }

  /**
   * Id of the shard that this node belongs to. Needs Redis 7.2.
   * @see https://redis.io/docs/latest/commands/cluster-myshardid/
   */
  clusterMyshardid(): Reply<M, string> {
    return this.run<string>("CLUSTER MYSHARDID", [], status);
  }

  /**
   * How much the slots of this node are used. Needs Redis 8.2 or Valkey 8.0.
   * @example
   * ```ts
   * await redis.clusterSlotStats({ orderBy: "key-count", limit: 1 });
   * // [{ slot: 12539, keyCount: 1, cpuUsec: 51, networkBytesIn: 43, networkBytesOut: 5 }]
   * ```
   * @see https://redis.io/docs/latest/commands/cluster-slot-stats/
   */
  clusterSlotStats(filter: SlotStatsFilter): Reply<M, SlotStats[]> {
    const args: Arg[] = [];
    if ("range" in filter) args.push("SLOTSRANGE", filter.range[0], filter.range[1]);
    else {
      args.push("ORDERBY", filter.orderBy);
      if (filter.limit !== undefined) args.push("LIMIT", filter.limit);
      if (filter.order !== undefined) args.push(filter.order);
    }
    return this.run("CLUSTER SLOT-STATS", args, slotStats);
  }
}
