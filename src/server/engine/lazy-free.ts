/** Which values redis-server would hand to its thread that frees memory: INFO counts them as `lazyfreed_objects`. */
import type { Entry } from "./keyspace.js";
import { sizeOf } from "./memory.js";
import { ListValue } from "./types/list.js";
import { StreamValue } from "./types/stream.js";
import { MutableString } from "./types/string.js";

/** A value of no more allocations than this is freed at once. */
const FREED_AT_ONCE = 64;
/** Bytes in a node of a list for each negative `list-max-listpack-size`; the first is that of positive ones, too. */
const NODE_BYTES = [8192, 4096, 8192, 16384, 32768, 65536];

/**
 * Would UNLINK leave this value to the other thread?
 * @param listLimit `list-max-listpack-size`
 */
export function isFreedLazily(entry: Entry, listLimit: number): boolean {
  return allocations(entry, listLimit) > FREED_AT_ONCE;
}

function allocations(entry: Entry, listLimit: number): number {
  const { value } = entry;
  if (typeof value === "string" || value instanceof MutableString) return 1;
  if (value instanceof StreamValue) {
    const { groupCount } = value;
    const ofGroups = groupCount === 0 ? 0 : groupCount * (1 + value.groups()[0].pending.size);
    return value.nodes.length + ofGroups;
  }
  if (value instanceof ListValue) {
    const bytesANode = NODE_BYTES[Math.min(Math.max(0, -listLimit), NODE_BYTES.length - 1)];
    const byBytes = sizeOf(entry) / bytesANode;
    return Math.max(1, listLimit > 0 ? value.size / listLimit : 0, byBytes);
  }
  const encoding = value.encoding();
  return encoding === "hashtable" || encoding === "skiplist" ? value.size : 1;
}
