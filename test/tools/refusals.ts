/** What a server says that does not run commands for now, for {@link startFake}. */
import type { FakeServer, Script } from "./fake-server.js";

export const LOADING = "-LOADING Redis is loading the dataset in memory\r\n";
export const READONLY = "-READONLY You can't write against a read only replica.\r\n";

/** Answers with the first lines, one a command, and then with `rest`. */
export function first(lines: readonly string[], rest = "+OK\r\n"): Script {
  let at = 0;
  return () => lines[at++] ?? rest;
}

/** What the server was told, a text for each command. */
export function heardBy(server: FakeServer): string[] {
  return server.heard.map((words) => words.join(" "));
}
