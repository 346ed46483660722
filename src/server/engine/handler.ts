/** The shape of every command's implementation. */
import type { ReplyValue } from "../../protocol/reply.js";
import type { Blocked } from "./blocking.js";
import type { Session } from "./session.js";

/**
 * The words of one request as one-byte strings (a char code 0..255 a byte).
 * `args[0]` is the command's name as sent; of a subcommand `args[1]` is the second word of the name.
 */
export type Args = readonly string[];

/**
 * Runs one command. The number of words has been checked. It parses all of its arguments before it
 * changes anything, and fails by throwing an `ErrorReply`.
 */
export type Handler = (session: Session, args: Args) => ReplyValue | Blocked;

/** Handlers by the name that stands in the spec: `GET`, `CONFIG GET`. */
export type Handlers = { readonly [name: string]: Handler };
