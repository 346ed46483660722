/** All conformance cases, family by family. */
import { acl } from "./cases/acl.js";
import { aclRules } from "./cases/acl-rules.js";
import { bitmaps } from "./cases/bitmaps.js";
import { blocking } from "./cases/blocking.js";
import { clients } from "./cases/clients.js";
import { connection } from "./cases/connection.js";
import { counters } from "./cases/counters.js";
import { diagnosis } from "./cases/diagnosis.js";
import { dumps } from "./cases/dumps.js";
import { expiry } from "./cases/expiry.js";
import { failures } from "./cases/failures.js";
import { foundByChance } from "./cases/found-by-chance.js";
import { functions } from "./cases/functions.js";
import { geo } from "./cases/geo.js";
import { hashes } from "./cases/hashes.js";
import { hyperLogLog } from "./cases/hyperloglog.js";
import { keys } from "./cases/keys.js";
import { lists } from "./cases/lists.js";
import { maxmemory } from "./cases/maxmemory.js";
import { notifications } from "./cases/notifications.js";
import { optionVariants } from "./cases/option-variants.js";
import { pubsub } from "./cases/pubsub.js";
import { scripting } from "./cases/scripting.js";
import { seed } from "./cases/seed.js";
import { server } from "./cases/server.js";
import { sets } from "./cases/sets.js";
import { sortedSetRanges } from "./cases/sorted-set-ranges.js";
import { sortedSets } from "./cases/sorted-sets.js";
import { sorting } from "./cases/sorting.js";
import { streamGroups } from "./cases/stream-groups.js";
import { streamKeys } from "./cases/stream-keys.js";
import { streamPending } from "./cases/stream-pending.js";
import { streamReads } from "./cases/stream-reads.js";
import { streamTrimming } from "./cases/stream-trimming.js";
import { streams } from "./cases/streams.js";
import { strings } from "./cases/strings.js";
import { transactions } from "./cases/transactions.js";
import type { Family } from "./notation.js";

export const families: readonly Family[] = [
  seed,
  keys,
  expiry,
  sorting,
  dumps,
  strings,
  counters,
  bitmaps,
  lists,
  hashes,
  sets,
  sortedSets,
  sortedSetRanges,
  geo,
  hyperLogLog,
  streams,
  streamTrimming,
  streamReads,
  streamKeys,
  streamGroups,
  streamPending,
  blocking,
  transactions,
  pubsub,
  notifications,
  scripting,
  functions,
  connection,
  aclRules,
  acl,
  clients,
  maxmemory,
  failures,
  server,
  diagnosis,
  optionVariants,
  foundByChance,
];
