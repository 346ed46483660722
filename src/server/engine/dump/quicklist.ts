/** Cutting a list into the nodes that redis-server would make when the elements came in at the tail. */
import type { ListValue } from "../types/list.js";
import { LISTPACK_OVERHEAD, textEntrySize } from "../types/listpack-size.js";
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

/**
 * Would one node hold a whole list?
 * @param limit `list-max-listpack-size`
 */
export function packsIntoOne(list: ListValue, limit: number): boolean {
  if (limit >= 0 && list.size > limit) return false;
  const most = limit >= 0 ? COUNTED_NODE_SIZE : nodeSize(limit);
  let size = LISTPACK_OVERHEAD;
  for (let i = 0; i < list.size && size <= most; i++) size += textEntrySize(list.at(i) as string);
  return size <= most;
}

function nodeSize(limit: number): number {
  return NODE_SIZES[Math.min(-limit, NODE_SIZES.length) - 1];
}

function hasRoom(node: ListpackWriter, item: string, limit: number): boolean {
  const size = node.size + item.length + ELEMENT_OVERHEAD;
  if (limit >= 0) return size <= COUNTED_NODE_SIZE && node.count < limit;
  return size <= nodeSize(limit);
}
