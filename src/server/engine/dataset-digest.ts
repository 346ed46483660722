/**
 * A fingerprint of all data, by redis-server's own rules, so that the digests of two servers can be compared.
 * The order of sets, hashes, keys and databases does not count, that of lists does.
 */
import { formatDouble } from "../../protocol/double.js";
import { sha1Words } from "../../protocol/sha1.js";
import type { Database } from "./database.js";
import type { Engine } from "./engine.js";
import type { Entry, Value } from "./keyspace.js";
import { HashValue } from "./types/hash.js";
import { ListValue } from "./types/list.js";
import { SetValue } from "./types/set.js";
import { StreamValue } from "./types/stream.js";
import { MAX_ID, MIN_ID } from "./types/stream-id.js";
import { MutableString } from "./types/string.js";

/** The numbers of 32 bits in a SHA-1 sum. */
const WORDS = 5;

/** The sum of what is just being added. */
const sum = new Int32Array(WORDS);

/** A SHA-1 sum that takes in one thing after the other. */
class Digest {
  readonly #words = new Int32Array(WORDS);

  /** Add something whose place does not matter. */
  add(text: string): void {
    sha1Words(text, sum);
    for (let i = 0; i < WORDS; i++) this.#words[i] ^= sum[i];
  }

  /** Add something whose place matters. */
  append(text: string): void {
    this.add(text);
    sha1Words(this.text(), this.#words);
  }

  /** The bytes as a one-byte string. */
  text(): string {
    const words = this.#words;
    return (
      bigEndian(words[0]) +
      bigEndian(words[1]) +
      bigEndian(words[2]) +
      bigEndian(words[3]) +
      bigEndian(words[4])
    );
  }

  hex(): string {
    return Array.from(this.#words, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

/** A number as four bytes, the highest first. */
function bigEndian(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** Elements that consist of several texts in order. */
function addGroup(digest: Digest, ...texts: readonly string[]): void {
  const group = new Digest();
  for (const text of texts) group.append(text);
  digest.add(group.text());
}

function addValue(digest: Digest, value: Value): void {
  if (typeof value === "string" || value instanceof MutableString) {
    digest.append(bigEndian(0));
    digest.append(typeof value === "string" ? value : value.text());
  } else if (value instanceof ListValue) {
    digest.append(bigEndian(1));
    for (const item of value.items()) digest.append(item);
  } else if (value instanceof SetValue) {
    digest.append(bigEndian(2));
    for (const member of value.members()) digest.add(member);
  } else if (value instanceof HashValue) {
    digest.append(bigEndian(4));
    for (const field of value.fields()) addGroup(digest, field, value.get(field) as string);
  } else if (value instanceof StreamValue) {
    digest.append(bigEndian(6));
    value.walk(MIN_ID, MAX_ID, ({ ms, seq, fields }) => {
      digest.append(`${ms}.${seq}`);
      for (const text of fields) digest.append(text);
      return true;
    });
  } else {
    digest.append(bigEndian(3));
    value.walk(0, value.size, (member, score) => addGroup(digest, member, formatDouble(score)));
  }
}

function addEntry(digest: Digest, entry: Entry): void {
  addValue(digest, entry.value);
  if (entry.deadline !== undefined) digest.add("!!expire!!");
}

/** The digest of one key's value; zeros where there is no such key. @returns 40 hexadecimal digits */
export function digestOfKey(database: Database, key: string): string {
  const digest = new Digest();
  const entry = database.peek(key);
  if (entry !== undefined) addEntry(digest, entry);
  return digest.hex();
}

/** The digest of everything; zeros when there is nothing. @returns 40 hexadecimal digits */
export function digestOfAll(engine: Engine): string {
  const all = new Digest();
  for (const database of engine.databases) {
    const entries = [...database.entries()];
    if (entries.length === 0) continue;
    all.append(bigEndian(database.index));
    for (const entry of entries) {
      const digest = new Digest();
      digest.append(entry.key);
      addEntry(digest, entry);
      all.add(digest.text());
    }
  }
  return all.hex();
}
