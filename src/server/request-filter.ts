/** Which requests a fault rule or a search in the command log is about. */
import { ACL_CATEGORIES, categoriesOf } from "../spec/categories.js";
import { keysOf } from "../spec/keys.js";
import { commandOf, type Command as SpecCommand } from "../spec/lookup.js";
import type { CommandTable } from "./engine/command-table.js";
import type { Engine } from "./engine/engine.js";
import { globMatches } from "./engine/glob.js";
import type { Args } from "./engine/handler.js";
import { oneByteOf, plainName } from "./plain-text.js";

/** Which requests: those to which all that is given applies. */
export interface RequestFilter {
  /**
   * Names of commands, in any case: `"GET"`, `["SET", "CONFIG GET"]`, or categories as ACL rules have them:
   * `"@write"`. A container's name stands for all of its subcommands.
   */
  readonly command?: string | readonly string[];
  /** A pattern, as KEYS takes it, of which one of the request's keys must be. */
  readonly key?: string;
  /** The id of a client, or a pattern of the name that it has given itself. */
  readonly client?: number | string;
}

/** One request, as filters look at it. */
export interface FilteredRequest {
  /** Upper case, `CONFIG GET`; as it was sent when there is no such command. */
  readonly command: string;
  /** The row of the table; `undefined`: unknown. */
  readonly spec: SpecCommand | undefined;
  /** All words, one-byte strings. */
  readonly words: Args;
  readonly client: number;
  /** One-byte string. */
  readonly clientName: string;
}

/** Look at a request. */
export function filteredRequest(
  engine: Engine,
  session: { readonly id: number; readonly name: string },
  words: Args,
): FilteredRequest {
  const found = engine.commands.find(words);
  const command = found?.name ?? plainName(words[0]);
  return { command, spec: found?.spec, words, client: session.id, clientName: session.name };
}

/** Does it match? */
export type RequestTest = (request: FilteredRequest) => boolean;

/**
 * Make a test of a filter.
 * @param commands what the server has; a filter may also name commands of Redis 7.0 that it has not
 * @throws TypeError when the filter is not one, or names a command or a category that there is not
 */
export function requestTest({ command, key, client }: RequestFilter, commands: CommandTable): RequestTest {
  const names = command === undefined ? undefined : commandTest(command, commands);
  const pattern = key === undefined ? undefined : oneByteOf(checkText("key", key));
  const who =
    client === undefined || typeof client === "number" ? client : oneByteOf(checkText("client", client));
  return (request) =>
    (names?.(request) ?? true) &&
    (pattern === undefined || hasKey(request, pattern)) &&
    (who === undefined || isFrom(request, who));
}

function commandTest(command: string | readonly string[], commands: CommandTable): RequestTest {
  const wanted = new Set<string>();
  for (const word of typeof command === "string" ? [command] : command) {
    const name = checkText("command", word).trim().replace(/[ |]+/g, " ");
    wanted.add(
      name.startsWith("@") ? checkCategory(name.toLowerCase()) : checkName(name.toUpperCase(), commands),
    );
  }
  if (wanted.has("@all")) return () => true;
  const categories = [...wanted].filter((name) => name.startsWith("@")).map((name) => name.slice(1));
  return ({ command: name, spec }) => {
    if (wanted.has(name)) return true;
    const space = name.indexOf(" ");
    if (space !== -1 && wanted.has(name.slice(0, space))) return true;
    if (categories.length === 0 || spec === undefined) return false;
    return categoriesOf(spec).some((category) => categories.includes(category));
  };
}

function checkName(name: string, commands: CommandTable): string {
  const isKnown = commandOf(name) !== undefined || commands.find(name.split(" "))?.name === name;
  if (!isKnown) throw new TypeError(`There is no command ${name}`);
  return name;
}

function checkCategory(name: string): string {
  if (name !== "@all" && !ACL_CATEGORIES.some((category) => `@${category}` === name)) {
    throw new TypeError(`There is no category ${name}`);
  }
  return name;
}

function checkText(option: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(`${option} must be text, not ${String(value)}`);
}

function hasKey({ spec, words }: FilteredRequest, pattern: string): boolean {
  if (spec === undefined) return false;
  const rest = words.slice(spec.words);
  return keysOf(spec, rest).some((at) => globMatches(pattern, rest[at]));
}

function isFrom({ client, clientName }: FilteredRequest, who: number | string): boolean {
  return typeof who === "number" ? client === who : clientName !== "" && globMatches(who, clientName);
}
