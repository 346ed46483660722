/** What a server gives its engine of the world outside: files, a log, time to work in, other servers. */

/** The files of a server; its methods fail by `ErrorReply`. */
export interface ServerFiles {
  /**
   * CONFIG REWRITE: write the present parameters to the file that the server was started with.
   * @param everything also those that have their first values
   */
  rewriteConfig(everything: boolean): void;
  /** Tell the operating system of `oom-score-adj` as it is now. @returns false when it refuses; the log says why */
  adjustOomScore(): boolean;
  /** ACL LOAD: replace the users by those of the file. */
  loadUsers(): void;
  /** ACL SAVE: write the users to the file. */
  saveUsers(): void;
  /** Where the data set is kept. */
  readonly data: DataFiles;
  /** Where the append-only file is kept. */
  readonly appendOnly: AppendOnlyFiles;
}

/**
 * The files of an append-only file; names may have a directory in front, and are seen from `dir`. What fails throws a
 * {@link FileProblem}.
 */
export interface AppendOnlyFiles {
  exists(name: string): boolean;
  /** The whole file; `undefined` when there is none. */
  read(name: string): Uint8Array | undefined;
  /** Bytes; `undefined` when there is none. */
  size(name: string): number | undefined;
  makeDirectory(name: string): void;
  /** Open a file to write at its end; it is made when there is none. @param anew forget what it holds */
  open(name: string, anew: boolean): AppendedFile;
  /** Begin a file that is to have this name. */
  draft(name: string): DataDraft;
  rename(from: string, to: string): void;
  /** Remove a file if it is there. */
  remove(name: string): void;
  /** Cut a file off behind so many bytes. */
  truncate(name: string, size: number): void;
  /** Do nothing at all for so long, ms. */
  sleep(milliseconds: number): void;
  /** End the process: what a client was told is kept cannot be kept. */
  giveUp(): void;
}

/** A file that grows at its end; what fails throws a {@link FileProblem}. */
export interface AppendedFile {
  /** Write a one-byte string; the system holds it then. */
  write(text: string): void;
  /** Return when the disk holds all that has been written. */
  sync(): void;
  /** The same while other things go on; a problem is left to the next {@link AppendedFile.sync}. */
  syncLater(): void;
  /** Cut it off behind so many bytes. */
  truncate(size: number): void;
  close(): void;
}

/** The file that `dir` and `dbfilename` name; what fails throws a {@link FileProblem}. */
export interface DataFiles {
  /** The whole file; `undefined` when there is none. */
  read(): Uint8Array | undefined;
  /** Put another file in its place, as a whole or not at all. */
  replace(bytes: Uint8Array): void;
  /** Begin a file that is to take its place. */
  draft(): DataDraft;
  /** Look for files from another directory on. @returns its full path */
  moveTo(directory: string): string;
}

/** How long to wait before the next step, ms. */
export type Pause = number;

/** Has `step` called again and again, with clients served in between, until it answers `undefined`. */
export type Alongside = (step: () => Pause | undefined) => void;

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

/** The servers that a server speaks to. */
export interface OtherServers {
  /** Connections that are kept for the next time. */
  readonly connections: number;
  /** Send requests, words of one-byte strings, whose replies are one line each; never rejects. */
  send(server: Elsewhere, requests: readonly (readonly string[])[]): Promise<Answers>;
}
