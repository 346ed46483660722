/** The data of a server as plain objects, for assertions. */
import type { Database } from "./engine/database.js";
import type { Value } from "./engine/keyspace.js";
import type { StreamValue } from "./engine/types/stream.js";
import { formatId, MAX_ID, MIN_ID } from "./engine/types/stream-id.js";
import { MutableString } from "./engine/types/string.js";
import { type PlainText, plainName, plainText } from "./plain-text.js";

/** A value: text, or the bytes where they are not UTF-8. */
export type PlainValue =
  | PlainText
  /** A list in its order, or a set in the order of its members. */
  | PlainText[]
  /** A hash. */
  | { [field: string]: PlainText }
  /** A sorted set, lowest score first. */
  | { member: PlainText; score: number }[]
  /** A stream, oldest entry first. */
  | { id: string; fields: [field: PlainText, value: PlainText][] }[];

/** One key. */
export interface PlainKey {
  type: "string" | "list" | "set" | "zset" | "hash" | "stream";
  value: PlainValue;
  /** Milliseconds that it has left; not there when it does not expire. */
  ttl?: number;
}

/** The names of all keys of a database, sorted. */
export function plainKeys(database: Database): string[] {
  return [...database.entries()].map(({ key }) => plainName(key)).sort();
}

/** All keys of a database with their values, in the order of their names. */
export function plainData(database: Database): Record<string, PlainKey> {
  const { now } = database.engine;
  const keys: [string, PlainKey][] = [];
  for (const { key, value, deadline } of database.entries()) {
    const plain: PlainKey = {
      type: typeof value === "string" ? "string" : value.type,
      value: plainValue(value),
    };
    if (deadline !== undefined) plain.ttl = deadline.at - now;
    keys.push([plainName(key), plain]);
  }
  // Not by assignment, for which the name __proto__ would not be one of many.
  return Object.fromEntries(keys.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function plainValue(value: Value): PlainValue {
  if (typeof value === "string") return plainText(value);
  if (value instanceof MutableString) return plainText(value.text());
  switch (value.type) {
    case "list":
      return value.items().map(plainText);
    case "set":
      return [...value.members()].sort().map(plainText);
    case "hash":
      return Object.fromEntries(
        value.fields().map((field) => [plainName(field), plainText(value.get(field) ?? "")]),
      );
    case "zset": {
      const members: { member: PlainText; score: number }[] = [];
      value.walk(0, value.size, (member, score) => members.push({ member: plainText(member), score }));
      return members;
    }
    case "stream":
      return streamEntries(value);
  }
}

function streamEntries(stream: StreamValue): { id: string; fields: [PlainText, PlainText][] }[] {
  const entries: { id: string; fields: [PlainText, PlainText][] }[] = [];
  stream.walk(MIN_ID, MAX_ID, (entry) => {
    const fields: [PlainText, PlainText][] = [];
    for (let i = 0; i < entry.fields.length; i += 2) {
      fields.push([plainText(entry.fields[i]), plainText(entry.fields[i + 1])]);
    }
    entries.push({ id: formatId(entry), fields });
    return true;
  });
  return entries;
}
