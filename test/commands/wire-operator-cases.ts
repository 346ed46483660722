/** What each method for operators sends: users, clusters, latency, replication, modules, debugging. */
import type { WireCase } from "./wire-cases.js";

const id = "6ccf7b4578459a0a00bb6392e07bca20cf0f5d86";

/** Users. */
const users: WireCase[] = [
  [(c) => c.aclCat(), "ACL CAT"],
  [(c) => c.aclCat("geo"), "ACL CAT geo"],
  [(c) => c.aclDeluser("a", "b"), "ACL DELUSER a b"],
  [(c) => c.aclDryrun("a", "set", "k", 1), "ACL DRYRUN a set k 1"],
  [(c) => c.aclDryrun("a", ["get", "k"]), "ACL DRYRUN a get k"],
  [(c) => c.aclGenpass(), "ACL GENPASS"],
  [(c) => c.aclGenpass(128), "ACL GENPASS 128"],
  [(c) => c.aclGetuser("a"), "ACL GETUSER a"],
  [(c) => c.aclList(), "ACL LIST"],
  [(c) => c.aclLoad(), "ACL LOAD"],
  [(c) => c.aclLog(), "ACL LOG"],
  [(c) => c.aclLog(5), "ACL LOG 5"],
  [(c) => c.aclLogReset(), "ACL LOG RESET"],
  [(c) => c.aclSave(), "ACL SAVE"],
  [(c) => c.aclSetuser("a"), "ACL SETUSER a"],
  [(c) => c.aclSetuser("a", "on", ">p", "~k:*"), "ACL SETUSER a on >p ~k:*"],
  [(c) => c.aclUsers(), "ACL USERS"],
  [(c) => c.aclWhoami(), "ACL WHOAMI"],
];

/** Clusters. */
const clusters: WireCase[] = [
  [(c) => c.clusterAddslots(1, 2), "CLUSTER ADDSLOTS 1 2"],
  [(c) => c.clusterAddslotsrange({ start: 0, end: 5 }), "CLUSTER ADDSLOTSRANGE 0 5"],
  [
    (c) =>
      c.clusterAddslotsrange([
        { start: 0, end: 5 },
        { start: 8, end: 9 },
      ]),
    "CLUSTER ADDSLOTSRANGE 0 5 8 9",
  ],
  [(c) => c.clusterBumpepoch(), "CLUSTER BUMPEPOCH"],
  [(c) => c.clusterCountFailureReports(id), `CLUSTER COUNT-FAILURE-REPORTS ${id}`],
  [(c) => c.clusterCountkeysinslot(5), "CLUSTER COUNTKEYSINSLOT 5"],
  [(c) => c.clusterDelslots([1, 2]), "CLUSTER DELSLOTS 1 2"],
  [(c) => c.clusterDelslotsrange({ start: 0, end: 5 }), "CLUSTER DELSLOTSRANGE 0 5"],
  [(c) => c.clusterFailover(), "CLUSTER FAILOVER"],
  [(c) => c.clusterFailover("takeover"), "CLUSTER FAILOVER takeover"],
  [(c) => c.clusterFlushslots(), "CLUSTER FLUSHSLOTS"],
  [(c) => c.clusterForget(id), `CLUSTER FORGET ${id}`],
  [(c) => c.clusterGetkeysinslot(5, 10), "CLUSTER GETKEYSINSLOT 5 10"],
  [(c) => c.clusterInfo(), "CLUSTER INFO"],
  [(c) => c.clusterKeyslot("k"), "CLUSTER KEYSLOT k"],
  [(c) => c.clusterLinks(), "CLUSTER LINKS"],
  [(c) => c.clusterMeet("h", 1), "CLUSTER MEET h 1"],
  [(c) => c.clusterMeet("h", 1, 2), "CLUSTER MEET h 1 2"],
  [(c) => c.clusterMyid(), "CLUSTER MYID"],
  [(c) => c.clusterNodes(), "CLUSTER NODES"],
  [(c) => c.clusterReplicas(id), `CLUSTER REPLICAS ${id}`],
  [(c) => c.clusterReplicate(id), `CLUSTER REPLICATE ${id}`],
  [(c) => c.clusterReset(), "CLUSTER RESET"],
  [(c) => c.clusterReset("hard"), "CLUSTER RESET hard"],
  [(c) => c.clusterSaveconfig(), "CLUSTER SAVECONFIG"],
  [(c) => c.clusterSetConfigEpoch(5), "CLUSTER SET-CONFIG-EPOCH 5"],
  [(c) => c.clusterSetslot(5, "stable"), "CLUSTER SETSLOT 5 stable"],
  [(c) => c.clusterSetslot(5, "migrating", id), `CLUSTER SETSLOT 5 migrating ${id}`],
  [(c) => c.clusterShards(), "CLUSTER SHARDS"],
  [(c) => c.clusterSlaves(id), `CLUSTER SLAVES ${id}`],
  [(c) => c.clusterSlots(), "CLUSTER SLOTS"],
];

/** One server. */
const servers: WireCase[] = [
  [(c) => c.latencyDoctor(), "LATENCY DOCTOR"],
  [(c) => c.latencyGraph("fork"), "LATENCY GRAPH fork"],
  [(c) => c.latencyHistogram(), "LATENCY HISTOGRAM"],
  [(c) => c.latencyHistogram("get", "set"), "LATENCY HISTOGRAM get set"],
  [(c) => c.latencyHistory("fork"), "LATENCY HISTORY fork"],
  [(c) => c.latencyLatest(), "LATENCY LATEST"],
  [(c) => c.latencyReset(), "LATENCY RESET"],
  [(c) => c.latencyReset(["fork", "command"]), "LATENCY RESET fork command"],
  [(c) => c.failover(), "FAILOVER"],
  [
    (c) => c.failover({ to: { host: "h", port: 1 }, force: true, timeout: 50 }),
    "FAILOVER TO h 1 FORCE TIMEOUT 50",
  ],
  [(c) => c.failover({ abort: true }), "FAILOVER ABORT"],
  [(c) => c.replicaof({ host: "h", port: 1 }), "REPLICAOF h 1"],
  [(c) => c.replicaof("no one"), "REPLICAOF NO ONE"],
  [(c) => c.slaveof("no one"), "SLAVEOF NO ONE"],
  [(c) => c.slaveof({ host: "h", port: 1 }), "SLAVEOF h 1"],
  [(c) => c.shutdown(), "SHUTDOWN"],
  [(c) => c.shutdown({ save: true, now: true, force: true }), "SHUTDOWN SAVE NOW FORCE"],
  [(c) => c.shutdown({ save: false, now: false }), "SHUTDOWN NOSAVE"],
  [(c) => c.shutdownAbort(), "SHUTDOWN ABORT"],
  [(c) => c.moduleList(), "MODULE LIST"],
  [(c) => c.moduleLoad("/m.so"), "MODULE LOAD /m.so"],
  [(c) => c.moduleLoad("/m.so", "a", 1), "MODULE LOAD /m.so a 1"],
  [(c) => c.moduleLoadex("/m.so"), "MODULE LOADEX /m.so"],
  [
    (c) => c.moduleLoadex("/m.so", { config: { "m.a": 1, "m.b": "x" }, args: ["y", 2] }),
    "MODULE LOADEX /m.so CONFIG m.a 1 CONFIG m.b x ARGS y 2",
  ],
  [(c) => c.moduleUnload("m"), "MODULE UNLOAD m"],
  [(c) => c.debug("sleep", 0), "DEBUG sleep 0"],
  [(c) => c.debug("digest"), "DEBUG digest"],
  [(c) => c.debugObject("k"), "DEBUG OBJECT k"],
];

/** All of them. */
export const operatorCases: readonly WireCase[] = [...users, ...clusters, ...servers];
