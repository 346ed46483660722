/** The cases of what Redis 7.2 to 8.0 have added, family by family. */
import { fieldExpiry } from "./later/field-expiry.js";
import { fieldValues } from "./later/field-values.js";
import { laterConnections } from "./later/later-connections.js";
import { laterDumps } from "./later/later-dumps.js";
import type { Family } from "./notation.js";

export const laterFamilies: readonly Family[] = [fieldExpiry, fieldValues, laterConnections, laterDumps];
