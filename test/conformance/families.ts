/** All conformance cases, family by family. */
import { bitmaps } from "./cases/bitmaps.js";
import { blocking } from "./cases/blocking.js";
import { connection } from "./cases/connection.js";
import { functions } from "./cases/functions.js";
import { hashes } from "./cases/hashes.js";
import { keys } from "./cases/keys.js";
import { lists } from "./cases/lists.js";
import { pubsub } from "./cases/pubsub.js";
import { scripting } from "./cases/scripting.js";
import { seed } from "./cases/seed.js";
import { server } from "./cases/server.js";
import { sets } from "./cases/sets.js";
import { sortedSetRanges } from "./cases/sorted-set-ranges.js";
import { sortedSets } from "./cases/sorted-sets.js";
import { strings } from "./cases/strings.js";
import { transactions } from "./cases/transactions.js";
import type { Family } from "./notation.js";

export const families: readonly Family[] = [
  seed,
  keys,
  strings,
  bitmaps,
  lists,
  hashes,
  sets,
  sortedSets,
  sortedSetRanges,
  blocking,
  transactions,
  pubsub,
  scripting,
  functions,
  connection,
  server,
];
