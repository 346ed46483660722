/** What a node tells of its cluster, as objects: figures, nodes, shards, slots, links. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { camelCase, type Decode, number, record, shaped, textRecord } from "./replies.js";

/** Slots from `start` to `end`, both included. */
export interface SlotRange {
  start: number;
  end: number;
}

/**
 * What a node says of the cluster. Names are Redis's, in camel case; the counts of messages by type, such as
 * `clusterStatsMessagesPingSent`, are there as soon as there was one.
 * @see https://redis.io/docs/latest/commands/cluster-info/
 */
export interface ClusterInfo {
  /** Does the cluster take commands? */
  clusterState: "ok" | "fail";
  /** Slots that belong to a node. */
  clusterSlotsAssigned: number;
  /** Slots whose node is neither suspected nor known to be down. */
  clusterSlotsOk: number;
  /** Slots whose node is suspected to be down. */
  clusterSlotsPfail: number;
  /** Slots whose node is down. */
  clusterSlotsFail: number;
  clusterKnownNodes: number;
  /** Masters that have slots. */
  clusterSize: number;
  clusterCurrentEpoch: number;
  clusterMyEpoch: number;
  /** Messages on the cluster's bus. */
  clusterStatsMessagesSent: number;
  /** Messages on the cluster's bus. */
  clusterStatsMessagesReceived: number;
  /** Links that were closed because too much waited in them. From Redis 7.0 on. */
  totalClusterLinksBufferLimitExceeded: number;
  [name: string]: number | string;
}

/** A slot on its way between two nodes. */
export interface MovingSlot {
  slot: number;
  /** Id of the node that it goes to, or comes from. */
  node: string;
}

/** A node, as another one sees it. */
export interface ClusterNode {
  id: string;
  /** Its address; `""` while that is not known. */
  host: string;
  port: number;
  /** Port of the cluster's bus. */
  busPort: number;
  /** Its name, where it was given one (`cluster-announce-hostname`), else `""`. */
  hostname: string;
  /** Such as `myself`, `master`, `slave`, `fail?`, `fail`, `handshake`, `noaddr`; empty for `noflags`. */
  flags: string[];
  /** Id of its master, `null` when it is one. */
  master: string | null;
  /** Unix time in milliseconds at which it was sent the ping that it has not answered; 0: none. */
  pingSent: number;
  /** Unix time in milliseconds at which it answered last. */
  pongReceived: number;
  configEpoch: number;
  linkState: "connected" | "disconnected";
  slots: SlotRange[];
  /** Slots that it gives away; only the node itself tells. */
  migrating: MovingSlot[];
  /** Slots that it gets; only the node itself tells. */
  importing: MovingSlot[];
}

/** A node that serves slots. */
export interface SlotNode {
  /** Where to reach it; `null`: where you asked. */
  host: string | null;
  port: number;
  id: string;
  /** What else is known of it: `ip`, `hostname`. */
  metadata: Record<string, string>;
}

/** Slots, and who serves them. */
export interface SlotAssignment extends SlotRange {
  master: SlotNode;
  replicas: SlotNode[];
}

/** A node of a {@link ClusterShard}. */
export interface ShardNode {
  id: string;
  /** Port without TLS, where it has one. */
  port?: number;
  /** Port with TLS, where it has one. */
  tlsPort?: number;
  ip: string;
  /** Where to reach it; `null`: where you asked. */
  endpoint: string | null;
  hostname?: string;
  role: "master" | "replica";
  replicationOffset: number;
  health: "online" | "failed" | "loading";
}

/** A master with its replicas, and the slots that they serve. */
export interface ClusterShard {
  slots: SlotRange[];
  nodes: ShardNode[];
}

/** A connection between two nodes. */
export interface ClusterLink {
  direction: "to" | "from";
  /** Id of the other node. */
  node: string;
  /** Unix time in milliseconds. */
  createTime: number;
  /** What the event loop waits for: `r`, `w`, or both. */
  events: string;
  /** Bytes. */
  sendBufferAllocated: number;
  /** Bytes. */
  sendBufferUsed: number;
}

const linesOf = (reply: RawReply): string[] =>
  textOf(reply)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");

/** The reply of CLUSTER INFO: lines `name:value`. */
export const clusterInfo: Decode<ClusterInfo> = (reply) => {
  const info: Record<string, number | string> = {};
  for (const line of linesOf(reply)) {
    const colon = line.indexOf(":");
    const name = camelCase(line.slice(0, colon));
    const value = line.slice(colon + 1);
    info[name] = name === "clusterState" ? value : Number(value);
  }
  return info as unknown as ClusterInfo;
};

/** `host:port@busPort,hostname`, then perhaps more that newer servers add; hosts may hold colons themselves. */
function addressIn(word: string): Pick<ClusterNode, "host" | "port" | "busPort" | "hostname"> {
  const [address, hostname = ""] = word.split(",");
  const at = address.lastIndexOf("@");
  const colon = address.lastIndexOf(":", at);
  return {
    host: address.slice(0, colon),
    port: Number(address.slice(colon + 1, at)),
    busPort: Number(address.slice(at + 1)),
    hostname,
  };
}

function rangeIn(word: string): SlotRange {
  const [start, end = start] = word.split("-");
  return { start: Number(start), end: Number(end) };
}

/** `[slot->-node]` or `[slot-<-node]`. */
function movingIn(words: readonly string[], arrow: "->-" | "-<-"): MovingSlot[] {
  return words
    .filter((word) => word.startsWith("[") && word.includes(arrow))
    .map((word) => {
      const [slot, node] = word.slice(1, -1).split(arrow);
      return { slot: Number(slot), node };
    });
}

function nodeIn(line: string): ClusterNode {
  const [id, address, flags, master, pingSent, pongReceived, configEpoch, linkState, ...slots] =
    line.split(" ");
  return {
    id,
    ...addressIn(address),
    flags: flags === "noflags" ? [] : flags.split(","),
    master: master === "-" ? null : master,
    pingSent: Number(pingSent),
    pongReceived: Number(pongReceived),
    configEpoch: Number(configEpoch),
    linkState: linkState as ClusterNode["linkState"],
    slots: slots.filter((word) => !word.startsWith("[")).map(rangeIn),
    migrating: movingIn(slots, "->-"),
    importing: movingIn(slots, "-<-"),
  };
}

/** The reply of CLUSTER NODES: a line for each node. */
export const clusterNodes: Decode<ClusterNode[]> = (reply) => linesOf(reply).map(nodeIn);

/** The reply of CLUSTER REPLICAS: such lines as an array. */
export const clusterReplicas: Decode<ClusterNode[]> = (reply) =>
  (reply as RawReply[]).map((line) => nodeIn(textOf(line).trimEnd()));

const textOrNull: Decode<string | null> = (reply) => (reply === null ? null : textOf(reply));

/** Servers before 7.0 give no metadata. */
function slotNode(reply: RawReply): SlotNode {
  const [host, port, id, metadata = []] = reply as RawReply[];
  return { host: textOrNull(host), port: number(port), id: textOf(id), metadata: textRecord(metadata) };
}

/** The reply of CLUSTER SLOTS. */
export const slotAssignments: Decode<SlotAssignment[]> = (reply) =>
  (reply as RawReply[][]).map(([start, end, master, ...replicas]) => ({
    start: number(start),
    end: number(end),
    master: slotNode(master),
    replicas: replicas.map(slotNode),
  }));

function rangesOf(reply: RawReply): SlotRange[] {
  const bounds = reply as RawReply[];
  const ranges: SlotRange[] = [];
  for (let i = 0; i < bounds.length; i += 2)
    ranges.push({ start: number(bounds[i]), end: number(bounds[i + 1]) });
  return ranges;
}

/** The reply of CLUSTER SHARDS. */
export const clusterShards: Decode<ClusterShard[]> = (reply) =>
  (reply as RawReply[]).map((shard) => {
    const { slots, nodes } = record(shard) as Record<string, RawReply>;
    return {
      slots: rangesOf(slots),
      nodes: (nodes as RawReply[]).map(
        (node) => shaped(node, { endpoint: textOrNull }) as unknown as ShardNode,
      ),
    };
  });

/** The reply of CLUSTER LINKS. */
export const clusterLinks: Decode<ClusterLink[]> = (reply) =>
  (reply as RawReply[]).map((link) => shaped(link, {}) as unknown as ClusterLink);
