/** All that the client knows of a command by its name, found by one look-up. */
import type { Decode } from "../commands/replies.js";
import { RequestHead } from "../protocol/encoder.js";
import { blockingTimeoutOf, isBlockingCall } from "../spec/blocking.js";
import { Flag } from "../spec/command-spec.js";
import type { CallArgs } from "../spec/keys.js";
import { knownCommandOf } from "../spec/known-commands.js";
import type { Command as Row } from "../spec/lookup.js";

/** A command and what reads its replies. Calls that are alike share one, so that each of them is smaller. */
export interface ReadCommand {
  readonly command: KnownCommand;
  readonly decode: Decode<unknown>;
}

/** A command of the table, or one that only the server knows. */
export class KnownCommand extends RequestHead {
  /** Its row in the table, if it has one. */
  readonly row: Row | undefined;
  readonly #mayBlock: boolean;
  /** Does a second run change nothing? */
  readonly readOnly: boolean;
  #last: ReadCommand | undefined;

  constructor(name: string) {
    super(name);
    this.row = knownCommandOf(name);
    const flags = this.row?.flags ?? 0;
    this.#mayBlock = (flags & Flag.BLOCKING) !== 0;
    this.readOnly = (flags & Flag.READONLY) !== 0;
  }

  /** This command with `decode`: the same object as the last time, if that was with the same. */
  readBy(decode: Decode<unknown>): ReadCommand {
    const last = this.#last;
    if (last !== undefined && last.decode === decode) return last;
    this.#last = { command: this, decode };
    return this.#last;
  }

  /** May the call with `args` keep its connection waiting? */
  blocks(args: CallArgs): boolean {
    return this.#mayBlock && isBlockingCall(this.row as Row, args);
  }

  /** For how many milliseconds it may: 0 for ever, `undefined` not at all. */
  blocksFor(args: CallArgs): number | undefined {
    return this.#mayBlock ? blockingTimeoutOf(this.row as Row, args) : undefined;
  }
}

const known = new Map<string, KnownCommand>();
/** Names that users make up are remembered too, but not without end. */
const MAX_KNOWN = 4096;

/** What is known of the command called `name`: upper case, a container and its subcommand with a blank between them. */
export function knownCommand(name: string): KnownCommand {
  return known.get(name) ?? learn(name);
}

function learn(name: string): KnownCommand {
  const command = new KnownCommand(name);
  if (known.size < MAX_KNOWN) known.set(name, command);
  return command;
}
