/** What clients have sent, for tests that want to know. */
import type { ReplyValue } from "../protocol/reply.js";
import type { CommandTable } from "./engine/command-table.js";
import { redacted } from "./engine/redaction.js";
import { type PlainReply, plainReply } from "./plain-reply.js";
import { type PlainText, plainText } from "./plain-text.js";
import { type FilteredRequest, type RequestFilter, requestTest } from "./request-filter.js";

/** How {@link CommandLog.start} records. */
export interface CommandLogOptions {
  /** How many entries are kept, the last ones; 1000 when left out. */
  readonly limit?: number;
  /** Keep the replies as well. */
  readonly replies?: boolean;
  /** Record these requests alone. */
  readonly only?: RequestFilter;
}

/** One request. */
export interface LoggedCommand {
  /** The client's id, as CLIENT ID answers it. */
  readonly client: number;
  /** The name that it has given itself; empty when it has none. */
  readonly clientName: PlainText;
  /** Number of the database. */
  readonly db: number;
  /** Upper case: `GET`, `CONFIG GET`; as it was sent when there is no such command. */
  readonly command: string;
  /** The words behind the command's name; passwords are replaced by `(redacted)`. */
  readonly args: readonly PlainText[];
  /** When it came by the server's clock, ms since 1970. */
  readonly at: number;
  /** What it was answered, if replies are recorded: not there while it waits, and when a fault kept it from running. */
  readonly reply?: PlainReply;
}

interface Row {
  readonly request: FilteredRequest;
  readonly entry: { -readonly [K in keyof LoggedCommand]: LoggedCommand[K] };
}

const LIMIT = 1000;

/**
 * The last requests of all clients: `server.commandLog`. Nothing is recorded, and nothing is slower, before
 * {@link CommandLog.start}. What runs within EXEC or a script is not recorded: the request that runs it is.
 * @example
 * server.commandLog.start({ replies: true });
 * await app.signUp("ada");
 * server.commandLog.entries({ command: "SET", key: "user:*" });
 * // [{ client: 3, clientName: "app", db: 0, command: "SET", args: ["user:1", "ada"], at: 1700000000000, reply: "OK" }]
 */
export class CommandLog {
  readonly #changed: () => void;
  #rows: Row[] = [];
  #limit = LIMIT;
  #replies = false;
  #only: ((request: FilteredRequest) => boolean) | undefined;
  #active = false;
  #dropped = 0;
  readonly #commands: CommandTable;

  /** @internal Use `server.commandLog`. */
  constructor(changed: () => void, commands: CommandTable) {
    this.#changed = changed;
    this.#commands = commands;
  }

  /**
   * Record from now on; what has been recorded stays. A second call changes the options.
   * @throws RangeError for a bad limit, TypeError for a filter that is none
   */
  start({ limit = LIMIT, replies = false, only }: CommandLogOptions = {}): void {
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new RangeError(`limit must be a whole number of 1 or more, not ${limit}`);
    }
    this.#only = only === undefined ? undefined : requestTest(only, this.#commands);
    this.#limit = limit;
    this.#replies = replies;
    this.#active = true;
    this.#trim(0);
    this.#changed();
  }

  /** Record no more; what has been recorded stays. */
  stop(): void {
    this.#active = false;
    this.#changed();
  }

  /** Forget what has been recorded. */
  clear(): void {
    this.#rows = [];
    this.#dropped = 0;
  }

  /** Is it recording? */
  get active(): boolean {
    return this.#active;
  }

  /** Number of entries. */
  get length(): number {
    return this.#rows.length;
  }

  /** How many entries had to go since {@link clear}, because there were more than the limit. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * The entries, oldest first; with a filter, those that match.
   * @throws TypeError for a filter that is none
   */
  entries(filter: RequestFilter = {}): LoggedCommand[] {
    const matches = requestTest(filter, this.#commands);
    return this.#rows.filter(({ request }) => matches(request)).map(({ entry }) => entry);
  }

  [Symbol.iterator](): IterableIterator<LoggedCommand> {
    return this.entries()[Symbol.iterator]();
  }

  /** @internal Record a request. @returns takes its reply; `undefined`: nobody wants that */
  note(request: FilteredRequest, db: number, at: number): ((reply: ReplyValue) => void) | undefined {
    if (!this.#active || this.#only?.(request) === false) return undefined;
    const words = redacted(request.words);
    const entry: Row["entry"] = {
      client: request.client,
      clientName: plainText(request.clientName),
      db,
      command: request.command,
      args: words.slice(request.spec?.words ?? 1).map(plainText),
      at,
    };
    this.#trim(1);
    this.#rows.push({ request, entry });
    if (!this.#replies) return undefined;
    return (reply) => {
      entry.reply = plainReply(reply);
    };
  }

  /** Make room. */
  #trim(coming: number): void {
    const excess = this.#rows.length + coming - this.#limit;
    if (excess <= 0) return;
    this.#rows.splice(0, excess);
    this.#dropped += excess;
  }
}
