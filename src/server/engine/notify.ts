/** Classes of keyspace events, as the letters of `notify-keyspace-events` name them. */

/** One bit a class. {@link Notify.KEYSPACE} and {@link Notify.KEYEVENT} choose the channels. */
export const Notify = {
  /** K: publish to `__keyspace@<db>__:<key>`. */
  KEYSPACE: 1 << 0,
  /** E: publish to `__keyevent@<db>__:<event>`. */
  KEYEVENT: 1 << 1,
  /** g: commands of no type, such as DEL, EXPIRE, RENAME. */
  GENERIC: 1 << 2,
  /** $ */
  STRING: 1 << 3,
  /** l */
  LIST: 1 << 4,
  /** s */
  SET: 1 << 5,
  /** h */
  HASH: 1 << 6,
  /** z */
  ZSET: 1 << 7,
  /** x: a key has expired. */
  EXPIRED: 1 << 8,
  /** e: a key was evicted for `maxmemory`. */
  EVICTED: 1 << 9,
  /** t */
  STREAM: 1 << 10,
  /** m: a key was looked for and not found. */
  KEY_MISS: 1 << 11,
  /** d */
  MODULE: 1 << 12,
  /** n: a key was made. */
  NEW: 1 << 13,
} as const;

/** A: every class but {@link Notify.KEY_MISS} and {@link Notify.NEW}. */
const ALL_CLASSES =
  Notify.GENERIC |
  Notify.STRING |
  Notify.LIST |
  Notify.SET |
  Notify.HASH |
  Notify.ZSET |
  Notify.EXPIRED |
  Notify.EVICTED |
  Notify.STREAM |
  Notify.MODULE;

/** In the order in which CONFIG GET prints them. */
const LETTERS: readonly (readonly [letter: string, bits: number])[] = [
  ["g", Notify.GENERIC],
  ["$", Notify.STRING],
  ["l", Notify.LIST],
  ["s", Notify.SET],
  ["h", Notify.HASH],
  ["z", Notify.ZSET],
  ["x", Notify.EXPIRED],
  ["e", Notify.EVICTED],
  ["t", Notify.STREAM],
  ["d", Notify.MODULE],
  ["n", Notify.NEW],
  ["K", Notify.KEYSPACE],
  ["E", Notify.KEYEVENT],
  ["m", Notify.KEY_MISS],
];

/** The mask for the letters, or `undefined` when one of them names no class. */
export function parseNotifyClasses(letters: string): number | undefined {
  let mask = 0;
  for (const letter of letters) {
    if (letter === "A") {
      mask |= ALL_CLASSES;
      continue;
    }
    const row = LETTERS.find(([name]) => name === letter);
    if (row === undefined) return undefined;
    mask |= row[1];
  }
  return mask;
}

/** The letters for a mask as redis-server writes them: `A` stands for all of its classes, and hides `n`. */
export function formatNotifyClasses(mask: number): string {
  const all = (mask & ALL_CLASSES) === ALL_CLASSES;
  let letters = all ? "A" : "";
  for (const [letter, bit] of LETTERS) {
    const isHidden = all && ((ALL_CLASSES | Notify.NEW) & bit) !== 0;
    if ((mask & bit) !== 0 && !isHidden) letters += letter;
  }
  return letters;
}
