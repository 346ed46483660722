/** Makes connections that are ready for commands: opened, with the right parser, past the handshake. */
import { ClosedError, ConnectionError, ReplyError, TimeoutError } from "../../errors.js";
import type { ParserFactory } from "../../protocol/parser.js";
import { respParser } from "../../protocol/resp-parser.js";
import { connectionAdvice, isAboutCertificate } from "../connection/advice.js";
import { Connection, type ConnectionOwner } from "../connection/connection.js";
import { type Ledger, newCounters } from "../connection/counters.js";
import { handshake } from "../connection/handshake.js";
import { serverAttributes, traceConnect } from "../diagnostics.js";
import type { ConnectionSettings } from "../options/options.js";
import { CredentialKeeper } from "./credentials.js";
import { Heartbeat } from "./heartbeat.js";

/** Opens connections with the settings of one pool. */
export class Dialer {
  readonly ledger: Ledger;
  readonly #settings: ConnectionSettings;
  readonly #warn: (message: string) => void;
  /** All connections that are past their handshake and open. */
  readonly #live = new Set<Connection>();
  /** Those that are in their handshake. */
  readonly #greeting = new Set<Connection>();
  readonly #heartbeat: Heartbeat;
  readonly #credentials: CredentialKeeper;
  #parser: Promise<ParserFactory> | undefined;

  /** @param warn told when the parser asked for is not installed, or credentials cannot be had */
  constructor(settings: ConnectionSettings, warn: (message: string) => void) {
    this.#settings = settings;
    this.#warn = warn;
    this.ledger = {
      counters: newCounters(),
      server: serverAttributes(settings.connector.address, settings.db),
    };
    this.#heartbeat = new Heartbeat(settings, this.#live);
    this.#credentials = new CredentialKeeper(settings, this.#live, warn);
  }

  /**
   * Open a connection and bring it through the handshake.
   * @throws ConnectionError when the server cannot be reached
   * @throws ReplyError when it refuses (wrong password, no such database)
   */
  async dial(owner: ConnectionOwner): Promise<Connection> {
    const { counters, server } = this.ledger;
    try {
      const connection = await traceConnect(server, () => this.#open(owner));
      counters.connects++;
      return connection;
    } catch (error) {
      counters.connectFailures++;
      throw error;
    }
  }

  async #open(owner: ConnectionOwner): Promise<Connection> {
    this.#parser ??= this.#loadParser();
    const parser = await this.#parser;
    const { connector, limits, connectTimeout, commandTimeout } = this.#settings;
    const connection = await Connection.open(
      connector,
      this.#watching(owner),
      parser,
      limits,
      connectTimeout,
      commandTimeout,
      this.ledger,
    );
    this.#greeting.add(connection);
    try {
      const protocol = Math.min(this.#settings.protocol, parser.protocol) === 3 ? 3 : 2;
      await handshake(connection, this.#settings, await this.#credentials.get(), protocol);
    } catch (error) {
      connection.destroy("the handshake failed");
      throw refused(error, connector.address);
    } finally {
      this.#greeting.delete(connection);
    }
    if (connection.open) this.#live.add(connection);
    this.#heartbeat.changed();
    return connection;
  }

  /** Give up the handshakes that are under way: the pool is closed, and waits no longer. */
  abandon(): void {
    for (const connection of this.#greeting) connection.destroy();
  }

  /** The owner of a connection, told of its end once it is known here. */
  #watching(owner: ConnectionOwner): ConnectionOwner {
    return {
      ended: (connection, error, unsent, unanswered) => {
        const wasLive = this.#live.delete(connection);
        if (wasLive && error !== null && !(error instanceof ClosedError)) this.ledger.counters.losses++;
        this.#heartbeat.changed();
        this.#credentials.changed();
        owner.ended(connection, error, unsent, unanswered);
      },
      postpone: (connection, pending, error) => owner.postpone(connection, pending, error),
    };
  }

  async #loadParser(): Promise<ParserFactory> {
    const { parser } = this.#settings;
    if (parser === "resp") return respParser;
    if (parser !== "redis-parser") return parser;
    try {
      const { loadRedisParser } = await import("../../protocol/redis-parser.js");
      return await loadRedisParser();
    } catch {
      this.#warn(
        'The parser "redis-parser" is not installed (npm install redis-parser); the default one is used.',
      );
      return respParser;
    }
  }
}

function refused(error: unknown, address: string): unknown {
  if (error instanceof ReplyError) {
    if (error.message.includes("max number of clients")) {
      // There will be room again when others have gone.
      const why = `${error.message} (option maxclients of ${address}); close clients that are not used`;
      return new ConnectionError("EMAXCLIENTS", why, "no", { address, cause: error });
    }
    return new ReplyError(`${error.message} (${address} refused the connection at ${error.command})`, {
      command: error.command,
      address,
      cause: error,
    });
  }
  if (error instanceof ClosedError) {
    const why = `The client of ${address} was closed while it was connecting`;
    return new ClosedError("ECLOSED", why, "no", { address, cause: error });
  }
  if (error instanceof TimeoutError) {
    return new TimeoutError(
      "ETIMEDOUT",
      `${address} accepted the connection, but did not answer in time`,
      "no",
      {
        address,
        cause: error,
      },
    );
  }
  // No command of the user's has been sent, whatever became of the handshake.
  const { cause } = error as { cause?: unknown };
  const { code = "ECONNECT", message = String(error) } = (
    cause instanceof ConnectionError ? cause : error
  ) as { code?: string; message?: string };
  const advice = isAboutCertificate(code) ? `. ${connectionAdvice(code)}` : "";
  return new ConnectionError(code, `No connection to ${address}: ${message}${advice}`, "no", {
    address,
    cause: error,
  });
}
