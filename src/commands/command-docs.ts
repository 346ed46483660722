/** The replies of COMMAND INFO and COMMAND DOCS as objects. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { type Decode, number, record, recordOf, scalar, shaped, texts } from "./replies.js";

/** Where a command has keys: how to find the first, and from there the others. */
export interface KeySpec {
  /** What the specification does not say. */
  notes?: string;
  /** What happens to them, such as `RO`, `RW`, `access`. */
  flags: string[];
  beginSearch: KeySearch;
  findKeys: KeySearch;
}

/** A way to find keys, such as `index` or `range`, and its parameters. */
export interface KeySearch {
  type: string;
  spec: Record<string, number | string>;
}

/** What a server knows of a command: enough to route it. */
export interface CommandInfo {
  /** In lower case, a subcommand as `config|get`. */
  name: string;
  /** Number of words including the name; negative: at least that many. */
  arity: number;
  /** Such as `write`, `fast`. */
  flags: string[];
  /** Position of the first key, counted from the name; 0: none. */
  firstKey: number;
  /** Position of the last key; negative: counted from the end. */
  lastKey: number;
  /** From a key to the next. */
  step: number;
  /** Such as `@read`. */
  aclCategories: string[];
  /** Such as `nondeterministic_output`. */
  tips: string[];
  keySpecs: KeySpec[];
  subcommands: CommandInfo[];
}

/** An argument of a command, or a group of arguments. */
export interface CommandArgument {
  name: string;
  /** Such as `key`, `integer`, `pure-token`, `oneof`, `block`. */
  type: string;
  /** The word in front of it, or that it is. */
  token?: string;
  /** Which of the {@link CommandInfo.keySpecs} it belongs to. */
  keySpecIndex?: number;
  displayText?: string;
  summary?: string;
  since?: string;
  deprecatedSince?: string;
  /** Such as `optional`, `multiple`. */
  flags?: string[];
  arguments?: CommandArgument[];
}

/** What a server tells people about a command. */
export interface CommandDocs {
  summary?: string;
  /** The version that brought it. */
  since?: string;
  /** Such as `string`. */
  group?: string;
  complexity?: string;
  /** The module that brought it. */
  module?: string;
  /** Such as `deprecated`. */
  docFlags?: string[];
  deprecatedSince?: string;
  replacedBy?: string;
  /** What changed, and with which version. */
  history?: [version: string, change: string][];
  arguments?: CommandArgument[];
  subcommands?: Record<string, CommandDocs>;
}

function keySearch(reply: RawReply): KeySearch {
  const { type, spec } = record(reply) as Record<string, RawReply>;
  return { type: textOf(type), spec: recordOf(spec, scalar) };
}

function keySpec(reply: RawReply): KeySpec {
  const raw = record(reply) as Record<string, RawReply>;
  const spec: KeySpec = {
    flags: texts(raw.flags),
    beginSearch: keySearch(raw.begin_search),
    findKeys: keySearch(raw.find_keys),
  };
  if (raw.notes !== undefined) spec.notes = textOf(raw.notes);
  return spec;
}

/** One command; servers before 7.0 say less. */
function commandInfo(reply: RawReply): CommandInfo {
  const [name, arity, flags, first, last, step, categories = [], tips = [], specs = [], subs = []] =
    reply as RawReply[];
  return {
    name: textOf(name),
    arity: number(arity),
    flags: texts(flags),
    firstKey: number(first),
    lastKey: number(last),
    step: number(step),
    aclCategories: texts(categories),
    tips: texts(tips),
    keySpecs: (specs as RawReply[]).map(keySpec),
    subcommands: (subs as RawReply[]).map(commandInfo),
  };
}

/** The reply of COMMAND. */
export const commandInfos: Decode<CommandInfo[]> = (reply) => (reply as RawReply[]).map(commandInfo);

/** The reply of COMMAND INFO: `null` for names that the server does not know. */
export const commandInfosOrNulls: Decode<(CommandInfo | null)[]> = (reply) =>
  (reply as RawReply[]).map((info) => (info === null ? null : commandInfo(info)));

const argumentList: Decode<unknown> = (reply) =>
  (reply as RawReply[]).map((argument) => shaped(argument, { flags: texts, arguments: argumentList }));

const docsOf: Decode<CommandDocs> = (reply) =>
  shaped(reply, {
    doc_flags: texts,
    history: (history) => (history as RawReply[]).map(texts),
    arguments: argumentList,
    subcommands: (subcommands) => recordOf(subcommands, docsOf),
  });

/** The reply of COMMAND DOCS. */
export const commandDocs: Decode<Record<string, CommandDocs>> = (reply) => recordOf(reply, docsOf);
