/** Commands on the indexes of the search module, and on their words. Need Redis 8.0 or the search module. */
import type { RawReply } from "../protocol/parser.js";
import { RespMap } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import {
  type Arg,
  CommandSet,
  listOf,
  type Many,
  type OneOrMore,
  pushAll,
  pushCounted,
  type Value,
} from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { type Decode, plain, recordOf, status, texts } from "./replies.js";
import { type IndexInfo, indexInfo } from "./search-info.js";
import { pushSchema, type SearchSchema } from "./search-schema.js";

/** Options of {@link SearchIndexCommands.ftCreate}. */
export interface FtCreateOptions {
  /** What documents are (`hash` unless you say so). */
  on?: "hash" | "json";
  /** Only keys that begin with one of these (all unless you say so). */
  prefix?: OneOrMore<string>;
  /** Only documents for which this expression is true, such as `@age > 16`. */
  filter?: string;
  /** For stems (`english` unless you say so). */
  language?: string;
  /** Field that says the language of each document. */
  languageField?: string;
  /** How much documents count, from 0 to 1 (1 unless you say so). */
  score?: number;
  /** Field that says how much each document counts. */
  scoreField?: string;
  /** Field that holds bytes for a scorer of one's own. */
  payloadField?: string;
  /** Leave room for more than 32 text fields, added later. */
  maxTextFields?: boolean;
  /** Drop the index when it was not used for so many seconds. */
  temporary?: number;
  /** Do not keep where words stand: no phrases, no highlighting. */
  noOffsets?: boolean;
  /** No highlighting. */
  noHl?: boolean;
  /** Do not keep in which field words stand. */
  noFields?: boolean;
  /** Do not keep how often words stand. */
  noFreqs?: boolean;
  /** Words that are not indexed; `[]`: none. */
  stopWords?: readonly string[];
  /** Do not index the documents that exist already. */
  skipInitialScan?: boolean;
  /** Keep a list of all documents, so that `*` is fast. Needs Redis 8.0. */
  indexAll?: boolean;
}

/** Settings by name; `null` for one without a value. RESP2 lists pairs. */
const settings: Decode<Record<string, string | null>> = (reply) => {
  const flat = reply instanceof RespMap ? reply : (reply as RawReply[][]).flat();
  return recordOf(flat, (value) => (value === null ? null : textOf(value)));
};

const textLists: Decode<Record<string, string[]>> = (reply) => recordOf(reply, texts);

/** Commands on indexes, dictionaries and synonyms. */
export abstract class SearchIndexCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Give an index another name.
   * @throws ReplyError when there is no such index, or the alias is taken
   * @see https://redis.io/docs/latest/commands/ft.aliasadd/
   */
  ftAliasadd(alias: string, index: string): Reply<M, "OK"> {
    return this.run<"OK">("FT.ALIASADD", [alias, index], status);
  }

  /**
   * Take a name back that {@link SearchIndexCommands.ftAliasadd} gave.
   * @see https://redis.io/docs/latest/commands/ft.aliasdel/
   */
  ftAliasdel(alias: string): Reply<M, "OK"> {
    return this.run<"OK">("FT.ALIASDEL", [alias], status);
  }

  /**
   * Give an index another name, and take it from the one that has it.
   * @see https://redis.io/docs/latest/commands/ft.aliasupdate/
   */
  ftAliasupdate(alias: string, index: string): Reply<M, "OK"> {
    return this.run<"OK">("FT.ALIASUPDATE", [alias, index], status);
  }

  /**
   * Add fields to an index.
   * @param options `skipInitialScan`: not for the documents that exist already
   * @example
   * ```ts
   * await redis.ftAlter("books", { isbn: "tag" });
   * ```
   * @see https://redis.io/docs/latest/commands/ft.alter/
   */
  ftAlter(index: string, schema: SearchSchema, options?: { skipInitialScan?: boolean }): Reply<M, "OK"> {
    const args: Arg[] = [index];
    if (options?.skipInitialScan) args.push("SKIPINITIALSCAN");
    args.push("SCHEMA", "ADD");
    pushSchema(args, schema);
    return this.run<"OK">("FT.ALTER", args, status);
  }

  /**
   * Settings of the module; from Redis 8.0 on `configGet("search-*")` shows them too.
   * @param name one of them, or `*`
   * @see https://redis.io/docs/latest/commands/ft.config-get/
   */
  ftConfigGet(name: string): Reply<M, Record<string, string | null>> {
    return this.run("FT.CONFIG GET", [name], settings);
  }

  /**
   * Change a setting of the module.
   * @see https://redis.io/docs/latest/commands/ft.config-set/
   */
  ftConfigSet(name: string, value: Value): Reply<M, "OK"> {
    return this.run<"OK">("FT.CONFIG SET", [name, value], status);
  }

  /**
   * Create an index. It covers what exists and follows every change.
   * @throws ReplyError when there is one of that name
   * @example
   * ```ts
   * await redis.ftCreate(
   *   "books",
   *   {
   *     "$.title": { type: "text", as: "title", weight: 5 },
   *     "$.year": { type: "numeric", as: "year", sortable: true },
   *     "$.mood": {
   *       type: "vector",
   *       as: "mood",
   *       algorithm: "hnsw",
   *       dataType: "float32",
   *       dimensions: 4,
   *       distance: "cosine",
   *     },
   *   },
   *   { on: "json", prefix: "book:" },
   * );
   * ```
   * @see https://redis.io/docs/latest/commands/ft.create/
   */
  ftCreate(index: string, schema: SearchSchema, options?: FtCreateOptions): Reply<M, "OK"> {
    const args: Arg[] = [index];
    if (options) pushCreate(args, options);
    args.push("SCHEMA");
    pushSchema(args, schema);
    return this.run<"OK">("FT.CREATE", args, status);
  }

  /**
   * Add words to a dictionary, for `ftSpellcheck`.
   * @returns how many are new
   * @see https://redis.io/docs/latest/commands/ft.dictadd/
   */
  ftDictadd(dictionary: string, ...terms: Many<string>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("FT.DICTADD", [dictionary, ...listOf(terms)], plain);
  }

  /**
   * Delete words of a dictionary.
   * @returns how many there were
   * @see https://redis.io/docs/latest/commands/ft.dictdel/
   */
  ftDictdel(dictionary: string, ...terms: Many<string>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("FT.DICTDEL", [dictionary, ...listOf(terms)], plain);
  }

  /**
   * The words of a dictionary.
   * @see https://redis.io/docs/latest/commands/ft.dictdump/
   */
  ftDictdump(dictionary: string): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("FT.DICTDUMP", [dictionary], plain);
  }

  /**
   * Delete an index.
   * @param options `deleteDocuments`: and the documents that it covers
   * @throws ReplyError when there is no such index
   * @see https://redis.io/docs/latest/commands/ft.dropindex/
   */
  ftDropindex(index: string, options?: { deleteDocuments?: boolean }): Reply<M, "OK"> {
    return this.run<"OK">("FT.DROPINDEX", options?.deleteDocuments ? [index, "DD"] : [index], status);
  }

  /**
   * What an index is like.
   * @example
   * ```ts
   * const { numDocs, indexing, fields } = await redis.ftInfo("books");
   * ```
   * @see https://redis.io/docs/latest/commands/ft.info/
   */
  ftInfo(index: string): Reply<M, IndexInfo> {
    return this.run("FT.INFO", [index], indexInfo);
  }

  /**
   * Names of all indexes.
   * @see https://redis.io/docs/latest/commands/ft._list/
   */
  ftList(): Reply<M, string[]> {
    return this.run("FT._LIST", [], texts);
  }

  /**
   * The synonyms of an index: for each word the groups that it is in.
   * @example
   * ```ts
   * await redis.ftSyndump("books"); // { boy: ["g1"], child: ["g1", "g2"] }
   * ```
   * @see https://redis.io/docs/latest/commands/ft.syndump/
   */
  ftSyndump(index: string): Reply<M, Record<string, string[]>> {
    return this.run("FT.SYNDUMP", [index], textLists);
  }

  /**
   * Add words to a group of synonyms.
   * @param options `skipInitialScan`: not for the documents that exist already
   * @see https://redis.io/docs/latest/commands/ft.synupdate/
   */
  ftSynupdate(
    index: string,
    group: string,
    terms: OneOrMore<string>,
    options?: { skipInitialScan?: boolean },
  ): Reply<M, "OK"> {
    const args: Arg[] = options?.skipInitialScan ? [index, group, "SKIPINITIALSCAN"] : [index, group];
    pushAll(args, terms);
    return this.run<"OK">("FT.SYNUPDATE", args, status);
  }

  /**
   * All tags that a field of an index holds.
   * @see https://redis.io/docs/latest/commands/ft.tagvals/
   */
  ftTagvals(index: string, field: string): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("FT.TAGVALS", [index, field], plain);
  }
}

function pushCreate(args: Arg[], options: FtCreateOptions): void {
  if (options.on !== undefined) args.push("ON", options.on.toUpperCase());
  if (options.indexAll !== undefined) args.push("INDEXALL", options.indexAll ? "ENABLE" : "DISABLE");
  if (options.prefix !== undefined) {
    args.push("PREFIX");
    pushCounted(args, options.prefix);
  }
  if (options.filter !== undefined) args.push("FILTER", options.filter);
  if (options.language !== undefined) args.push("LANGUAGE", options.language);
  if (options.languageField !== undefined) args.push("LANGUAGE_FIELD", options.languageField);
  if (options.score !== undefined) args.push("SCORE", options.score);
  if (options.scoreField !== undefined) args.push("SCORE_FIELD", options.scoreField);
  if (options.payloadField !== undefined) args.push("PAYLOAD_FIELD", options.payloadField);
  if (options.maxTextFields) args.push("MAXTEXTFIELDS");
  if (options.temporary !== undefined) args.push("TEMPORARY", options.temporary);
  if (options.noOffsets) args.push("NOOFFSETS");
  if (options.noHl) args.push("NOHL");
  if (options.noFields) args.push("NOFIELDS");
  if (options.noFreqs) args.push("NOFREQS");
  if (options.stopWords !== undefined) {
    args.push("STOPWORDS");
    pushCounted(args, options.stopWords);
  }
  if (options.skipInitialScan) args.push("SKIPINITIALSCAN");
}
