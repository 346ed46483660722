/** Makes connections that are ready for commands: opened, with the right parser, past the handshake. */
import { ClosedError, ConnectionError, ReplyError, TimeoutError } from "../../errors.js";
import type { ParserFactory, RawReply } from "../../protocol/parser.js";
import { loadRedisParser } from "../../protocol/redis-parser.js";
import { respParser } from "../../protocol/resp-parser.js";
import type { Connector } from "../../transport/transport.js";
import { connectionAdvice, isAboutCertificate } from "../connection/advice.js";
import { Connection, type ConnectionOwner } from "../connection/connection.js";
import { type Ledger, newCounters } from "../connection/counters.js";
import { handshake } from "../connection/handshake.js";
import { serverAttributes, traceConnect, watchChannels } from "../diagnostics.js";
import { Announcements } from "../maintenance/announcements.js";
import type { MaintenanceEvent } from "../maintenance/maintenance.js";
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
  readonly #announcements: Announcements;
  #parser: Promise<ParserFactory> | undefined;

  /**
   * @param warn told when the parser asked for is not installed, or credentials cannot be had
   * @param onMaintenance told of what the server announces
   */
  constructor(
    settings: ConnectionSettings,
    warn: (message: string) => void,
    onMaintenance: (event: MaintenanceEvent) => void = () => {},
  ) {
    watchChannels();
    this.#settings = settings;
    this.#warn = warn;
    this.ledger = {
      counters: newCounters(),
      server: serverAttributes(settings.connector.address, settings.db),
    };
    this.#heartbeat = new Heartbeat(settings, this.#live);
    this.#credentials = new CredentialKeeper(settings, this.#live, warn);
    this.#announcements = new Announcements(settings, onMaintenance);
  }

  /**
   * Open a connection and bring it through the handshake.
   * @param connector to where; without it, to the configured address
   * @throws ConnectionError when the server cannot be reached
   * @throws ReplyError when it refuses (wrong password, no such database)
   */
  async dial(owner: ConnectionOwner, connector = this.#settings.connector): Promise<Connection> {
    const { counters, server } = this.ledger;
    try {
      const connection = await traceConnect(server, () => this.#open(owner, connector));
      counters.connects++;
      return connection;
    } catch (error) {
      counters.connectFailures++;
      throw error;
    }
  }

  /** The same, to where the server has said that it moves, as long as it does; to the configured address otherwise. */
  async dialLatest(owner: ConnectionOwner): Promise<Connection> {
    const { elsewhere } = this.#announcements;
    if (elsewhere === null) return this.dial(owner);
    try {
      return await this.dial(owner, elsewhere);
    } catch (error) {
      if (error instanceof ClosedError) throw error;
      this.#announcements.unreachable(elsewhere);
      return this.dial(owner);
    }
  }

  /** Tell the user that something works in another way than was asked for. */
  warn(message: string): void {
    this.#warn(message);
  }

  async #open(owner: ConnectionOwner, connector: Connector): Promise<Connection> {
    this.#parser ??= this.#loadParser();
    const parser = await this.#parser;
    const { limits, connectTimeout, commandTimeout } = this.#settings;
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
    const early: RawReply[] = [];
    connection.onPush = (items) => void early.push(items);
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
    this.#listen(connection, early, owner);
    return connection;
  }

  /** Hear what the server announces on `connection`. */
  #listen(connection: Connection, early: readonly RawReply[], owner: ConnectionOwner): void {
    if (this.#settings.maintenance.mode === "disabled" || connection.protocol !== 3) {
      connection.onPush = null;
      return;
    }
    const heard = (items: RawReply) => this.#announcements.heard(connection, items, owner);
    connection.onPush = heard;
    // What came during the handshake waits until the owner has the connection.
    if (early.length > 0) setTimeout(() => early.forEach(heard), 0);
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
        this.#announcements.ended(connection);
        owner.ended(connection, error, unsent, unanswered);
      },
      postpone: (connection, pending, error) => owner.postpone(connection, pending, error),
      moving: (connection, move) => owner.moving(connection, move),
    };
  }

  async #loadParser(): Promise<ParserFactory> {
    const { parser } = this.#settings;
    if (parser === "resp") return respParser;
    if (parser !== "redis-parser") return parser;
    try {
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
