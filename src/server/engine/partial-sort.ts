/** Sorting only as far as somebody looks. */

/** Negative, zero or positive: the first comes before, beside or behind the second. */
export type Compare<T> = (a: T, b: T) => number;

/** Shorter runs are sorted by insertion. */
const SHORT = 7;
/** Longer runs take their pivot from nine items instead of three. */
const LONG = 40;

/**
 * Bring the items in order so far that the first `wanted` stand where they belong. It is the quicksort of
 * Bentley and McIlroy, which leaves out what lies behind, with the pivots of redis-server: of items that
 * compare equal, those come first that come first there.
 * @see https://cs.fit.edu/~pkc/classes/writing/samples/bentley93engineering.pdf
 */
export function sortFirst<T>(items: T[], wanted: number, compare: Compare<T>): void {
  let start = 0;
  let end = items.length;
  const pending: [start: number, end: number][] = [];
  for (;;) {
    if (end - start > 1 && start < wanted) {
      const split = partition(items, start, end, compare);
      if (split !== undefined) pending.push([split.behind, end], [start, split.before]);
    }
    const next = pending.pop();
    if (next === undefined) return;
    [start, end] = next;
  }
}

/** Where the items that equal the pivot begin (`before`) and end (`behind`). */
interface Split {
  readonly before: number;
  readonly behind: number;
}

/**
 * Bring what is less than a pivot in front of it and what is greater behind it.
 * @returns `undefined` when the run was short enough to be sorted at once
 */
function partition<T>(items: T[], start: number, end: number, compare: Compare<T>): Split | undefined {
  if (end - start < SHORT) return insertionSort(items, start, end, compare);
  swap(items, start, pivotOf(items, start, end, compare));
  const pivot = items[start];
  // Four parts: equal [start, left), less [left, low), greater (high, right], equal (right, end).
  let left = start + 1;
  let low = left;
  let right = end - 1;
  let high = right;
  for (;;) {
    for (; low <= high; low++) {
      const order = compare(items[low], pivot);
      if (order > 0) break;
      if (order === 0) swap(items, left++, low);
    }
    for (; low <= high; high--) {
      const order = compare(items[high], pivot);
      if (order < 0) break;
      if (order === 0) swap(items, high, right--);
    }
    if (low > high) break;
    swap(items, low++, high--);
  }
  swapRuns(items, start, low, Math.min(left - start, low - left));
  swapRuns(items, low, end, Math.min(right - high, end - 1 - right));
  return { before: start + (low - left), behind: end - (right - high) };
}

function insertionSort<T>(items: T[], start: number, end: number, compare: Compare<T>): undefined {
  for (let next = start + 1; next < end; next++) {
    for (let at = next; at > start && compare(items[at - 1], items[at]) > 0; at--) swap(items, at, at - 1);
  }
}

/** Exchange the first `count` items from `start` with the last `count` before `end`. */
function swapRuns<T>(items: T[], start: number, end: number, count: number): void {
  for (let i = 0; i < count; i++) swap(items, start + i, end - count + i);
}

function swap<T>(items: T[], a: number, b: number): void {
  const item = items[a];
  items[a] = items[b];
  items[b] = item;
}

function pivotOf<T>(items: readonly T[], start: number, end: number, compare: Compare<T>): number {
  const length = end - start;
  const middle = start + (length >> 1);
  if (length === SHORT) return middle;
  const last = end - 1;
  if (length <= LONG) return median(items, start, middle, last, compare);
  const gap = length >> 3;
  return median(
    items,
    median(items, start, start + gap, start + 2 * gap, compare),
    median(items, middle - gap, middle, middle + gap, compare),
    median(items, last - 2 * gap, last - gap, last, compare),
    compare,
  );
}

/** Which of three places holds the item in the middle. */
function median<T>(items: readonly T[], a: number, b: number, c: number, compare: Compare<T>): number {
  if (compare(items[a], items[b]) < 0) {
    if (compare(items[b], items[c]) < 0) return b;
    return compare(items[a], items[c]) < 0 ? c : a;
  }
  if (compare(items[b], items[c]) > 0) return b;
  return compare(items[a], items[c]) < 0 ? a : c;
}
