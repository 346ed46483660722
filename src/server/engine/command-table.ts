/** The commands of one engine: the facts of the spec, the handler, and statistics. */
import { Flag, type Group } from "../../spec/command-spec.js";
import { commandOf, type Command as SpecCommand } from "../../spec/lookup.js";
import { upperCase } from "./arguments.js";
import { Durations } from "./durations.js";
import type { Args, Handler, Handlers } from "./handler.js";

/** Finds the wire facts of a command by its name. */
export type SpecLookup = (name: string) => SpecCommand | undefined;

/** A command as dispatch uses it. */
export class Command {
  /** As in the spec: `CONFIG GET`. */
  readonly name: string;
  /** As error texts, CLIENT LIST and INFO show it: `config|get`. */
  readonly displayName: string;
  readonly arity: number;
  readonly flags: number;
  readonly group: Group;
  /** Has it the flag `readonly`? */
  readonly reads: boolean;
  /** First key, last key, step. */
  readonly keys: readonly [first: number, last: number, step: number];
  /** Its row in the table. */
  readonly spec: SpecCommand;
  handler: Handler | undefined;
  /** Of a container, by name in upper and in lower case. */
  readonly subcommands: Map<string, Command> | undefined;
  calls = 0;
  /** Refused before it ran: wrong arity, not authenticated... */
  rejected = 0;
  /** Ran and answered an error. */
  failed = 0;
  /** How long its calls took, as far as the time was taken. */
  readonly durations = new Durations();

  constructor(
    name: string,
    handler: Handler | undefined,
    subcommands: Map<string, Command> | undefined,
    specOf: SpecLookup,
  ) {
    const spec = specOf(name);
    if (spec === undefined) throw new Error(`no spec for the handler ${name}`);
    this.name = name;
    this.displayName = name.toLowerCase().replace(" ", "|");
    this.arity = spec.arity;
    this.flags = spec.flags;
    this.group = spec.group;
    this.reads = (spec.flags & Flag.READONLY) !== 0;
    this.keys = spec.keys;
    this.spec = spec;
    this.handler = handler;
    this.subcommands = subcommands;
  }

  is(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  /** May a request of `count` words be this command? */
  takes(count: number): boolean {
    return this.arity >= 0 ? count === this.arity : count >= -this.arity;
  }

  /** Count from 0 again: CONFIG RESETSTAT. */
  resetCounts(): void {
    this.calls = 0;
    this.rejected = 0;
    this.failed = 0;
    this.durations.clear();
  }
}

/** Finds the command of a request. Each is made when it is first asked for, so that a server starts at once. */
export class CommandTable {
  readonly #handlers: Handlers;
  readonly #specOf: SpecLookup;
  /** By name in upper and in lower case, so that usual spellings cost one look-up. */
  #byName = new Map<string, Command>();
  /** The handlers of each container's subcommands. */
  #containers: ReadonlyMap<string, readonly string[]> | undefined;
  /** Are all there, in their order? */
  #complete = false;
  #lastName = "";
  #last: Command | undefined;

  /**
   * @param renamed other names by a command's own (upper case), empty for none
   * @param specOf finds the row of each handler; in the table of Redis 7.0 when left out
   */
  constructor(
    handlers: Handlers,
    renamed: ReadonlyMap<string, string> = new Map(),
    specOf: SpecLookup = commandOf,
  ) {
    this.#handlers = handlers;
    this.#specOf = specOf;
    if (renamed.size !== 0) this.#rename(renamed);
  }

  /** Make the command of this name, unless it is there already or there is none. */
  #make(name: string): Command | undefined {
    const known = this.#byName.get(name);
    if (known !== undefined || this.#complete) return known;
    const handler = Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined;
    this.#containers ??= containersOf(this.#handlers);
    const names = this.#containers.get(name);
    if ((handler === undefined && names === undefined) || name.includes(" ")) return undefined;
    let subcommands: Map<string, Command> | undefined;
    if (names !== undefined) {
      subcommands = new Map();
      for (const full of names) {
        const command = new Command(full, this.#handlers[full], undefined, this.#specOf);
        register(subcommands, full.slice(name.length + 1), command);
      }
    }
    const made = new Command(name, handler, subcommands, this.#specOf);
    register(this.#byName, name, made);
    return made;
  }

  /** Make those that nobody has asked for yet, and put all in order. */
  #completeAll(): void {
    if (this.#complete) return;
    this.#containers ??= containersOf(this.#handlers);
    const ordered = new Map<string, Command>();
    for (const name of new Set([...this.#containers.keys(), ...Object.keys(this.#handlers)])) {
      const command = this.#make(name);
      if (command !== undefined) register(ordered, name, command);
    }
    this.#byName = ordered;
    this.#complete = true;
  }

  /** In two steps, so that commands may swap their names. */
  #rename(renamed: ReadonlyMap<string, string>): void {
    this.#completeAll();
    const moved = [...renamed].map(([name, other]) => [this.#byName.get(name), name, other] as const);
    for (const [, name] of moved) {
      this.#byName.delete(name);
      this.#byName.delete(name.toLowerCase());
    }
    for (const [command, , other] of moved) {
      if (command !== undefined && other !== "") register(this.#byName, upperCase(other), command);
    }
  }

  /** The command or subcommand that `args` names; the container when the subcommand is unknown or missing. */
  find(args: Args): Command | undefined {
    const command = this.named(args[0]);
    if (command?.subcommands === undefined || args.length < 2) return command;
    return command.subcommands.get(args[1]) ?? command.subcommands.get(upperCase(args[1])) ?? command;
  }

  /** A command by its first word, in any mixture of cases. */
  named(name: string): Command | undefined {
    // Requests often come in runs, and comparing a short word is cheaper than hashing it.
    if (name === this.#lastName) return this.#last;
    const command = this.#byName.get(name) ?? this.#make(upperCase(name));
    if (command !== undefined) {
      this.#lastName = name;
      this.#last = command;
    }
    return command;
  }

  /** Put another handler in the place of each. */
  wrapHandlers(wrap: (command: Command, handler: Handler) => Handler): void {
    for (const command of this.runnable()) {
      if (command.handler !== undefined) command.handler = wrap(command, command.handler);
    }
  }

  /** All commands, subcommands not included. */
  *all(): IterableIterator<Command> {
    this.#completeAll();
    for (const [name, command] of this.#byName) {
      // Each stands there in upper and in lower case.
      if (name === upperCase(name)) yield command;
    }
  }

  /** All commands and subcommands that can run. */
  *runnable(): IterableIterator<Command> {
    for (const command of this.all()) {
      if (command.handler !== undefined) yield command;
      if (command.subcommands === undefined) continue;
      for (const [name, subcommand] of command.subcommands) {
        if (subcommand.name.endsWith(` ${name}`)) yield subcommand;
      }
    }
  }
}

function containersOf(handlers: Handlers): Map<string, string[]> {
  const containers = new Map<string, string[]>();
  for (const name of Object.keys(handlers)) {
    const space = name.indexOf(" ");
    if (space === -1) continue;
    const container = name.slice(0, space);
    const names = containers.get(container);
    if (names === undefined) containers.set(container, [name]);
    else names.push(name);
  }
  return containers;
}

function register(table: Map<string, Command>, name: string, command: Command): void {
  table.set(name, command);
  table.set(name.toLowerCase(), command);
}

/** The flags whose commands may be sent while a RESP2 client is subscribed. */
const SUBSCRIBED_CONTEXT = new Set([
  "PING",
  "SUBSCRIBE",
  "SSUBSCRIBE",
  "UNSUBSCRIBE",
  "SUNSUBSCRIBE",
  "PSUBSCRIBE",
  "PUNSUBSCRIBE",
  "QUIT",
  "RESET",
]);

/** May it be sent while a RESP2 client is subscribed? */
export function allowedWhenSubscribed(command: Command): boolean {
  return SUBSCRIBED_CONTEXT.has(command.name);
}
