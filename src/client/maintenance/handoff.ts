/** The search for the connection that takes another one's place, when the endpoint of that goes away. */
import type { RedisError } from "../../errors.js";
import type { Connector } from "../../transport/transport.js";
import type { Connection } from "../connection/connection.js";
import { leftOf, type Move } from "./move.js";

/** One search: tried until it succeeds, or time is up. */
export class Handoff {
  readonly #move: Move;
  readonly #dial: (connector: Connector) => Promise<Connection>;
  readonly #pause: (failures: number) => number;
  readonly #ready: (successor: Connection) => void;
  readonly #gaveUp: (error: RedisError) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #cancelled = false;

  /**
   * @param dial makes a connection that is past its handshake
   * @param pause milliseconds to wait after so many failures
   * @param ready called with the connection; it must take it or end it
   * @param gaveUp called when time is up
   */
  constructor(
    move: Move,
    dial: (connector: Connector) => Promise<Connection>,
    pause: (failures: number) => number,
    ready: (successor: Connection) => void,
    gaveUp: (error: RedisError) => void,
  ) {
    this.#move = move;
    this.#dial = dial;
    this.#pause = pause;
    this.#ready = ready;
    this.#gaveUp = gaveUp;
    this.#after(move.wait);
  }

  /** Look no further; what is being made is ended when it stands. */
  cancel(): void {
    this.#cancelled = true;
    clearTimeout(this.#timer);
  }

  #after(milliseconds: number): void {
    this.#timer = setTimeout(() => void this.#attempt(), milliseconds);
    // What keeps the process alive is the connection that is left.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  async #attempt(): Promise<void> {
    try {
      const successor = await this.#dial(this.#move.connector);
      if (this.#cancelled) successor.destroy("it is not needed any more");
      else this.#ready(successor);
    } catch (error) {
      if (this.#cancelled) return;
      const pause = this.#pause(++this.#failures);
      if (pause < leftOf(this.#move)) this.#after(pause);
      else this.#gaveUp(error as RedisError);
    }
  }
}
