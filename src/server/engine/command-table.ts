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
}

/** Finds the command of a request. */
export class CommandTable {
  /** By name in upper and in lower case, so that usual spellings cost one look-up. */
  readonly #byName = new Map<string, Command>();
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
    const containers = new Map<string, string[]>();
    for (const name of Object.keys(handlers)) {
      const space = name.indexOf(" ");
      if (space === -1) continue;
      const container = name.slice(0, space);
      const names = containers.get(container);
      if (names === undefined) containers.set(container, [name]);
      else names.push(name);
    }
    for (const [container, names] of containers) {
      const subcommands = new Map<string, Command>();
      for (const name of names) {
        const command = new Command(name, handlers[name], undefined, specOf);
        register(subcommands, name.slice(container.length + 1), command);
      }
      register(this.#byName, container, new Command(container, handlers[container], subcommands, specOf));
    }
    for (const name of Object.keys(handlers)) {
      if (name.includes(" ") || containers.has(name)) continue;
      register(this.#byName, name, new Command(name, handlers[name], undefined, specOf));
    }
    this.#rename(renamed);
  }

  /** In two steps, so that commands may swap their names. */
  #rename(renamed: ReadonlyMap<string, string>): void {
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
    const command = this.#byName.get(name) ?? this.#byName.get(upperCase(name));
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
