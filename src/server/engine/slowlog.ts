/** The commands that took longer than `slowlog-log-slower-than`. */
import type { Config } from "./config.js";
import type { Args } from "./handler.js";
import { redacted } from "./redaction.js";
import type { Session } from "./session.js";

/** One slow command. */
export interface SlowCommand {
  readonly id: number;
  /** When it ran, seconds since 1970. */
  readonly at: number;
  readonly micros: number;
  /** Its words, long ones cut. */
  readonly words: readonly string[];
  readonly address: string;
  readonly name: string;
}

const MAX_WORDS = 32;
const MAX_LENGTH = 128;

/** From here on a threshold is as good as none: commands on data in memory do not take that long. */
const NEVER_REACHED = 10_000;

/** The log of one engine. */
export class Slowlog {
  /** The latest first. */
  readonly entries: SlowCommand[] = [];
  /**
   * Is the time of every command to be taken? It would cost each of them, so that the threshold that redis-server
   * comes with leaves it off; those whose time is known anyway are still noted.
   */
  active = false;
  #enabled = true;
  #threshold = NEVER_REACHED;
  #maxLength = 128;
  #nextId = 0;

  /** Take over the settings; to be called when they have changed. */
  configure(config: Config): void {
    this.#threshold = config.number("slowlog-log-slower-than");
    this.#maxLength = config.number("slowlog-max-len");
    this.#enabled = this.#threshold >= 0 && this.#maxLength > 0;
    this.active = this.#enabled && this.#threshold < NEVER_REACHED;
    this.#trim();
  }

  /** A command has taken `micros`. */
  note(session: Session, args: Args, micros: number): void {
    if (!this.#enabled || micros < this.#threshold) return;
    this.entries.unshift({
      id: this.#nextId++,
      at: Math.floor(session.engine.now / 1000),
      micros,
      words: shortened(redacted(args)),
      address: session.address,
      name: session.name,
    });
    this.#trim();
  }

  /** Forget all entries; numbers go on. */
  clear(): void {
    this.entries.length = 0;
  }

  #trim(): void {
    if (this.entries.length > this.#maxLength) this.entries.length = this.#maxLength;
  }
}

function shortened(args: Args): string[] {
  const words = args.slice(0, args.length > MAX_WORDS ? MAX_WORDS - 1 : MAX_WORDS).map((word) => {
    const rest = word.length - MAX_LENGTH;
    return rest > 0 ? `${word.slice(0, MAX_LENGTH)}... (${rest} more bytes)` : word;
  });
  if (args.length > MAX_WORDS) words.push(`... (${args.length - MAX_WORDS + 1} more arguments)`);
  return words;
}
