/** All data for a new replica: made and sent little by little, with what is written meanwhile behind it. */
import { BackgroundSave } from "../background-save.js";
import { type RdbEncodeOptions, rdbPieces } from "../dump/rdb-writer.js";
import type { Engine } from "../engine.js";
import { outputLimitFor } from "../output-limits.js";
import type { DataDraft, Pause } from "../server-files.js";
import type { Session } from "../session.js";

/** No more is given to the network while so many bytes wait there. */
const AHEAD = 1 << 20;
/** When to look again whether some have left, ms. */
const PATIENCE = 2;

const SENT = new Uint8Array(0);

/** The data set as it is when this is made, on its way to one replica. */
export class FullSync {
  readonly #engine: Engine;
  readonly #session: Session;
  readonly #save: BackgroundSave;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;
  #sending = false;
  #sent = 0;
  #held: string[] = [];
  #heldBytes = 0;

  constructor(engine: Engine, session: Session, options: RdbEncodeOptions) {
    this.#engine = engine;
    this.#session = session;
    const seconds = Math.floor(engine.clock.now() / 1000);
    // Its length is told first: it is kept here until it is whole.
    const draft: DataDraft = {
      write: (bytes) => {
        this.#pieces.push(bytes.slice());
        this.#size += bytes.length;
      },
      finish: () => {},
      discard: () => {},
    };
    this.#save = new BackgroundSave(engine, { draft: () => draft }, seconds, (finely) =>
      rdbPieces(engine, finely, options),
    );
  }

  /** How far it has come, as INFO tells it. */
  get state(): "wait_bgsave" | "send_bulk" {
    return this.#sending ? "send_bulk" : "wait_bgsave";
  }

  /** A part of the stream, which goes behind the data. Who is too far behind is cut off. */
  hold(text: string): void {
    this.#held.push(text);
    this.#heldBytes += text.length;
    const { hard } = outputLimitFor(this.#engine.config.outputLimits, "replica");
    if (hard !== 0 && this.#heldBytes > hard) this.#session.end();
  }

  /** A sign of life, where one may stand. */
  showLife(): void {
    if (!this.#sending) this.#session.host.write?.("\n");
  }

  /**
   * Go on.
   * @returns ms to wait before the next step; `undefined` when all has been sent, or the replica has gone
   */
  step(): Pause | undefined {
    const { host, id } = this.#session;
    const isThere = this.#engine.sessions.has(id);
    if (!this.#sending) {
      const pause = isThere ? this.#save.step() : undefined;
      if (pause !== undefined) return pause;
      this.#save.release();
      this.#sending = true;
      if (isThere) host.write?.(`$${this.#size}\r\n`);
    }
    if (!isThere) return undefined;
    const waiting = host.gauge?.replyBytes ?? 0;
    if (waiting > AHEAD) return PATIENCE;
    let bytes = 0;
    while (this.#sent < this.#pieces.length) {
      const piece = this.#pieces[this.#sent];
      this.#pieces[this.#sent++] = SENT;
      host.write?.(piece);
      bytes += piece.length;
      if (bytes >= AHEAD) return 0;
    }
    // The limits of output are there for what comes now: nothing else is to count.
    if (bytes + waiting !== 0 && host.gauge !== undefined) return PATIENCE;
    for (const text of this.#held) host.write?.(text);
    this.#held = [];
    return undefined;
  }
}
