/** States of a keyspace that can come back: what snapshots hold. */
import type { Entry, Value } from "./keyspace.js";

/** How a key was. */
export class KeyImage {
  readonly key: string;
  /** Shared with the live state until that changes it. */
  readonly value: Value;
  /** When it expires, ms since 1970; `undefined`: never. */
  readonly expiresAt: number | undefined;
  readonly accessed: number;
  readonly frequency: number;
  readonly bytes: number;

  constructor(entry: Entry) {
    this.key = entry.key;
    this.value = entry.value;
    this.expiresAt = entry.deadline?.at;
    this.accessed = entry.accessed;
    this.frequency = entry.frequency;
    this.bytes = entry.bytes;
  }
}

/**
 * One state of a keyspace, told by how it differs from the state that was next: how many keys there were, and
 * what stood at the places of the dense array that have changed. The versions of a keyspace are a tree, the
 * live state its root, each version pointing towards it. To restore one is to turn the pointers on its way
 * round, so that it becomes the root itself; versions that nobody holds any more are collected, for the live
 * state knows the last one alone. (Baker's persistent arrays work like this.)
 */
export class KeyspaceVersion {
  /** The state that this one is told by; `undefined`: the live one. */
  next: KeyspaceVersion | undefined;
  /** Number of keys. */
  length: number;
  /** Will whoever holds it give it back? */
  lent = false;
  /** What stood at places that differ, below `length`. */
  images = new Map<number, KeyImage>();

  constructor(length: number) {
    this.length = length;
  }

  /** This version, the one that it is told by, and so on up to the one that is told by the live state. */
  pathToLive(): KeyspaceVersion[] {
    const path: KeyspaceVersion[] = [];
    for (let version: KeyspaceVersion | undefined = this; version !== undefined; version = version.next) {
      path.push(version);
    }
    return path;
  }

  /** The live state is about to be this one: nothing differs. */
  becomeLive(): void {
    this.next = undefined;
    this.images = new Map();
  }
}
