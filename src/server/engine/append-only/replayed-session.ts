/** The session in whose name the requests of an append-only file run: nothing is asked of it, and nothing answered. */
import { ErrorReply } from "../../../protocol/reply.js";
import { isWord } from "../arguments.js";
import type { Engine } from "../engine.js";
import type { Args } from "../handler.js";
import { Session } from "../session.js";

/** Runs requests one by one, transactions at their end. */
export class MultiExec {
  readonly #engine: Engine;
  readonly #session: Session;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#session = new Session(engine, { deliver() {} }, 0);
  }

  /** Is a transaction waiting for its end? */
  get isOpen(): boolean {
    return this.#session.transaction !== undefined;
  }

  /** Run a request. What it answers does not matter. @returns why it cannot be run */
  run(words: Args): string | undefined {
    const session = this.#session;
    const command = this.#engine.commands.find(words);
    const { handler } = command ?? {};
    if (command === undefined || handler === undefined) return `Unknown command '${words[0]}'`;
    if (!command.takes(words.length)) return `Wrong number of words for '${command.displayName}'`;
    const args = withoutLimit(words);
    if (session.transaction !== undefined && command.name !== "EXEC") {
      session.transaction.queue.push({ command, args });
      return undefined;
    }
    this.#engine.reading = command.reads;
    try {
      handler(session, args);
    } catch (error) {
      if (!(error instanceof ErrorReply)) this.#engine.reportBug(error);
    }
    return undefined;
  }
}

/**
 * XADD and XTRIM as they can be run: what was trimmed about so far, with a LIMIT, is told as trimmed exactly so far, and
 * keeps its LIMIT.
 */
function withoutLimit(words: Args): Args {
  const isTrim = isWord(words[0], "XTRIM");
  if (!isTrim && !isWord(words[0], "XADD")) return words;
  const kept = words.slice(0, 2);
  let exact = true;
  let limit: readonly string[] = [];
  let at = 2;
  for (; at < words.length; at++) {
    const word = words[at];
    if (isWord(word, "LIMIT")) limit = words.slice(at, ++at + 1);
    else if (isWord(word, "MAXLEN") || isWord(word, "MINID")) {
      const signed = words[at + 1] === "=" || words[at + 1] === "~";
      if (words[at + 1] === "~") exact = false;
      kept.push(...words.slice(at, at + (signed ? 3 : 2)));
      at += signed ? 2 : 1;
    } else if (isWord(word, "NOMKSTREAM")) kept.push(word);
    else break;
  }
  if (!exact) kept.push(...limit);
  return [...kept, ...words.slice(at)];
}
