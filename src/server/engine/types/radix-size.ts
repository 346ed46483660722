/** The size of a radix tree, without the tree: XINFO STREAM tells how many nodes redis-server's has. */

/**
 * Number of nodes of a compressed radix tree: one for each chain of bytes that all have in common, one for each
 * fork, one for each key. An empty tree has one.
 * @param keys one-byte strings of the same length, distinct, in order
 */
export function radixNodeCount(keys: readonly string[]): number {
  return keys.length === 0 ? 1 : countNodes(keys, 0, keys.length, 0);
}

/** Nodes for the keys from `from` up to and without `to`, which begin with the same `depth` bytes. */
function countNodes(keys: readonly string[], from: number, to: number, depth: number): number {
  const first = keys[from];
  const last = keys[to - 1];
  if (depth === first.length) return 1;
  let fork = depth;
  while (fork < first.length && first[fork] === last[fork]) fork++;
  if (fork !== depth) return 1 + countNodes(keys, from, to, fork);
  let count = 1;
  for (let start = from; start < to; ) {
    let end = start + 1;
    while (end < to && keys[end][depth] === keys[start][depth]) end++;
    count += countNodes(keys, start, end, depth + 1);
    start = end;
  }
  return count;
}
