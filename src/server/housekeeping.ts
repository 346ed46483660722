/** Ends connections that are idle for too long, or too far behind with reading what they have asked for. */
import { clientType } from "./engine/client-info.js";
import type { Engine } from "./engine/engine.js";
import { outputLimitFor } from "./engine/output-limits.js";
import type { Link } from "./link.js";

/** What is known of a connection's output: a socket. */
export interface OutputGauge {
  /** Bytes that wait to leave. */
  readonly writableLength: number;
}

interface Behind {
  readonly socket: OutputGauge;
  /** Since when it has been over the soft limit, whole seconds of the process. */
  readonly since: number;
}

const INTERVAL_MS = 1000;

/** Looks after the connections of one server. There is a timer only while somebody is to be watched. */
export class Housekeeping {
  readonly #engine: Engine;
  readonly #links = new Set<Link>();
  readonly #behind = new Map<Link, Behind>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.onConfigChanged = () => this.#setTimer();
  }

  /** A client has come. */
  add(link: Link): void {
    this.#links.add(link);
    if (this.#timer === undefined && this.#engine.config.timeout !== 0) this.#setTimer();
  }

  /** A client has gone. */
  remove(link: Link): void {
    this.#links.delete(link);
    this.#behind.delete(link);
  }

  /** Watch nobody any more. */
  stop(): void {
    this.#engine.onConfigChanged = undefined;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#links.clear();
    this.#behind.clear();
  }

  /**
   * Look at a client with much output: end it at its hard limit, or when it stays over the soft one.
   * @param waiting bytes that wait, or are about to
   */
  checkOutput(link: Link, socket: OutputGauge, waiting = socket.writableLength): void {
    // All data for a new replica is no output that it is behind with.
    if (link.session.replica?.sync !== undefined) return;
    const { hard, soft, seconds } = outputLimitFor(
      this.#engine.config.outputLimits,
      clientType(link.session),
    );
    const overSoft = soft !== 0 && waiting >= soft;
    // Whole seconds, as redis-server counts: never a moment too early.
    const second = Math.floor(performance.now() / 1000);
    const since = this.#behind.get(link)?.since ?? second;
    const tooLong = overSoft && second - since > seconds;
    if ((hard !== 0 && waiting >= hard) || tooLong) {
      this.#behind.delete(link);
      link.close();
    } else if (overSoft) {
      this.#behind.set(link, { socket, since });
      this.#setTimer();
    } else {
      this.#behind.delete(link);
    }
  }

  #setTimer(): void {
    const needed = this.#behind.size !== 0 || (this.#engine.config.timeout !== 0 && this.#links.size !== 0);
    if (needed === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = needed ? setInterval(() => this.#lookAround(), INTERVAL_MS) : undefined;
    this.#timer?.unref?.();
  }

  #lookAround(): void {
    for (const [link, { socket }] of this.#behind) this.checkOutput(link, socket);
    const { config } = this.#engine;
    if (config.timeout !== 0) {
      this.#engine.refreshTime();
      const oldest = this.#engine.now - config.timeout * 1000;
      for (const link of [...this.#links])
        if (mayTimeOut(link) && link.session.lastCommandAt < oldest) link.close();
    }
    this.#setTimer();
  }
}

/** Those who wait for something may be silent for as long as they like. */
function mayTimeOut({ session }: Link): boolean {
  return !session.blocked && !session.isMonitor && clientType(session) !== "pubsub";
}
