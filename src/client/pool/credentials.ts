/**
 * Where the credentials of a pool come from. A function is asked at each connect, and ahead of the expiry
 * that it names: all live connections say AUTH again then, so that none is cut for an old password.
 */
import { anything } from "../../commands/replies.js";
import { ConnectionError, OptionError } from "../../errors.js";
import { within } from "../../transport/within.js";
import type { Connection } from "../connection/connection.js";
import { NO_RETRY, Request } from "../connection/pending.js";
import { knownCommand } from "../known-command.js";
import { checkKeys, checkText } from "../options/option-checks.js";
import { type ConnectionSettings, pauseAfter } from "../options/options.js";
import type { Credentials } from "../options/pool-options.js";

/** Of the time that credentials are valid, this part is used; the rest is for asking again. */
const PART_USED = 0.8;
/** Never asked again sooner than after so many milliseconds. */
const SHORTEST = 50;
const LONGEST_TIMER = 2 ** 31 - 1;

/** Gives credentials and keeps them fresh. */
export class CredentialKeeper {
  readonly #settings: ConnectionSettings;
  readonly #connections: ReadonlySet<Connection>;
  readonly #warn: (message: string) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer is due, in milliseconds of Unix time. */
  #due = Number.POSITIVE_INFINITY;

  /** @param connections the live ones; changes are told by {@link changed} */
  constructor(
    settings: ConnectionSettings,
    connections: ReadonlySet<Connection>,
    warn: (message: string) => void,
  ) {
    this.#settings = settings;
    this.#connections = connections;
    this.#warn = warn;
  }

  /**
   * The credentials for one connect.
   * @throws ConnectionError `ECREDENTIALS` when the function fails, or says nothing within `connectTimeout`
   */
  async get(): Promise<Credentials> {
    const { credentials, connector, connectTimeout } = this.#settings;
    if (typeof credentials !== "function") return credentials;
    try {
      const given = await within(connectTimeout, async () => credentials());
      checkCredentials(given);
      this.#plan(given);
      return given;
    } catch (error) {
      const why = `The option credentials failed: ${error instanceof Error ? error.message : String(error)}`;
      this.#warn(why);
      throw new ConnectionError("ECREDENTIALS", why, "no", { address: connector.address, cause: error });
    }
  }

  /** A connection has gone. Nobody asks for those who are not there. */
  changed(): void {
    if (this.#connections.size === 0) this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = Number.POSITIVE_INFINITY;
  }

  /** Ask again ahead of the expiry, of whichever connection it comes first. */
  #plan({ expiresAt }: Credentials): void {
    if (expiresAt === undefined) return;
    const left = Number(expiresAt) - Date.now();
    this.#renewIn(Math.max(SHORTEST, left * PART_USED), 0);
  }

  #renewIn(milliseconds: number, failures: number): void {
    const due = Date.now() + milliseconds;
    if (due >= this.#due) return;
    this.#stop();
    this.#due = due;
    // A longer time than timers have is waited for in parts.
    const far = milliseconds > LONGEST_TIMER;
    this.#timer = setTimeout(
      () => {
        this.#stop();
        if (far) this.#renewIn(due - Date.now(), failures);
        else void this.#renew(failures);
      },
      far ? LONGEST_TIMER : milliseconds,
    );
    (this.#timer as { unref?: () => void }).unref?.();
  }

  async #renew(failures: number): Promise<void> {
    if (this.#connections.size === 0) return;
    try {
      const credentials = await this.get();
      if (credentials.password === undefined) return;
      for (const connection of [...this.#connections]) this.#authenticate(connection, credentials);
    } catch {
      // Told as a warning. The old ones hold for a while yet.
      this.#renewIn(Math.max(SHORTEST, pauseAfter(failures + 1, this.#settings)), failures + 1);
    }
  }

  #authenticate(connection: Connection, { username, password = "" }: Credentials): void {
    const words = username === undefined ? [password] : [username, password];
    if (connection.listener !== null) {
      // A subscribed connection of RESP2 takes no AUTH: the PubSub gets another one.
      if (connection.protocol === 3) return connection.sendOnly("AUTH", words);
      return connection.fail(
        new ConnectionError("EREAUTH", "The credentials expire: subscribe on a new connection", "no", {
          address: connection.address,
        }),
      );
    }
    // Its state is the borrower's (perhaps within MULTI, where an AUTH would be queued), and it is not lent again.
    if (connection.touched || connection.tap !== null) return;
    new Promise((resolve) => {
      // Without a deadline: it may have to wait for a blocking command that was sent before.
      connection.send(new Request(knownCommand("AUTH"), words, anything, NO_RETRY, 0, resolve));
    }).catch((error: unknown) => {
      if (connection.open) {
        this.#warn(`${connection.address} did not take the new credentials: ${(error as Error).message}`);
      }
    });
  }
}

function checkCredentials(given: Credentials): void {
  checkKeys("credentials()", given, ["username", "password", "expiresAt"]);
  const password = checkText("credentials().password", given.password);
  if (checkText("credentials().username", given.username) !== undefined && password === undefined) {
    throw new OptionError("credentials", "The username needs a password beside it");
  }
  if (given.expiresAt !== undefined && Number.isNaN(Number(given.expiresAt))) {
    throw new OptionError("credentials", "expiresAt must be a Date, or milliseconds of Unix time");
  }
}
