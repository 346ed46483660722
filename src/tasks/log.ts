/** Where a task queue's parts write what happens. */

/** Takes lines of text by their level; the command line writes them to a file or the terminal. */
export interface TaskLog {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** A log that keeps nothing. */
export const SILENT: TaskLog = Object.freeze({
  debug() {},
  info() {},
  warn() {},
  error() {},
});
