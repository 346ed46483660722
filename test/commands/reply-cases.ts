/** What a case of a raw reply is. */
import type { Commands } from "../../src/commands/index.js";
import type { Sync } from "../../src/commands/mode.js";

/** A method, the raw reply in both protocols, and what comes of it in terms of text (`t`) and integers (`i`). */
export interface ReplyCase {
  title: string;
  call: (c: Commands<Sync<unknown, unknown>>) => unknown;
  resp2: string;
  /** Where it differs from RESP2. */
  resp3?: string;
  value: (t: (text: string) => unknown, i: (integer: number) => unknown) => unknown;
}
