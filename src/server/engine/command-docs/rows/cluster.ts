/** What COMMAND DOCS tells of the commands for the nodes of a cluster. */

/** One record a command, as `../documentation.ts` reads them. */
export const clusterDocs = `
ASKING
  Let the next command pass although its slot is still on its way to this node.
  cost O(1)
CLUSTER
  Commands of a cluster's nodes.
  cost that of the subcommand
CLUSTER ADDSLOTS: slot:integer+
  Take hash slots that no node serves.
  cost O(N) for N slots
CLUSTER ADDSLOTSRANGE: start-slot_end-slot{start-slot:integer end-slot:integer}+
  Take ranges of hash slots that no node serves.
  cost O(N) for N slots in the ranges
CLUSTER BUMPEPOCH
  Raise the configuration epoch of the cluster.
  cost O(1)
CLUSTER COUNT-FAILURE-REPORTS: node-id
  Count the nodes that report another one as failing.
  cost O(N) for N reports
CLUSTER COUNTKEYSINSLOT: slot:integer
  Count the keys that this node has in a slot.
  cost O(1)
CLUSTER DELSLOTS: slot:integer+
  Forget which nodes serve some slots.
  cost O(N) for N slots
CLUSTER DELSLOTSRANGE: start-slot_end-slot{start-slot:integer end-slot:integer}+
  Forget which nodes serve some ranges of slots.
  cost O(N) for N slots in the ranges
CLUSTER FAILOVER: [options(FORCE|TAKEOVER)]
  Put this replica in the place of its master.
  cost O(1)
CLUSTER FLUSHSLOTS
  Give up all slots of this node.
  cost O(1)
CLUSTER FORGET: node-id
  Strike a node off the list of the cluster's nodes.
  cost O(1)
CLUSTER GETKEYSINSLOT: slot:integer count:integer
  List some of the keys that this node has in a slot.
  cost O(log(N)) for N keys asked for
CLUSTER HELP
  List the subcommands of CLUSTER.
  cost O(1)
CLUSTER INFO
  Tell how the cluster is, as this node sees it.
  cost O(1)
CLUSTER KEYSLOT: key:string
  Tell the hash slot that a key belongs to.
  cost O(N) for a key of N bytes
CLUSTER LINKS
  List this node's connections to and from the others.
  cost O(N) for N nodes
CLUSTER MEET: ip port:integer [cluster_bus_port:integer@4.0.0]
  Make another node's acquaintance, and so join two clusters.
  cost O(1)
  4.0.0 the port of the cluster bus
CLUSTER MYID
  Tell the ID of this node.
  cost O(1)
CLUSTER NODES
  List all nodes in the form of the cluster's own file.
  cost O(N) for N nodes
CLUSTER REPLICAS: node-id
  List the replicas of a master.
  cost O(1)
CLUSTER REPLICATE: node-id
  Make this node the replica of another.
  cost O(1)
CLUSTER RESET: [hard_soft(HARD|SOFT)]
  Make a new node of this one.
  cost O(N) for N nodes that it knows; its data may go as with FLUSHALL
CLUSTER SAVECONFIG
  Write the cluster's own file now.
  cost O(1)
CLUSTER SET-CONFIG-EPOCH: config-epoch:integer
  Give a new node its configuration epoch.
  cost O(1)
CLUSTER SETSLOT: slot:integer subcommand(IMPORTING=node-id | MIGRATING=node-id | NODE=node-id | STABLE)
  Say who serves a slot, or that it is moving.
  cost O(1)
CLUSTER SHARDS
  List the cluster's parts: their slots and their nodes.
  cost O(N) for N nodes
CLUSTER SLAVES: node-id
  List the replicas of a master: the old name of CLUSTER REPLICAS.
  cost O(1)
  instead CLUSTER REPLICAS
CLUSTER SLOTS
  List ranges of slots and the nodes that serve them.
  cost O(N) for N nodes
  instead CLUSTER SHARDS
  4.0.0 the IDs of the nodes
  7.0.0 more about their addresses
READONLY
  Let this connection read from a replica of a cluster.
  cost O(1)
READWRITE
  End what READONLY began.
  cost O(1)
`;
