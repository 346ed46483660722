/** What a server that runs as a process of its own gives its engine: files, and a log. */

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
