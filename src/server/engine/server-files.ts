/** What a server gives its engine of the world outside: files, a log, other servers. */

/** The files of a server; its methods fail by `ErrorReply`. */
export interface ServerFiles {
  /** CONFIG REWRITE: write the present parameters to the file that the server was started with. */
  rewriteConfig(): void;
  /** ACL LOAD: replace the users by those of the file. */
  loadUsers(): void;
  /** ACL SAVE: write the users to the file. */
  saveUsers(): void;
  /** Where the data set is kept. */
  readonly data: DataFiles;
}

/** The file that `dir` and `dbfilename` name; what fails throws a {@link FileProblem}. */
export interface DataFiles {
  /** The whole file; `undefined` when there is none. */
  read(): Uint8Array | undefined;
  /** Put another file in its place, as a whole or not at all. */
  replace(bytes: Uint8Array): void;
  /** Begin a file that is to take its place. */
  draft(): DataDraft;
  /** Have `step` called again and again, with clients served in between, until it answers `undefined`. */
  alongside(step: () => Pause | undefined): void;
  /** Look for files from another directory on. @returns its full path */
  moveTo(directory: string): string;
}

/** How long to wait before the next step, ms. */
export type Pause = number;

/** A file that is being written; what fails throws a {@link FileProblem}. */
export interface DataDraft {
  write(bytes: Uint8Array): void;
  /** It is whole: put it in the place of the other. */
  finish(): void;
  /** Forget it. */
  discard(): void;
}

/** Why something could not be done with a file. */
export class FileProblem extends Error {
  /** In the words of the operating system. */
  readonly reason: string;

  /** @param action what was being done, in words for the log */
  constructor(action: string, reason: string) {
    super(`${action}: ${reason}`);
    this.name = "FileProblem";
    this.reason = reason;
  }
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
