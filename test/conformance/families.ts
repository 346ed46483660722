/** All conformance cases, family by family. */
import { bitmaps } from "./cases/bitmaps.js";
import { blocking } from "./cases/blocking.js";
import { clients } from "./cases/clients.js";
import { connection } from "./cases/connection.js";
import { counters } from "./cases/counters.js";
import { dumps } from "./cases/dumps.js";
import { expiry } from "./cases/expiry.js";
import { functions } from "./cases/functions.js";
import { hashes } from "./cases/hashes.js";
import { keys } from "./cases/keys.js";
import { lists } from "./cases/lists.js";
import { notifications } from "./cases/notifications.js";
import { pubsub } from "./cases/pubsub.js";
import { scripting } from "./cases/scripting.js";
import { seed } from "./cases/seed.js";
import { server } from "./cases/server.js";
import { sets } from "./cases/sets.js";
import { sortedSetRanges } from "./cases/sorted-set-ranges.js";
import { sortedSets } from "./cases/sorted-sets.js";
import { sorting } from "./cases/sorting.js";
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
  blocking,
  transactions,
  pubsub,
  notifications,
  scripting,
  functions,
  connection,
  clients,
  server,
];
