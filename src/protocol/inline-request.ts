/** Splitting a line typed by hand (telnet, nc) into words, by redis-server's rules of quoting. */

const HEX = /^[0-9a-fA-F]{2}$/;
const ESCAPES: { readonly [letter: string]: string } = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\x07" };

/**
 * The words of a line. Inside double quotes `\n \r \t \b \a \xhh` and `\` before any other character are
 * escapes; inside single quotes only `\'` is. A closing quote must be followed by a space or the end. Vertical tabs
 * and form feeds between words are passed over, but do not end a word.
 * @param line a one-byte string
 * @returns `undefined` when quotes are not balanced
 */
export function splitInlineRequest(line: string): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isSpace(line.charCodeAt(at))) at++;
    if (at >= line.length) return words;
    let word = "";
    while (at < line.length && !endsWord(line.charCodeAt(at))) {
      const char = line[at];
      if (char !== '"' && char !== "'") {
        word += char;
        at++;
        continue;
      }
      const end = closingQuote(line, at);
      if (end === -1 || (end + 1 < line.length && !isSpace(line.charCodeAt(end + 1)))) return undefined;
      const inner = line.slice(at + 1, end);
      word += char === '"' ? unescapeDouble(inner) : inner.replaceAll("\\'", "'");
      at = end + 1;
      break;
    }
    words.push(word);
  }
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function endsWord(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

/** Where the quote that opens at `open` ends; a backslash protects what follows it. */
function closingQuote(line: string, open: number): number {
  const quote = line[open];
  for (let at = open + 1; at < line.length; at++) {
    if (line[at] === quote) return at;
    if (line[at] !== "\\") continue;
    if (quote === '"' || line[at + 1] === "'") at++;
  }
  return -1;
}

function unescapeDouble(text: string): string {
  if (!text.includes("\\")) return text;
  let out = "";
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "\\") {
      out += text[at];
      continue;
    }
    const next = text[++at];
    const digits = text.slice(at + 1, at + 3);
    if (next === "x" && HEX.test(digits)) {
      out += String.fromCharCode(Number.parseInt(digits, 16));
      at += 2;
    } else {
      out += ESCAPES[next] ?? next;
    }
  }
  return out;
}
