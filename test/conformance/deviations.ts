/** Lines that the mini server answers otherwise than redis-server, and why that is meant to be so. */

const MEMORY_ONLY = "the mini server keeps its data in memory alone";

/** By the line as it stands in the cases. A line that no longer deviates fails the suite. */
export const deviations: ReadonlyMap<string, string> = new Map([
  ["SAVE", MEMORY_ONLY],
  ["@kind BGSAVE", MEMORY_ONLY],
  ["@kind BGREWRITEAOF", MEMORY_ONLY],
]);
