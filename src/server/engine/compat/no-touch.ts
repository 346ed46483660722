/** CLIENT NO-TOUCH: a client whose reading does not count as use of a key (Redis 7.2). */
import { ErrorReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import { keysOf } from "../../../spec/keys.js";
import { isWord } from "../arguments.js";
import type { Blocked } from "../blocking.js";
import type { Command } from "../command-table.js";
import type { Engine } from "../engine.js";
import type { Args, Handler } from "../handler.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";

/** The engines that have had such a client: their handlers look for it, those of all others need not. */
const prepared = new WeakSet<Engine>();

export function noTouch(session: Session, args: Args): ReplyValue {
  if (isWord(args[2], "OFF")) session.noTouch = false;
  else if (isWord(args[2], "ON")) {
    session.noTouch = true;
    prepare(session.engine);
  } else throw new ErrorReply(SYNTAX_ERROR);
  return OK;
}

function prepare(engine: Engine): void {
  if (prepared.has(engine)) return;
  prepared.add(engine);
  engine.commands.wrapHandlers((command, handler) => {
    // TOUCH is there to touch.
    if (command.name === "TOUCH") return handler;
    return (session, args) => {
      if (engine.current?.noTouch !== true) return handler(session, args);
      return runUntouched(command, handler, session, args);
    };
  });
}

/** Run a command, and leave its keys as if nobody had looked at them. */
function runUntouched(
  command: Command,
  handler: Handler,
  session: Session,
  args: Args,
): ReplyValue | Blocked {
  const { db } = session;
  const words = args.slice(command.spec.words);
  const before = keysOf(command.spec, words).flatMap((at) => {
    const entry = db.peek(words[at]);
    return entry === undefined ? [] : [{ entry, accessed: entry.accessed, frequency: entry.frequency }];
  });
  try {
    return handler(session, args);
  } finally {
    for (const { entry, accessed, frequency } of before) {
      entry.accessed = accessed;
      entry.frequency = frequency;
    }
  }
}
