/**
 * Replies as redis-server 7.0.15 wrote them under RESP2 and RESP3, some of them shortened (those of other servers are
 * marked), and the value that a method makes of both. A bar stands for CR LF.
 */
import type { Commands } from "../../src/commands/index.js";
import type { Sync } from "../../src/commands/mode.js";

/** A method, raw replies, and what comes of them in terms of text (`t`). */
export interface DecodingCase {
  title: string;
  call: (c: Commands<Sync<unknown, unknown>>) => unknown;
  resp2: string;
  resp3: string;
  value: (t: (text: string) => unknown) => unknown;
}

const one = "$3|1-1|*4|$1|a|$1|1|$1|b|$1|2|";
const three = "$3|3-1|*2|$1|a|$1|4|";

/** Streams. */
const streams: DecodingCase[] = [
  {
    title: "XREAD",
    call: (c) => c.xread({ s: 0, no: 0 }),
    resp2: `*1|*2|$1|s|*2|*2|${one}*2|${three}`,
    resp3: `%1|$1|s|*2|*2|${one}*2|${three}`,
    value: (t) => [
      {
        key: t("s"),
        entries: [
          { id: "1-1", fields: { a: t("1"), b: t("2") } },
          { id: "3-1", fields: { a: t("4") } },
        ],
      },
    ],
  },
  { title: "XREAD in vain", call: (c) => c.xread({ s: "$" }), resp2: "*-1|", resp3: "_|", value: () => null },
  {
    title: "XREADGROUP of an entry that was deleted",
    call: (c) => c.xreadgroup("g", "c", { s: 0 }),
    resp2: `*1|*2|$1|s|*3|*2|${one}*2|$3|2-1|*-1|*2|${three}`,
    resp3: `%1|$1|s|*3|*2|${one}*2|$3|2-1|_|*2|${three}`,
    value: (t) => [
      {
        key: t("s"),
        entries: [
          { id: "1-1", fields: { a: t("1"), b: t("2") } },
          { id: "2-1", fields: null },
          { id: "3-1", fields: { a: t("4") } },
        ],
      },
    ],
  },
  {
    title: "XAUTOCLAIM",
    call: (c) => c.xautoclaim("s", "g", "e", 0, 0),
    resp2: `*3|$3|0-0|*1|*2|${three}*1|$3|4-1|`,
    resp3: `*3|$3|0-0|*1|*2|${three}*1|$3|4-1|`,
    value: (t) => ({ cursor: "0-0", claimed: [{ id: "3-1", fields: { a: t("4") } }], deleted: ["4-1"] }),
  },
  {
    title: "XAUTOCLAIM of Redis 6.2, with an entry that was deleted",
    call: (c) => c.xautoclaim("s", "g", "e", 0, 0),
    resp2: `*2|$3|0-0|*2|*-1|*2|${three}`,
    resp3: `*2|$3|0-0|*2|_|*2|${three}`,
    value: (t) => ({ cursor: "0-0", claimed: [{ id: "3-1", fields: { a: t("4") } }], deleted: [] }),
  },
  {
    title: "XAUTOCLAIM JUSTID",
    call: (c) => c.xautoclaim("s", "g", "e", 0, 0, { justId: true }),
    resp2: "*3|$3|0-0|*2|$3|1-1|$3|3-1|*0|",
    resp3: "*3|$3|0-0|*2|$3|1-1|$3|3-1|*0|",
    value: () => ({ cursor: "0-0", claimed: ["1-1", "3-1"], deleted: [] }),
  },
  {
    title: "XPENDING",
    call: (c) => c.xpending("s", "g"),
    resp2: "*4|:4|$3|1-1|$3|6-1|*2|*2|$1|c|$1|1|*2|$1|e|$1|3|",
    resp3: "*4|:4|$3|1-1|$3|6-1|*2|*2|$1|c|$1|1|*2|$1|e|$1|3|",
    value: (t) => ({
      pending: 4,
      smallestId: "1-1",
      greatestId: "6-1",
      consumers: [
        { name: t("c"), pending: 1 },
        { name: t("e"), pending: 3 },
      ],
    }),
  },
  {
    title: "XPENDING of a group that has nothing pending",
    call: (c) => c.xpending("t", "g"),
    resp2: "*4|:0|$-1|$-1|*-1|",
    resp3: "*4|:0|_|_|_|",
    value: () => ({ pending: 0, smallestId: null, greatestId: null, consumers: [] }),
  },
  {
    title: "XINFO GROUPS of a group whose lag is not known, with a field of a newer server",
    call: (c) => c.xinfoGroups("s"),
    resp2:
      "*1|*14|$4|name|$1|g|$9|consumers|:4|$7|pending|:4|$17|last-delivered-id|$3|6-1|$12|entries-read|$-1|$3|lag|$-1|$9|new-thing|:7|",
    resp3:
      "*1|%7|$4|name|$1|g|$9|consumers|:4|$7|pending|:4|$17|last-delivered-id|$3|6-1|$12|entries-read|_|$3|lag|_|$9|new-thing|:7|",
    value: (t) => [
      {
        name: t("g"),
        consumers: 4,
        pending: 4,
        lastDeliveredId: "6-1",
        entriesRead: null,
        lag: null,
        newThing: 7,
      },
    ],
  },
  {
    title: "XINFO STREAM FULL",
    call: (c) => c.xinfoStream("s", { full: true }),
    resp2:
      "*18|$6|length|:1|$15|radix-tree-keys|:1|$16|radix-tree-nodes|:2|$17|last-generated-id|$3|9-1|$20|max-deleted-entry-id|$3|5-1|$13|entries-added|:100|$23|recorded-first-entry-id|$3|6-1|$7|entries|*1|*2|$3|6-1|*2|$1|a|$1|1|$6|groups|*1|*14|$4|name|$1|g|$17|last-delivered-id|$3|6-1|$12|entries-read|:7|$3|lag|:93|$9|pel-count|:4|$7|pending|*1|*4|$3|1-1|$1|e|:1795246833779|:5|$9|consumers|*2|*8|$4|name|$2|c0|$9|seen-time|:1795246831971|$9|pel-count|:0|$7|pending|*0|*8|$4|name|$1|e|$9|seen-time|:1795246833779|$9|pel-count|:3|$7|pending|*1|*3|$3|1-1|:1795246833779|:5|",
    resp3:
      "%9|$6|length|:1|$15|radix-tree-keys|:1|$16|radix-tree-nodes|:2|$17|last-generated-id|$3|9-1|$20|max-deleted-entry-id|$3|5-1|$13|entries-added|:100|$23|recorded-first-entry-id|$3|6-1|$7|entries|*1|*2|$3|6-1|*2|$1|a|$1|1|$6|groups|*1|%7|$4|name|$1|g|$17|last-delivered-id|$3|6-1|$12|entries-read|:7|$3|lag|:93|$9|pel-count|:4|$7|pending|*1|*4|$3|1-1|$1|e|:1795246833779|:5|$9|consumers|*2|%4|$4|name|$2|c0|$9|seen-time|:1795246831971|$9|pel-count|:0|$7|pending|*0|%4|$4|name|$1|e|$9|seen-time|:1795246833779|$9|pel-count|:3|$7|pending|*1|*3|$3|1-1|:1795246833779|:5|",
    value: (t) => ({
      length: 1,
      radixTreeKeys: 1,
      radixTreeNodes: 2,
      lastGeneratedId: "9-1",
      maxDeletedEntryId: "5-1",
      entriesAdded: 100,
      recordedFirstEntryId: "6-1",
      entries: [{ id: "6-1", fields: { a: t("1") } }],
      groups: [
        {
          name: t("g"),
          lastDeliveredId: "6-1",
          entriesRead: 7,
          lag: 93,
          pelCount: 4,
          pending: [{ id: "1-1", consumer: t("e"), deliveryTime: 1795246833779, deliveries: 5 }],
          consumers: [
            { name: t("c0"), seenTime: 1795246831971, pelCount: 0, pending: [] },
            {
              name: t("e"),
              seenTime: 1795246833779,
              pelCount: 3,
              pending: [{ id: "1-1", deliveryTime: 1795246833779, deliveries: 5 }],
            },
          ],
        },
      ],
    }),
  },
];

/** Places, users, latency, modules. */
const others: DecodingCase[] = [
  {
    title: "GEOPOS",
    call: (c) => c.geopos("g", "Palermo", "no"),
    resp2: "*2|*2|$20|13.36138933897018433|$20|38.11555639549629859|*-1|",
    resp3: "*2|*2|,13.36138933897018433|,38.11555639549629859|_|",
    value: () => [{ longitude: 13.361389338970184, latitude: 38.1155563954963 }, null],
  },
  {
    title: "GEOSEARCH with everything",
    call: (c) =>
      c.geosearch(
        "g",
        { member: "Palermo" },
        { width: 1, height: 1, unit: "km" },
        {
          withCoord: true,
          withDist: true,
          withHash: true,
        },
      ),
    resp2:
      "*1|*4|$7|Catania|$8|166.2742|:3479447370796909|*2|$20|15.08726745843887329|$20|37.50266842333162032|",
    resp3: "*1|*4|$7|Catania|$8|166.2742|:3479447370796909|*2|,15.08726745843887329|,37.50266842333162032|",
    value: (t) => [
      {
        member: t("Catania"),
        distance: 166.2742,
        hash: 3479447370796909,
        position: { longitude: 15.087267458438873, latitude: 37.50266842333162 },
      },
    ],
  },
  {
    title: "ACL GETUSER",
    call: (c) => c.aclGetuser("u"),
    resp2:
      "*12|$5|flags|*1|$2|on|$9|passwords|*1|$3|abc|$8|commands|$17|-@all +@read -get|$4|keys|$9|~a* %R~b*|$8|channels|$3|&ch|$9|selectors|*2|*6|$8|commands|$10|-@all +set|$4|keys|$2|~x|$8|channels|$0||*6|$8|commands|$5|+@all|$4|keys|$5|%W~y*|$8|channels|$2|&q|",
    resp3:
      "%6|$5|flags|~1|$2|on|$9|passwords|*1|$3|abc|$8|commands|$17|-@all +@read -get|$4|keys|$9|~a* %R~b*|$8|channels|$3|&ch|$9|selectors|*2|%3|$8|commands|$10|-@all +set|$4|keys|$2|~x|$8|channels|$0||%3|$8|commands|$5|+@all|$4|keys|$5|%W~y*|$8|channels|$2|&q|",
    value: () => ({
      flags: ["on"],
      passwords: ["abc"],
      commands: "-@all +@read -get",
      keys: "~a* %R~b*",
      channels: "&ch",
      selectors: [
        { commands: "-@all +set", keys: "~x", channels: "" },
        { commands: "+@all", keys: "%W~y*", channels: "&q" },
      ],
    }),
  },
  {
    title: "ACL LOG",
    call: (c) => c.aclLog(),
    resp2:
      "*1|*14|$5|count|:1|$6|reason|$4|auth|$7|context|$8|toplevel|$6|object|$4|AUTH|$8|username|$1|u|$11|age-seconds|$19|0.14999999999999999|$11|client-info|$26|id=9 name= cmd=auth resp=2|",
    resp3:
      "*1|%7|$5|count|:1|$6|reason|$4|auth|$7|context|$8|toplevel|$6|object|$4|AUTH|$8|username|$1|u|$11|age-seconds|,0.14999999999999999|$11|client-info|$26|id=9 name= cmd=auth resp=2|",
    value: (t) => [
      {
        count: 1,
        reason: "auth",
        context: "toplevel",
        object: t("AUTH"),
        username: t("u"),
        ageSeconds: 0.15,
        clientInfo: { id: 9, name: "", cmd: "auth", resp: 2 },
      },
    ],
  },
  {
    title: "LATENCY HISTOGRAM",
    call: (c) => c.latencyHistogram("geoadd", "config"),
    resp2:
      "*4|$6|geoadd|*4|$5|calls|:6|$14|histogram_usec|*4|:33|:5|:66|:6|$6|config|*4|$5|calls|:5|$14|histogram_usec|*2|:8|:5|",
    resp3:
      "%2|$6|geoadd|%2|$5|calls|:6|$14|histogram_usec|%2|:33|:5|:66|:6|$6|config|%2|$5|calls|:5|$14|histogram_usec|%1|:8|:5|",
    value: () => ({
      geoadd: { calls: 6, histogramUsec: { 33: 5, 66: 6 } },
      config: { calls: 5, histogramUsec: { 8: 5 } },
    }),
  },
  {
    title: "MODULE LIST, as it is documented",
    call: (c) => c.moduleList(),
    resp2: "*1|*8|$4|name|$1|m|$3|ver|:10001|$4|path|$5|/m.so|$4|args|*1|$1|x|",
    resp3: "*1|%4|$4|name|$1|m|$3|ver|:10001|$4|path|$5|/m.so|$4|args|*1|$1|x|",
    value: () => [{ name: "m", ver: 10001, path: "/m.so", args: ["x"] }],
  },
];

/** A text as a bulk string, and as the verbatim string that RESP3 makes of it. */
const bulk = (text: string) => `$${text.replaceAll("|", "\r\n").length}|${text}|`;
const verbatim = (text: string) => `=${text.replaceAll("|", "\r\n").length + 4}|txt:${text}|`;

const first = "6ccf7b4578459a0a00bb6392e07bca20cf0f5d86";
const second = "32261d417b91e2f61baaa01e993c5ae30e7656b6";
const info =
  "cluster_state:ok|cluster_slots_assigned:16384|cluster_my_epoch:1|cluster_stats_messages_ping_sent:4|total_cluster_links_buffer_limit_exceeded:0|";
const replica = `${second} 127.0.0.1:23422@33422 slave ${first} 0 1795247417968 1 connected`;
const nodes = `${first} 127.0.0.1:23421@33421 myself,master - 0 0 1 connected 0-99 200 [5->-${second}] [300-<-${second}]\n${replica}\n0c ::1:7000@17000,db.example.com,shard-id=9e noflags - 5 0 0 disconnected\n`;
const replicaNode = {
  id: second,
  host: "127.0.0.1",
  port: 23422,
  busPort: 33422,
  hostname: "",
  flags: ["slave"],
  master: first,
  pingSent: 0,
  pongReceived: 1795247417968,
  configEpoch: 1,
  linkState: "connected",
  slots: [],
  migrating: [],
  importing: [],
};

/** Clusters. */
const clusters: DecodingCase[] = [
  {
    title: "CLUSTER INFO",
    call: (c) => c.clusterInfo(),
    resp2: bulk(info),
    resp3: verbatim(info),
    value: () => ({
      clusterState: "ok",
      clusterSlotsAssigned: 16384,
      clusterMyEpoch: 1,
      clusterStatsMessagesPingSent: 4,
      totalClusterLinksBufferLimitExceeded: 0,
    }),
  },
  {
    title: "CLUSTER NODES, with a name and more, as newer servers have them",
    call: (c) => c.clusterNodes(),
    resp2: bulk(nodes),
    resp3: verbatim(nodes),
    value: () => [
      {
        id: first,
        host: "127.0.0.1",
        port: 23421,
        busPort: 33421,
        hostname: "",
        flags: ["myself", "master"],
        master: null,
        pingSent: 0,
        pongReceived: 0,
        configEpoch: 1,
        linkState: "connected",
        slots: [
          { start: 0, end: 99 },
          { start: 200, end: 200 },
        ],
        migrating: [{ slot: 5, node: second }],
        importing: [{ slot: 300, node: second }],
      },
      replicaNode,
      {
        id: "0c",
        host: "::1",
        port: 7000,
        busPort: 17000,
        hostname: "db.example.com",
        flags: [],
        master: null,
        pingSent: 5,
        pongReceived: 0,
        configEpoch: 0,
        linkState: "disconnected",
        slots: [],
        migrating: [],
        importing: [],
      },
    ],
  },
  {
    title: "CLUSTER REPLICAS",
    call: (c) => c.clusterReplicas(first),
    resp2: `*1|${bulk(replica)}`,
    resp3: `*1|${bulk(replica)}`,
    value: () => [replicaNode],
  },
  {
    title: "CLUSTER SLOTS, with a node that has another address, and one that is reached where one asked",
    call: (c) => c.clusterSlots(),
    resp2: `*1|*4|:0|:10000|*4|$9|127.0.0.1|:23421|${bulk(first)}*2|$8|hostname|$2|db|*4|$-1|:23422|${bulk(second)}*0|`,
    resp3: `*1|*4|:0|:10000|*4|$9|127.0.0.1|:23421|${bulk(first)}%1|$8|hostname|$2|db|*4|_|:23422|${bulk(second)}%0|`,
    value: () => [
      {
        start: 0,
        end: 10000,
        master: { host: "127.0.0.1", port: 23421, id: first, metadata: { hostname: "db" } },
        replicas: [{ host: null, port: 23422, id: second, metadata: {} }],
      },
    ],
  },
  {
    title: "CLUSTER SHARDS",
    call: (c) => c.clusterShards(),
    resp2: `*1|*4|$5|slots|*4|:0|:99|:200|:200|$5|nodes|*1|*14|$2|id|${bulk(first)}$4|port|:23421|$2|ip|$9|127.0.0.1|$8|endpoint|$-1|$4|role|$6|master|$18|replication-offset|:7|$6|health|$6|online|`,
    resp3: `*1|%2|$5|slots|*4|:0|:99|:200|:200|$5|nodes|*1|%7|$2|id|${bulk(first)}$4|port|:23421|$2|ip|$9|127.0.0.1|$8|endpoint|_|$4|role|$6|master|$18|replication-offset|:7|$6|health|$6|online|`,
    value: () => [
      {
        slots: [
          { start: 0, end: 99 },
          { start: 200, end: 200 },
        ],
        nodes: [
          {
            id: first,
            port: 23421,
            ip: "127.0.0.1",
            endpoint: null,
            role: "master",
            replicationOffset: 7,
            health: "online",
          },
        ],
      },
    ],
  },
  {
    title: "CLUSTER LINKS",
    call: (c) => c.clusterLinks(),
    resp2: `*1|*12|$9|direction|$2|to|$4|node|${bulk(second)}$11|create-time|:1795247412846|$6|events|$1|r|$21|send-buffer-allocated|:5114|$16|send-buffer-used|:0|`,
    resp3: `*1|%6|$9|direction|$2|to|$4|node|${bulk(second)}$11|create-time|:1795247412846|$6|events|$1|r|$21|send-buffer-allocated|:5114|$16|send-buffer-used|:0|`,
    value: () => [
      {
        direction: "to",
        node: second,
        createTime: 1795247412846,
        events: "r",
        sendBufferAllocated: 5114,
        sendBufferUsed: 0,
      },
    ],
  },
];

/** All of them. */
export const decodingCases: readonly DecodingCase[] = [...streams, ...others, ...clusters];
