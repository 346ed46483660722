/** Commands on the topology of a cluster: they ask or tell one node, that which the connection leads to. */
import { type Arg, CommandSet, type Key, listOf, type Many, type OneOrMore } from "./base.js";
import {
  type ClusterInfo,
  type ClusterLink,
  type ClusterNode,
  type ClusterShard,
  clusterInfo,
  clusterLinks,
  clusterNodes,
  clusterReplicas,
  clusterShards,
  type SlotAssignment,
  type SlotRange,
  slotAssignments,
} from "./cluster-replies.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { plain, status } from "./replies.js";

function rangeArgs(ranges: OneOrMore<Readonly<SlotRange>>): Arg[] {
  const args: Arg[] = [];
  const list = (Array.isArray(ranges) ? ranges : [ranges]) as readonly SlotRange[];
  for (const { start, end } of list) args.push(start, end);
  return args;
}

/** Commands on a cluster. A server without `cluster-enabled` answers each of them with `ERR`. */
export abstract class ClusterCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Give slots to the node.
   * @throws ReplyError `ERR` when one of them belongs to a node already; nothing is changed then
   * @see https://redis.io/docs/latest/commands/cluster-addslots/
   */
  clusterAddslots(...slots: Many<number>): Reply<M, "OK"> {
    return this.run<"OK">("CLUSTER ADDSLOTS", listOf(slots), status);
  }

  /**
   * Give ranges of slots to the node.
   * @throws ReplyError `ERR` when one of them belongs to a node already; nothing is changed then
   * @example
   * ```ts
   * await redis.clusterAddslotsrange({ start: 0, end: 5460 });
   * ```
   * @see https://redis.io/docs/latest/commands/cluster-addslotsrange/
   */
  clusterAddslotsrange(ranges: OneOrMore<Readonly<SlotRange>>): Reply<M, "OK"> {
    return this.run<"OK">("CLUSTER ADDSLOTSRANGE", rangeArgs(ranges), status);
  }

  /**
   * Raise the configuration epoch of the node, unless it is the greatest of the cluster already.
   * @returns `BUMPED` or `STILL`, and the epoch
   * @see https://redis.io/docs/latest/commands/cluster-bumpepoch/
   */
  clusterBumpepoch(): Reply<M, string> {
    return this.run<string>("CLUSTER BUMPEPOCH", [], status);
  }

  /**
   * How many nodes have lately reported that a node is down.
   * @throws ReplyError `ERR` when there is no such node
   * @see https://redis.io/docs/latest/commands/cluster-count-failure-reports/
   */
  clusterCountFailureReports(node: string): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("CLUSTER COUNT-FAILURE-REPORTS", [node], plain);
  }

  /**
   * How many keys of a slot the node has.
   * @see https://redis.io/docs/latest/commands/cluster-countkeysinslot/
   */
  clusterCountkeysinslot(slot: number): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("CLUSTER COUNTKEYSINSLOT", [slot], plain);
  }

  /**
   * Let the node forget who has these slots.
   * @throws ReplyError `ERR` when one of them belongs to nobody; nothing is changed then
   * @see https://redis.io/docs/latest/commands/cluster-delslots/
   */
  clusterDelslots(...slots: Many<number>): Reply<M, "OK"> {
    return this.run<"OK">("CLUSTER DELSLOTS", listOf(slots), status);
  }

  /**
   * Let the node forget who has these ranges of slots.
   * @throws ReplyError `ERR` when one of them belongs to nobody; nothing is changed then
   * @see https://redis.io/docs/latest/commands/cluster-delslotsrange/
   */
  clusterDelslotsrange(ranges: OneOrMore<Readonly<SlotRange>>): Reply<M, "OK"> {
    return this.run<"OK">("CLUSTER DELSLOTSRANGE", rangeArgs(ranges), status);
  }

  /**
   * Have the node, a replica, take the place of its master. The reply comes before that is done.
   * @param how `force`: do not wait for the master, which may be down; `takeover`: do not ask the others either
   * @throws ReplyError `ERR` when the node is no replica
   * @see https://redis.io/docs/latest/commands/cluster-failover/
   */
  clusterFailover(how?: "force" | "takeover"): Reply<M, "OK"> {
    return this.run<"OK">("CLUSTER FAILOVER", how === undefined ? [] : [how], status);
  }

  /**
   * Let the node forget all of its slots.
   * @throws ReplyError `ERR` when it has keys
   * @see https://redis.io/docs/latest/commands/cluster-flushslots/
   */
  clusterFlushslots(): Reply<M, "OK"> {
    return this.run<"OK">("CLUSTER FLUSHSLOTS", [], status);
  }

  /**
   * Let the node forget another one for a minute: send it to all nodes within that time.
   * @throws ReplyError `ERR` when there is no such node, or it is this one or its master
   * @see https://redis.io/docs/latest/commands/cluster-forget/
   */
  clusterForget(node: string): Reply<M, "OK"> {
    return this.run<"OK">("CLUSTER FORGET", [node], status);
  }

  /**
   * Keys of a slot that the node has.
   * @param count at most this many
   * @see https://redis.io/docs/latest/commands/cluster-getkeysinslot/
   */
  clusterGetkeysinslot(slot: number, count: number): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("CLUSTER GETKEYSINSLOT", [slot, count], plain);
  }

  /**
   * Facts and figures about the cluster.
   * @example
   * ```ts
   * const { clusterState, clusterSlotsOk } = await redis.clusterInfo();
   * ```
   * @see https://redis.io/docs/latest/commands/cluster-info/
   */
  clusterInfo(): Reply<M, ClusterInfo> {
    return this.run("CLUSTER INFO", [], clusterInfo);
  }

  /**
   * The slot that a key belongs to, 0 to 16383: a checksum of the key, or of what stands in its first braces.
   * @example
   * ```ts
   * await redis.clusterKeyslot("user:{42}:name"); // as "user:{42}:mail"
   * ```
   * @see https://redis.io/docs/latest/commands/cluster-keyslot/
   */
  clusterKeyslot(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("CLUSTER KEYSLOT", [key], plain);
  }

  /**
   * The connections between the node and the others, two for each.
   * @see https://redis.io/docs/latest/commands/cluster-links/
   */
  clusterLinks(): Reply<M, ClusterLink[]> {
    return this.run("CLUSTER LINKS", [], clusterLinks);
  }

  /**
   * Have the node get to know another one, and through it all that one knows. The reply comes before that is done.
   * @param busPort port of the other's cluster bus; `port` plus 10000 unless you say so
   * @see https://redis.io/docs/latest/commands/cluster-meet/
   */
  clusterMeet(host: string, port: number, busPort?: number): Reply<M, "OK"> {
    return this.run<"OK">(
      "CLUSTER MEET",
      busPort === undefined ? [host, port] : [host, port, busPort],
      status,
    );
  }

  /**
   * Id of the node.
   * @see https://redis.io/docs/latest/commands/cluster-myid/
   */
  clusterMyid(): Reply<M, string> {
    return this.run<string>("CLUSTER MYID", [], status);
  }

  /**
   * All nodes of the cluster, as the node sees them.
   * @example
   * ```ts
   * for (const { id, host, port, flags, slots } of await redis.clusterNodes()) console.log(id, host, port, flags, slots);
   * ```
   * @see https://redis.io/docs/latest/commands/cluster-nodes/
   */
  clusterNodes(): Reply<M, ClusterNode[]> {
    return this.run("CLUSTER NODES", [], clusterNodes);
  }

  /**
   * The replicas of a master.
   * @throws ReplyError `ERR` when there is no such node, or it is no master
   * @see https://redis.io/docs/latest/commands/cluster-replicas/
   */
  clusterReplicas(master: string): Reply<M, ClusterNode[]> {
    return this.run("CLUSTER REPLICAS", [master], clusterReplicas);
  }

  /**
   * Make the node a replica of a master.
   * @throws ReplyError `ERR` when there is no such master, or the node has slots or keys
   * @see https://redis.io/docs/latest/commands/cluster-replicate/
   */
  clusterReplicate(master: string): Reply<M, "OK"> {
    return this.run<"OK">("CLUSTER REPLICATE", [master], status);
  }

  /**
   * Let the node forget the others and its slots; a replica forgets its data, too, and becomes a master.
   * @param how `hard`: it gets a new id, and its epoch starts over; `soft` unless you say so
   * @throws ReplyError `ERR` when it is a master that has keys
   * @see https://redis.io/docs/latest/commands/cluster-reset/
   */
  clusterReset(how?: "hard" | "soft"): Reply<M, "OK"> {
    return this.run<"OK">("CLUSTER RESET", how === undefined ? [] : [how], status);
  }

  /**
   * Write what the node knows of the cluster to its file `nodes.conf`.
   * @see https://redis.io/docs/latest/commands/cluster-saveconfig/
   */
  clusterSaveconfig(): Reply<M, "OK"> {
    return this.run<"OK">("CLUSTER SAVECONFIG", [], status);
  }

  /**
   * Set the configuration epoch of a new node.
   * @throws ReplyError `ERR` when it has one, or knows others
   * @see https://redis.io/docs/latest/commands/cluster-set-config-epoch/
   */
  clusterSetConfigEpoch(epoch: number): Reply<M, "OK"> {
    return this.run<"OK">("CLUSTER SET-CONFIG-EPOCH", [epoch], status);
  }

  /**
   * End what `importing` or `migrating` began for a slot; it stays where it is.
   * @see https://redis.io/docs/latest/commands/cluster-setslot/
   */
  clusterSetslot(slot: number, state: "stable"): Reply<M, "OK">;
  /**
   * Let the node get a slot from another (`importing`), give it to another (`migrating`), or know that it belongs to
   * one now (`node`).
   * @example
   * ```ts
   * await target.clusterSetslot(42, "importing", sourceId);
   * await source.clusterSetslot(42, "migrating", targetId);
   * ```
   * @see https://redis.io/docs/latest/commands/cluster-setslot/
   */
  clusterSetslot(slot: number, state: "importing" | "migrating" | "node", node: string): Reply<M, "OK">;
  clusterSetslot(slot: number, state: string, node?: string): Reply<M, "OK"> {
    return this.run<"OK">(
      "CLUSTER SETSLOT",
      node === undefined ? [slot, state] : [slot, state, node],
      status,
    );
  }

  /**
   * The masters with their replicas, and the slots that they serve.
   * @example
   * ```ts
   * const shards = await redis.clusterShards();
   * const masters = shards.flatMap(({ nodes }) => nodes.filter(({ role }) => role === "master"));
   * ```
   * @see https://redis.io/docs/latest/commands/cluster-shards/
   */
  clusterShards(): Reply<M, ClusterShard[]> {
    return this.run("CLUSTER SHARDS", [], clusterShards);
  }

  /**
   * The replicas of a master. Deprecated: {@link ClusterCommands.clusterReplicas} is the same.
   * @deprecated since Redis 5.0
   * @see https://redis.io/docs/latest/commands/cluster-slaves/
   */
  clusterSlaves(master: string): Reply<M, ClusterNode[]> {
    return this.run("CLUSTER SLAVES", [master], clusterReplicas);
  }

  /**
   * The slots, and who serves them.
   * @example
   * ```ts
   * for (const { start, end, master } of await redis.clusterSlots()) console.log(start, end, master.host, master.port);
   * ```
   * @see https://redis.io/docs/latest/commands/cluster-slots/
   */
  clusterSlots(): Reply<M, SlotAssignment[]> {
    return this.run("CLUSTER SLOTS", [], slotAssignments);
  }
}
