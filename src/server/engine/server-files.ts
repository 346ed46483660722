/** What a server gives its engine of the world outside: files, a log, other servers. */

/** The files of a server; its methods fail by `ErrorReply`. */
export interface ServerFiles {
  /** CONFIG REWRITE: write the present parameters to the file that the server was started with. */
  rewriteConfig(): void;
  /** ACL LOAD: replace the users by those of the file. */
  loadUsers(): void;
  /** ACL SAVE: write the users to the file. */
  saveUsers(): void;
}

/** From what is for those who look for a fault to what everybody should read, as `redis.LOG_DEBUG` and so on. */
export type LogLevel = 0 | 1 | 2 | 3;

/** Takes a line for the log. */
export type ServerLog = (level: LogLevel, text: string) => void;

/** Another server. */
export interface Elsewhere {
  readonly host: string;
  readonly port: string;
  /** The longest time in which nothing is heard from it. */
  readonly timeoutMs: number;
}

/** What another server has answered. */
export interface Answers {
  /** One for each request, such as `+OK` and `-ERR ...`; fewer when it failed. */
  readonly lines: readonly string[];
  /** What could not be done, as redis-server words it behind `IOERR error or timeout `. */
  readonly failedAt: string | undefined;
}

/** Sends requests, words of one-byte strings, whose replies are one line each; never rejects. */
export type SendElsewhere = (server: Elsewhere, requests: readonly (readonly string[])[]) => Promise<Answers>;
