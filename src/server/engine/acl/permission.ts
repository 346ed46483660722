/** May a user run a command with these arguments? */
import { Flag } from "../../../spec/command-spec.js";
import { type KeyUse, keyUsesOf } from "../../../spec/key-specs.js";
import type { Args } from "../handler.js";
import type { RuledCommand } from "./command-index.js";
import { channelIsAmong, type Selector } from "./selector.js";
import type { User } from "./user.js";

/** Why a command is refused. */
export interface Denial {
  /** The command itself, a key, or a channel. */
  readonly reason: "command" | "key" | "channel";
  /** Which word of the request it is about. */
  readonly at: number;
}

/** Of denials by several selectors the one that came furthest is told. */
const RANK: Readonly<Record<Denial["reason"], number>> = { command: 1, key: 2, channel: 4 };

const DENIED_COMMAND: Denial = { reason: "command", at: 0 };

/** Where the channels of a command stand: one, or all of its arguments; PSUBSCRIBE names patterns. */
const CHANNELS: ReadonlyMap<string, "one" | "all" | "patterns"> = new Map([
  ["PUBLISH", "one"],
  ["SPUBLISH", "one"],
  ["SUBSCRIBE", "all"],
  ["SSUBSCRIBE", "all"],
  ["PSUBSCRIBE", "patterns"],
] as const);

/** A request, and what has been found out of it for one selector serves the next. */
interface Request {
  readonly command: RuledCommand;
  readonly args: Args;
  keys: readonly KeyUse[] | undefined;
}

/**
 * Does something forbid the user this request?
 * @param args all words of a well-formed request
 * @returns `undefined` when it may run
 */
export function denialOf(user: User, command: RuledCommand, args: Args): Denial | undefined {
  const request: Request = { command, args, keys: undefined };
  let worst = DENIED_COMMAND;
  for (const selector of user.selectors) {
    const denial = denialBy(selector, request);
    if (denial === undefined) return undefined;
    const further = RANK[denial.reason] - RANK[worst.reason];
    if (further > 0 || (further === 0 && denial.at > worst.at)) worst = denial;
  }
  return worst;
}

/** May the user run this request, and read every key there is as well? (SORT with patterns) */
export function mayReadAllKeys(user: User, command: RuledCommand, args: Args): boolean {
  const request: Request = { command, args, keys: undefined };
  return user.selectors.some(
    (selector) => selector.readsAllKeys && denialBy(selector, request) === undefined,
  );
}

function denialBy(selector: Selector, request: Request): Denial | undefined {
  if (!allowsCommand(selector, request)) return DENIED_COMMAND;
  if (!selector.allKeys) {
    request.keys ??= keyUsesOf(request.command.spec, request.args.slice(request.command.spec.words));
    for (const use of request.keys) {
      const at = use.at + request.command.spec.words;
      const key = request.args[at];
      if (!selector.allowsKey(key, use.flags.includes("access"), isWritten(use)))
        return { reason: "key", at };
    }
  }
  return selector.allChannels ? undefined : channelDenialBy(selector, request);
}

function allowsCommand({ commands }: Selector, { command, args }: Request): boolean {
  if (commands.everything || commands.has(command)) return true;
  // Whoever may not log in can never get another user's rights.
  if ((command.spec.flags & Flag.NO_AUTH) !== 0) return true;
  return commands.hasFirstArgument(command, args[command.spec.words]);
}

function isWritten({ flags }: KeyUse): boolean {
  return flags.includes("update") || flags.includes("insert") || flags.includes("delete");
}

function channelDenialBy(selector: Selector, { command, args }: Request): Denial | undefined {
  const kind = CHANNELS.get(command.spec.name);
  if (kind === undefined) return undefined;
  const end = kind === "one" ? 2 : args.length;
  for (let at = 1; at < end; at++) {
    if (!channelIsAmong(selector.channels, args[at], kind === "patterns")) return { reason: "channel", at };
  }
  return undefined;
}
