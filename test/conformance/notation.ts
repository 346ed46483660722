/**
 * The notation of conformance cases: one command a line, without expected values.
 * A case is run on two servers and their replies are compared.
 *
 * ```
 * # a comment
 * SET k "bytes \x00 \r\n in double quotes, escapes as in redis-cli" 'or "as is" in single quotes'
 * b> SUBSCRIBE ch          client b sends it (clients are opened at their first use; the first one has no name)
 * b& BLPOP l 0             client b sends it; go on when the server reports that b is blocked
 * b- CLIENT REPLY OFF      client b sends it and no reply is read
 * b<                       read all that has come to b by now: messages, replies of commands that were blocked
 * b~ "PING\r\n"            client b sends these bytes as they are; then as `b<` (without a name: `~ "..."`)
 * b!                       close client b
 * until 0 EXISTS k         ask again and again, over another connection, until the reply is 0
 * scan SSCAN s COUNT 2     call with every cursor until it is 0; all elements, sorted and without doubles
 * ```
 *
 * Marks before a command declare what of its reply is not fixed:
 *
 * - `@sorted` the order of the elements, and of the replies or messages of one line; `@pairs` the order of the pairs (a flat list, or a map)
 * - `@count` the elements themselves: kind and number are compared
 * - `@of:a,b` which of these each element is
 * - `@kind` the value: only its type is compared
 * - `@round:10` digits: the number is rounded to tens (TTLs; negative numbers stay as they are)
 * - `@fields` the values of a CLIENT LIST line, but for those that a test can know
 * - `@times` idle times in XPENDING and XINFO, and all moments
 * - `@hello` what HELLO says of id, version and modules
 * - `@words` the order of the words in each text
 * - `@age` the age of the entries of ACL LOG
 * - `@sections` all of INFO but its headings
 * - `@first:3` each element behind its first three
 * - `@save:x` keeps the value: `$x` is its place in later commands; combines with the other marks
 */

/** What a line does. */
export type Action = "command" | "block" | "silent" | "read" | "bytes" | "close" | "until" | "scan";

/** How a reply is made comparable; see the notation. */
export interface Mark {
  readonly name: string;
  readonly value: string;
}

/** One line of a case. */
export interface Step {
  readonly action: Action;
  /** Name of the client, empty for the first one. */
  readonly client: string;
  readonly marks: readonly Mark[];
  /** The command's words as one-byte strings; the bytes to send for `bytes`. */
  readonly words: readonly string[];
  /** Which words are to be replaced by a saved value, and by which. */
  readonly saved: ReadonlyMap<number, string>;
  /** The reply that `until` waits for. */
  readonly expected: string;
  /** The line as it was written. */
  readonly text: string;
}

/** The cases of one family of commands: name and lines. */
export interface Family {
  readonly name: string;
  readonly cases: Readonly<Record<string, string>>;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\x07" };
const ACTIONS: Readonly<Record<string, Action>> = {
  ">": "command",
  "&": "block",
  "-": "silent",
  "<": "read",
  "~": "bytes",
  "!": "close",
};

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** Split a line into words. Characters above 0xFF become their UTF-8 bytes. @throws when a quote is not closed */
export function splitWords(line: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (line[at] === " ") {
      at++;
      continue;
    }
    const sign = line[at];
    if (sign !== '"' && sign !== "'") {
      let end = line.indexOf(" ", at);
      if (end < 0) end = line.length;
      words.push({ text: toBytes(line.slice(at, end)), quoted: false });
      at = end;
      continue;
    }
    let text = "";
    for (at++; line[at] !== sign; at++) {
      if (at >= line.length) throw new Error(`unclosed quote: ${line}`);
      if (line[at] !== "\\") text += toBytes(line.slice(at, at + 1));
      else if (sign === "'") text += line[at + 1] === "'" ? line[++at] : "\\";
      else if (line[++at] === "x") {
        text += String.fromCharCode(Number.parseInt(line.slice(at + 1, at + 3), 16));
        at += 2;
      } else text += ESCAPES[line[at]] ?? line[at];
    }
    at++;
    words.push({ text, quoted: true });
  }
  return words;
}

/** The steps of a case. @throws when a line is not understood */
export function parseCase(text: string): Step[] {
  const steps: Step[] = [];
  for (const untrimmed of text.split("\n")) {
    const line = untrimmed.trim();
    if (line !== "" && !line.startsWith("# ")) steps.push(parseLine(line));
  }
  return steps;
}

function parseLine(line: string): Step {
  let words = splitWords(line);
  let action: Action = "command";
  let client = "";
  let expected = "";
  const prefix = words[0].quoted ? null : /^([a-z]*)([>&<~!-])$/.exec(words[0].text);
  if (prefix !== null) {
    client = prefix[1];
    action = ACTIONS[prefix[2]];
    words = words.slice(1);
  } else if (words[0].text === "until") {
    action = "until";
    expected = words[1].text;
    words = words.slice(2);
  } else if (words[0].text === "scan") {
    action = "scan";
    words = words.slice(1);
  }
  const marks: Mark[] = [];
  while (words.length > 0 && !words[0].quoted && words[0].text.startsWith("@")) {
    const [name, value = ""] = words[0].text.slice(1).split(":");
    marks.push({ name, value });
    words = words.slice(1);
  }
  const bare = action === "read" || action === "close";
  if (bare !== (words.length === 0)) throw new Error(`cannot read the line: ${line}`);
  const saved = new Map<number, string>();
  words.forEach((word, index) => {
    if (!word.quoted && /^\$[a-z]+$/.test(word.text)) saved.set(index, word.text.slice(1));
  });
  return { action, client, marks, words: words.map((word) => word.text), saved, expected, text: line };
}

/** UTF-8 where a character is no byte; ASCII, the common case, stays as it is. */
function toBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** The numbers from `first` to `last` in a line, each with `before` in front: members for large keys. */
export function range(first: number, last: number, before = ""): string {
  const out: string[] = [];
  for (let n = first; n <= last; n++) out.push(before + n);
  return out.join(" ");
}
