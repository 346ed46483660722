/** Cutting a list into the nodes that redis-server would make when the elements came in at the tail. */
import { ListpackWriter } from "./listpack.js";

/** Bytes of a node for `list-max-listpack-size` of -1 to -5. */
const NODE_SIZES = [4096, 8192, 16384, 32768, 65536];
/** Bytes of a node when the setting is a number of elements. */
const COUNTED_NODE_SIZE = 8192;
/** What redis-server adds to the length of an element to estimate what it takes. */
const ELEMENT_OVERHEAD = 8;

/**
 * The listpacks of a list, head first.
 * @param limit `list-max-listpack-size`
 */
export function packNodes(items: readonly string[], limit: number): Uint8Array[] {
  const nodes: Uint8Array[] = [];
  let node = new ListpackWriter();
  for (const item of items) {
    if (node.count !== 0 && !hasRoom(node, item, limit)) {
      nodes.push(node.finish());
      node = new ListpackWriter();
    }
    node.text(item);
  }
  nodes.push(node.finish());
  return nodes;
}

function hasRoom(node: ListpackWriter, item: string, limit: number): boolean {
  const size = node.size + item.length + ELEMENT_OVERHEAD;
  if (limit >= 0) return size <= COUNTED_NODE_SIZE && node.count < limit;
  return size <= NODE_SIZES[Math.min(-limit, NODE_SIZES.length) - 1];
}
