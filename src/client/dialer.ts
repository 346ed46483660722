/** Makes connections that are ready for commands: opened, with the right parser, past the handshake. */
import { ConnectionError, ReplyError, TimeoutError } from "../errors.js";
import type { ParserFactory } from "../protocol/parser.js";
import { respParser } from "../protocol/resp-parser.js";
import { Connection, type ConnectionOwner } from "./connection.js";
import { handshake } from "./handshake.js";
import type { ConnectionSettings } from "./options.js";

/** Opens connections with the settings of one pool. */
export class Dialer {
  readonly #settings: ConnectionSettings;
  readonly #warn: (message: string) => void;
  #parser: Promise<ParserFactory> | undefined;

  /** @param warn told when the parser asked for is not installed */
  constructor(settings: ConnectionSettings, warn: (message: string) => void) {
    this.#settings = settings;
    this.#warn = warn;
  }

  /**
   * Open a connection and bring it through the handshake.
   * @throws ConnectionError when the server cannot be reached
   * @throws ReplyError when it refuses (wrong password, no such database)
   */
  async dial(owner: ConnectionOwner): Promise<Connection> {
    this.#parser ??= this.#loadParser();
    const parser = await this.#parser;
    const { connector, limits, connectTimeout, commandTimeout } = this.#settings;
    const connection = await Connection.open(
      connector,
      owner,
      parser,
      limits,
      connectTimeout,
      commandTimeout,
    );
    try {
      const protocol = Math.min(this.#settings.protocol, parser.protocol) === 3 ? 3 : 2;
      await handshake(connection, this.#settings, protocol);
    } catch (error) {
      connection.destroy("the handshake failed");
      throw refused(error, connector.address);
    }
    return connection;
  }

  async #loadParser(): Promise<ParserFactory> {
    const { parser } = this.#settings;
    if (parser === "resp") return respParser;
    if (parser !== "redis-parser") return parser;
    try {
      const { loadRedisParser } = await import("../protocol/redis-parser.js");
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
    return new ReplyError(`${error.message} (${address} refused the connection at ${error.command})`, {
      command: error.command,
      address,
      cause: error,
    });
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
  const { code = "ECONNECT", message = String(error) } = error as { code?: string; message?: string };
  return new ConnectionError(code, `No connection to ${address}: ${message}`, "no", {
    address,
    cause: error,
  });
}
