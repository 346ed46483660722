/** What a configuration file and a command line ask for, checked. */
import { joinSelectors } from "../engine/acl/selector-words.js";
import { User } from "../engine/acl/user.js";
import { handlers } from "../engine/commands/index.js";
import { laterParameters } from "../engine/compat/later-parameters.js";
import { Config } from "../engine/config.js";
import type { CompatVersion } from "../engine/version.js";
import { ConfigFileError, type ConfigLine, configLines, type Directive, directiveOf } from "./directives.js";

/** The settings of a server process. */
export interface Settings {
  /** All parameters, those with their first values too. */
  readonly config: Config;
  /** Names of the parameters that were given, in their own spelling. */
  readonly given: ReadonlySet<string>;
  /** Users of `user` lines. */
  readonly users: readonly User[];
  /** `rename-command`: other names by a command's own (upper case), empty for none. */
  readonly renamedCommands: ReadonlyMap<string, string>;
  /** What was asked for and has no effect, a sentence each. */
  readonly warnings: readonly string[];
}

/** Files that `include` may name: all that match, as one-byte strings. @throws ConfigFileError */
export type ReadIncluded = (path: string) => string[];

const MISFIT = "Bad directive or wrong number of arguments";
const DEEPEST_INCLUDE = 16;

/** Parameters of several words that cannot be left empty; `save` alone stands for no saving. */
const NEEDS_WORDS = new Set(["bind", "replicaof", "slaveof"]);

/** Options of redis-server that are no parameters, and are refused: why. */
const REFUSED: Readonly<Record<string, string>> = {
  loadmodule: "modules are written in C and cannot be loaded",
  sentinel: "this server is no sentinel",
};

/**
 * Read all settings.
 * @param texts the configuration file, standard input and the command line; later ones override
 * @param compat whose parameters there are
 * @throws ConfigFileError in redis-server's words
 */
export function readSettings(
  texts: readonly string[],
  readIncluded: ReadIncluded,
  compat: CompatVersion = "7.0",
): Settings {
  return new SettingsReader(readIncluded, compat).read(texts.join("\n"));
}

class SettingsReader implements Settings {
  readonly config: Config;
  readonly given = new Set<string>();
  readonly users: User[] = [];
  readonly renamedCommands = new Map<string, string>();
  readonly warnings: string[] = [];
  readonly #readIncluded: ReadIncluded;
  #depth = 0;

  constructor(readIncluded: ReadIncluded, compat: CompatVersion) {
    this.config = new Config(laterParameters(compat));
    this.#readIncluded = readIncluded;
  }

  read(text: string): Settings {
    for (const line of configLines(text)) {
      const directive = directiveOf(line);
      if (directive !== undefined) this.#take(directive, line);
    }
    return this;
  }

  #take(directive: Directive, line: ConfigLine): void {
    const { name, values } = directive;
    if (name in REFUSED) throw new ConfigFileError(REFUSED[name], line);
    if (name === "include" && values.length === 1) this.#include(values[0], line);
    else if (name === "user" && values.length > 0) this.#addUser(values, line);
    else if (name === "rename-command" && values.length === 2) this.#rename(values, line);
    else if (name === "list-max-ziplist-entries" || name === "list-max-ziplist-value") {
      this.warnings.push(`${name} has no effect any more: see list-max-listpack-size.`);
    } else this.#setParameter(directive, line);
  }

  #include(path: string, line: ConfigLine): void {
    if (++this.#depth > DEEPEST_INCLUDE) throw new ConfigFileError("Too many files include each other", line);
    for (const text of this.#readIncluded(path)) this.read(text);
    this.#depth--;
  }

  #addUser(words: readonly string[], line: ConfigLine): void {
    const [name, ...rest] = words;
    const fail = (word: string, problem: string): never => {
      throw new ConfigFileError(`Error in user declaration '${word}': ${problem}`, line);
    };
    if (/[\s\0]/.test(name)) fail(name, "Usernames can't contain spaces or null characters");
    if (this.users.some((user) => user.name === name)) {
      fail(name, "Duplicate user found. A user can only be defined once in config files");
    }
    const allChannels = this.config.get("acl-pubsub-default") === "allchannels";
    const { rules, unmatched } = joinSelectors(rest);
    if (unmatched !== undefined) fail(unmatched, "Unmatched parenthesis in selector definition.");
    const user = new User(name, allChannels);
    for (let i = 0; i < rules.length; i++) {
      const problem = user.apply(rules[i], allChannels);
      // redis-server counts the words from the beginning of the line when it names the wrong one.
      if (problem !== undefined) fail(["user", ...words][i], problem);
    }
    this.users.push(user);
  }

  #rename([from, to]: readonly string[], line: ConfigLine): void {
    const name = from.toUpperCase();
    const other = to.toUpperCase();
    if (!isCommand(name) || this.renamedCommands.has(name)) {
      throw new ConfigFileError("No such command in rename-command", line);
    }
    const isTaken =
      (isCommand(other) && !this.renamedCommands.has(other)) ||
      [...this.renamedCommands.values()].includes(other);
    if (other !== "" && isTaken) throw new ConfigFileError("Target command name already exists", line);
    this.renamedCommands.set(name, other);
  }

  #setParameter({ name, values }: Directive, line: ConfigLine): void {
    const parameter = this.config.parameter(name);
    if (parameter === undefined) throw new ConfigFileError(MISFIT, line);
    if (parameter.manyWords === true ? NEEDS_WORDS.has(name) && values.length === 0 : values.length !== 1) {
      throw new ConfigFileError("wrong number of arguments", line);
    }
    const text = values.join(" ");
    // Every line with moments of saving adds to those before.
    const before = parameter.name === "save" && text !== "" ? this.config.get("save") : "";
    const problem = this.config.set([name, before === "" ? text : `${before} ${text}`], true);
    if (problem !== undefined) throw new ConfigFileError(problem.reason, line);
    this.given.add(parameter.name);
    if (parameter.unused !== undefined && this.config.isChanged(parameter.name)) {
      this.warnings.push(`${name} has no effect: ${parameter.unused}.`);
    }
  }
}

function isCommand(name: string): boolean {
  return name in handlers || Object.keys(handlers).some((known) => known.startsWith(`${name} `));
}
