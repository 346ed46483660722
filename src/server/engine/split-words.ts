/** Splitting a line into words, quotes respected, as Redis reads inline commands and configuration files. */

const SHORT_ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\x07" };

/**
 * The words of a line. `"..."` knows `\n \r \t \b \a \xHH`, `'...'` only `\'`; a closing quote must end the word.
 * @returns `undefined` when the quotes are unbalanced
 * @example
 * ```ts
 * splitWords(`set "my key" 'v'`); // ["set", "my key", "v"]
 * ```
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let i = 0;
  for (;;) {
    while (isSpace(line[i])) i++;
    if (i >= line.length || line[i] === "\0") return words;
    let word = "";
    let quote = "";
    for (; ; i++) {
      const char = line[i];
      if (char === undefined || char === "\0") {
        if (quote !== "") return undefined;
        break;
      }
      if (quote === "") {
        if (isSpace(char)) break;
        if (char === '"' || char === "'") quote = char;
        else word += char;
      } else if (char === quote) {
        const after = line[i + 1];
        if (after !== undefined && after !== "\0" && !isSpace(after)) return undefined;
        i++;
        break;
      } else if (char === "\\" && quote === "'" && line[i + 1] === "'") {
        word += "'";
        i++;
      } else if (char === "\\" && quote === '"' && line[i + 1] !== undefined) {
        const hex = /^x([0-9a-fA-F]{2})/.exec(line.slice(i + 1, i + 4));
        if (hex !== null) {
          word += String.fromCharCode(Number.parseInt(hex[1], 16));
          i += 3;
        } else {
          word += SHORT_ESCAPES[line[i + 1]] ?? line[i + 1];
          i++;
        }
      } else {
        word += char;
      }
    }
    words.push(word);
  }
}

function isSpace(char: string | undefined): boolean {
  return char !== undefined && /[ \t\n\v\f\r]/.test(char);
}
