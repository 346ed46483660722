/** COMMAND: what the server knows of its commands. */
import { ErrorReply, MapReply, type ReplyValue, SetReply, SimpleString } from "../../../protocol/reply.js";
import { categoriesOf } from "../../../spec/categories.js";
import { Flag } from "../../../spec/command-spec.js";
import { flagWordsOf, tipsOf } from "../../../spec/details.js";
import { type KeyRule, type KeySpec, keySpecsOf, keyUsesOf } from "../../../spec/key-specs.js";
import { takesKeys } from "../../../spec/keys.js";
import { isWord, lowerCase } from "../arguments.js";
import { docsReply } from "../command-docs/docs-reply.js";
import type { Command } from "../command-table.js";
import { globMatches } from "../glob.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";

function status(text: string): ReplyValue {
  return new SimpleString(text);
}

function subcommandsOf(command: Command): Command[] {
  return command.subcommands === undefined ? [] : [...new Set(command.subcommands.values())];
}

function ruleReply({ type, spec }: KeyRule): ReplyValue {
  return new MapReply(["type", type, "spec", new MapReply(Object.entries(spec).flat())]);
}

function keySpecReply({ notes, flags, beginSearch, findKeys }: KeySpec): ReplyValue {
  return new MapReply([
    ...(notes === undefined ? [] : ["notes", notes]),
    "flags",
    new SetReply(flags.map(status)),
    "begin_search",
    ruleReply(beginSearch),
    "find_keys",
    ruleReply(findKeys),
  ]);
}

/** One entry of COMMAND INFO. */
function infoOf(command: Command): ReplyValue {
  const spec = command.spec;
  const subcommands = subcommandsOf(command).map(infoOf);
  return [
    command.displayName,
    command.arity,
    new SetReply(flagWordsOf(spec).map(status)),
    ...command.keys,
    new SetReply(categoriesOf(spec).map((category) => status(`@${category}`))),
    new SetReply(tipsOf(spec)),
    new SetReply(keySpecsOf(spec).map(keySpecReply)),
    subcommands.length === 0 ? new SetReply([]) : subcommands,
  ];
}

/** A command by the name that COMMAND INFO takes: `get`, `config|get`. */
function named(session: Session, name: string): Command | undefined {
  const [first, second, ...more] = name.split("|");
  if (more.length > 0) return undefined;
  const command = session.engine.commands.named(first);
  if (second === undefined) return command;
  const found = session.engine.commands.find([first, second]);
  return found === command ? undefined : found;
}

function infos(session: Session, args: Args): ReplyValue {
  if (args.length <= 2) return [...session.engine.commands.all()].map(infoOf);
  return args.slice(2).map((name) => {
    const command = named(session, name);
    return command === undefined ? null : infoOf(command);
  });
}

function docs(session: Session, args: Args): ReplyValue {
  const chosen =
    args.length === 2
      ? [...session.engine.commands.all()]
      : args.slice(2).flatMap((name) => named(session, name) ?? []);
  return new MapReply(
    chosen.flatMap((command) => [command.displayName, docsReply(command, subcommandsOf(command))]),
  );
}

/** The filter behind COMMAND LIST FILTERBY. */
function listFilter(kind: string, value: string): (command: Command) => boolean {
  if (isWord(kind, "PATTERN")) return (command) => globMatches(value, command.displayName, true);
  if (isWord(kind, "ACLCAT")) {
    const wanted = lowerCase(value);
    return (command) => categoriesOf(command.spec).some((category) => category === wanted);
  }
  // There are no modules.
  if (isWord(kind, "MODULE")) return () => false;
  throw new ErrorReply(SYNTAX_ERROR);
}

function list(session: Session, args: Args): ReplyValue {
  const all = [...session.engine.commands.all()].flatMap((command) => [command, ...subcommandsOf(command)]);
  if (args.length === 2) return all.map((command) => command.displayName);
  if (args.length !== 5 || !isWord(args[2], "FILTERBY")) throw new ErrorReply(SYNTAX_ERROR);
  const matches = listFilter(args[3], args[4]);
  return all.filter(matches).map((command) => command.displayName);
}

function getKeys(session: Session, args: Args, withFlags: boolean): ReplyValue {
  const call = args.slice(2);
  const command = session.engine.commands.find(call);
  if (command === undefined || (command.subcommands !== undefined && call.length > 1)) {
    throw new ErrorReply("ERR Invalid command specified");
  }
  const spec = command.spec;
  if (!takesKeys(spec)) throw new ErrorReply("ERR The command has no key arguments");
  if (!command.takes(call.length))
    throw new ErrorReply("ERR Invalid number of arguments specified for command");
  const words = call.slice(spec.words);
  const uses = keyUsesOf(spec, words);
  if (uses.length === 0) {
    if (command.is(Flag.NO_MANDATORY_KEYS)) return [];
    throw new ErrorReply("ERR Invalid arguments specified for command");
  }
  return uses.map(({ at, flags }) => (withFlags ? [words[at], new SetReply(flags.map(status))] : words[at]));
}

const HELP = [
  "(no subcommand)",
  "    Describe all commands.",
  "COUNT",
  "    Count the commands.",
  "LIST [FILTERBY (MODULE <name> | ACLCAT <category> | PATTERN <pattern>)]",
  "    List the names of the commands.",
  "INFO [<command> ...]",
  "    Describe some commands, or all.",
  "DOCS [<command> ...]",
  "    Tell what some commands, or all, are for, and which arguments they take.",
  "GETKEYS <call>",
  "    List the keys of a call.",
  "GETKEYSANDFLAGS <call>",
  "    List the keys of a call and what it does with them.",
];

export const commandHandlers: Handlers = {
  COMMAND: infos,
  "COMMAND INFO": infos,
  "COMMAND COUNT": (session) => [...session.engine.commands.all()].length,
  "COMMAND DOCS": docs,
  "COMMAND LIST": list,
  "COMMAND GETKEYS": (session, args) => getKeys(session, args, false),
  "COMMAND GETKEYSANDFLAGS": (session, args) => getKeys(session, args, true),
  "COMMAND HELP": () => helpReply("COMMAND", HELP),
};
