/** Acknowledges messages, and does so again when the connection broke in between. */
import type { Broker } from "../broker.js";
import type { Persistence } from "./persistence.js";

/** Acknowledges messages. */
export class Acknowledger {
  readonly #broker: Pick<Broker, "ack">;
  readonly #persistence: Persistence;
  /** The broker's promise of this turn, and the tags it stands for. */
  #turn: Promise<void> | undefined;
  #tags: string[] = [];
  readonly #pending = new Set<Promise<void>>();

  constructor(broker: Pick<Broker, "ack">, persistence: Persistence) {
    this.#broker = broker;
    this.#persistence = persistence;
  }

  /** Acknowledge. It leaves with the others of this turn, before anything that is begun by a later `setImmediate`. */
  ack(tag: string): void {
    const turn = this.#broker.ack(tag);
    if (turn === this.#turn) {
      this.#tags.push(tag);
      return;
    }
    // One handler for all acknowledgements of a turn: there are thousands in a second.
    const tags = [tag];
    this.#turn = turn;
    this.#tags = tags;
    const done: Promise<void> = turn
      .catch(() => this.#again(tags))
      .finally(() => {
        this.#pending.delete(done);
        if (this.#turn === turn) this.#turn = undefined;
      });
    this.#pending.add(done);
  }

  /** Resolves when nothing is under way any more. Never rejects. */
  async flush(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  async #again(tags: readonly string[]): Promise<void> {
    try {
      await this.#persistence.untilDone(`${tags.length} acknowledgement(s)`, () =>
        Promise.all(tags.map((tag) => this.#broker.ack(tag))),
      );
    } catch {
      // Given up: the messages come back after the visibility timeout, and untilDone has said why.
    }
  }
}
