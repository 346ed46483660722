/**
 * The order of a sorted set: a B+ tree whose branches know how many entries lie below each child. Like a
 * skip list with spans it finds a rank, an entry and a range in O(log n); unlike one it keeps its entries in
 * arrays, which costs a third of the memory and of the cache misses. A small one is a single sorted array.
 */

const LEAF_ROOM = 64;
const BRANCH_ROOM = 32;

/** Sees one entry of a walk. */
export type ScoreVisitor = (member: string, score: number) => void;

/** Is an entry before the point that is looked for? True for all entries up to some place, then false. */
export type Before = (score: number, member: string) => boolean;

class Leaf {
  readonly scores: number[];
  readonly members: string[];

  constructor(scores: number[], members: string[]) {
    this.scores = scores;
    this.members = members;
  }

  get width(): number {
    return this.members.length;
  }
}

/** Child i holds entries from `lowScores[i]`, `lowMembers[i]` on (of child 0 that is not looked at). */
class Branch {
  readonly children: Node[];
  readonly sizes: number[];
  readonly lowScores: number[];
  readonly lowMembers: string[];

  constructor(children: Node[], sizes: number[], lowScores: number[], lowMembers: string[]) {
    this.children = children;
    this.sizes = sizes;
    this.lowScores = lowScores;
    this.lowMembers = lowMembers;
  }

  get width(): number {
    return this.children.length;
  }
}

type Node = Leaf | Branch;

/** A node that came out of a split, with the least entry that it may hold. */
interface Split {
  readonly node: Node;
  readonly score: number;
  readonly member: string;
}

/** Entries of score and member, by score and then by the bytes of the member. Members are distinct. */
export class ScoreTree {
  #root: Node = new Leaf([], []);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Add an entry that is not there yet. */
  insert(score: number, member: string): void {
    const split = insertInto(this.#root, score, member);
    this.#size++;
    if (split === undefined) return;
    const left = this.#root;
    const right = sizeOf(split.node);
    this.#root = new Branch(
      [left, split.node],
      [this.#size - right, right],
      [split.score, split.score],
      [split.member, split.member],
    );
  }

  /** Remove an entry. @returns whether it was there */
  remove(score: number, member: string): boolean {
    if (!removeFrom(this.#root, score, member)) return false;
    this.#size--;
    this.#collapse();
    return true;
  }

  /** Number of entries that are before some point, in O(log n). */
  countBefore(before: Before): number {
    let node = this.#root;
    let count = 0;
    while (node instanceof Branch) {
      const place = childBefore(node, before);
      for (let i = 0; i < place; i++) count += node.sizes[i];
      node = node.children[place];
    }
    let low = 0;
    let high = node.members.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(node.scores[middle], node.members[middle])) low = middle + 1;
      else high = middle;
    }
    return count + low;
  }

  /** Visit `count` entries from rank `from` upward; all of them must exist. */
  walk(from: number, count: number, visit: ScoreVisitor): void {
    if (count > 0) walkUp(this.#root, from, count, visit);
  }

  /** Visit `count` entries from rank `from` (counted from the least entry) downward; all of them must exist. */
  walkBack(from: number, count: number, visit: ScoreVisitor): void {
    if (count > 0) walkDown(this.#root, from, count, visit);
  }

  /** Remove `count` entries from rank `from` on, all of which must exist, and visit each. */
  removeRange(from: number, count: number, visit: ScoreVisitor): void {
    if (count <= 0) return;
    removeRangeFrom(this.#root, from, count, visit);
    this.#size -= count;
    this.#collapse();
  }

  copy(): ScoreTree {
    const twin = new ScoreTree();
    twin.#root = copyOf(this.#root);
    twin.#size = this.#size;
    return twin;
  }

  #collapse(): void {
    while (this.#root instanceof Branch && this.#root.width === 1) this.#root = this.#root.children[0];
    if (this.#root.width === 0) this.#root = new Leaf([], []);
  }
}

/** Where an entry stands in a leaf, or would. */
function placeInLeaf(leaf: Leaf, score: number, member: string): number {
  const { scores, members } = leaf;
  let low = 0;
  let high = scores.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = scores[middle];
    if (other < score || (other === score && members[middle] < member)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The child in which an entry stands, or would. */
function childFor(branch: Branch, score: number, member: string): number {
  const { lowScores, lowMembers } = branch;
  let low = 0;
  let high = lowScores.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const other = lowScores[middle];
    if (other < score || (other === score && lowMembers[middle] <= member)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The child in which the first entry stands that is not before the point. */
function childBefore(branch: Branch, before: Before): number {
  let low = 0;
  let high = branch.width - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (before(branch.lowScores[middle], branch.lowMembers[middle])) low = middle;
    else high = middle - 1;
  }
  return low;
}

function insertInto(node: Node, score: number, member: string): Split | undefined {
  if (node instanceof Leaf) return insertIntoLeaf(node, score, member);
  const place = childFor(node, score, member);
  const split = insertInto(node.children[place], score, member);
  node.sizes[place]++;
  if (split === undefined) return undefined;
  const moved = sizeOf(split.node);
  node.sizes[place] -= moved;
  insertAt(node.children, place + 1, split.node);
  insertAt(node.sizes, place + 1, moved);
  insertAt(node.lowScores, place + 1, split.score);
  insertAt(node.lowMembers, place + 1, split.member);
  if (node.width <= BRANCH_ROOM) return undefined;
  // Growing at the right end (scores that are times) leaves full nodes behind.
  const cut = place + 1 === node.width - 1 ? node.width - 2 : node.width >> 1;
  const right = new Branch(
    node.children.splice(cut),
    node.sizes.splice(cut),
    node.lowScores.splice(cut),
    node.lowMembers.splice(cut),
  );
  return { node: right, score: right.lowScores[0], member: right.lowMembers[0] };
}

function insertIntoLeaf(leaf: Leaf, score: number, member: string): Split | undefined {
  const place = placeInLeaf(leaf, score, member);
  insertAt(leaf.scores, place, score);
  insertAt(leaf.members, place, member);
  if (leaf.width <= LEAF_ROOM) return undefined;
  const cut = place === leaf.width - 1 ? place : leaf.width >> 1;
  const right = new Leaf(leaf.scores.splice(cut), leaf.members.splice(cut));
  return { node: right, score: right.scores[0], member: right.members[0] };
}

/** A short array's `splice(place, 0, item)`, without the array that `splice` makes. */
function insertAt<T>(array: T[], place: number, item: T): void {
  let i = array.length;
  if (place === i) {
    array.push(item);
    return;
  }
  array.push(array[i - 1]);
  for (i--; i > place; i--) array[i] = array[i - 1];
  array[place] = item;
}

function removeAt<T>(array: T[], place: number): void {
  for (let i = place + 1; i < array.length; i++) array[i - 1] = array[i];
  array.pop();
}

function removeFrom(node: Node, score: number, member: string): boolean {
  if (node instanceof Leaf) {
    const place = placeInLeaf(node, score, member);
    if (node.members[place] !== member || node.scores[place] !== score) return false;
    removeAt(node.scores, place);
    removeAt(node.members, place);
    return true;
  }
  const place = childFor(node, score, member);
  if (!removeFrom(node.children[place], score, member)) return false;
  node.sizes[place]--;
  tidy(node, place);
  return true;
}

/** Drop a child that has become empty, or join it with a neighbour when both together are small. */
function tidy(branch: Branch, place: number): void {
  const child = branch.children[place];
  const room = child instanceof Leaf ? LEAF_ROOM : BRANCH_ROOM;
  if (child.width === 0) {
    dropChildren(branch, place, 1);
  } else if (child.width < room >> 2) {
    const small = room >> 1;
    if (place + 1 < branch.width && branch.children[place + 1].width + child.width <= small)
      join(branch, place);
    else if (place > 0 && branch.children[place - 1].width + child.width <= small) join(branch, place - 1);
  }
}

function dropChildren(branch: Branch, place: number, count: number): void {
  branch.children.splice(place, count);
  branch.sizes.splice(place, count);
  branch.lowScores.splice(place, count);
  branch.lowMembers.splice(place, count);
}

/** Move all of child `place + 1` into child `place`. */
function join(branch: Branch, place: number): void {
  const left = branch.children[place];
  const right = branch.children[place + 1];
  if (left instanceof Leaf && right instanceof Leaf) {
    left.scores.push(...right.scores);
    left.members.push(...right.members);
  } else if (left instanceof Branch && right instanceof Branch) {
    // The bound of child 0 may be out of date; the parent's is not.
    right.lowScores[0] = branch.lowScores[place + 1];
    right.lowMembers[0] = branch.lowMembers[place + 1];
    left.children.push(...right.children);
    left.sizes.push(...right.sizes);
    left.lowScores.push(...right.lowScores);
    left.lowMembers.push(...right.lowMembers);
  }
  branch.sizes[place] += branch.sizes[place + 1];
  dropChildren(branch, place + 1, 1);
}

function removeRangeFrom(node: Node, from: number, count: number, visit: ScoreVisitor): void {
  if (node instanceof Leaf) {
    for (let i = from; i < from + count; i++) visit(node.members[i], node.scores[i]);
    node.scores.splice(from, count);
    node.members.splice(from, count);
    return;
  }
  let place = 0;
  let offset = from;
  while (offset >= node.sizes[place]) offset -= node.sizes[place++];
  let left = count;
  let firstEmpty = place;
  let empty = 0;
  for (; left > 0; place++) {
    const size = node.sizes[place];
    const taken = Math.min(size - offset, left);
    if (taken === size) {
      walkUp(node.children[place], 0, size, visit);
      if (empty === 0) firstEmpty = place;
      empty++;
    } else {
      removeRangeFrom(node.children[place], offset, taken, visit);
      node.sizes[place] = size - taken;
    }
    offset = 0;
    left -= taken;
  }
  if (empty !== 0) dropChildren(node, firstEmpty, empty);
}

function walkUp(node: Node, from: number, count: number, visit: ScoreVisitor): void {
  if (node instanceof Leaf) {
    const { members, scores } = node;
    for (let i = from, end = from + count; i < end; i++) visit(members[i], scores[i]);
    return;
  }
  let place = 0;
  let offset = from;
  while (offset >= node.sizes[place]) offset -= node.sizes[place++];
  for (let left = count; left > 0; place++) {
    const here = Math.min(node.sizes[place] - offset, left);
    walkUp(node.children[place], offset, here, visit);
    left -= here;
    offset = 0;
  }
}

function walkDown(node: Node, from: number, count: number, visit: ScoreVisitor): void {
  if (node instanceof Leaf) {
    const { members, scores } = node;
    for (let i = from, end = from - count; i > end; i--) visit(members[i], scores[i]);
    return;
  }
  let place = 0;
  let offset = from;
  while (offset >= node.sizes[place]) offset -= node.sizes[place++];
  for (let left = count; left > 0; ) {
    const here = Math.min(offset + 1, left);
    walkDown(node.children[place], offset, here, visit);
    left -= here;
    if (left > 0) offset = node.sizes[--place] - 1;
  }
}

function sizeOf(node: Node): number {
  if (node instanceof Leaf) return node.width;
  let size = 0;
  for (const part of node.sizes) size += part;
  return size;
}

function copyOf(node: Node): Node {
  if (node instanceof Leaf) return new Leaf(node.scores.slice(), node.members.slice());
  return new Branch(
    node.children.map(copyOf),
    node.sizes.slice(),
    node.lowScores.slice(),
    node.lowMembers.slice(),
  );
}
