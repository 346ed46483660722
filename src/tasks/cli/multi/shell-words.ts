/** Words as a shell cuts them, and the way back. */

/**
 * Cut `text` into words as a POSIX shell does: at blanks, but for those in quotes or behind a backslash.
 *
 * @throws Error when a quote is not closed
 */
export function splitShellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word ??= "";
    if (char === "\\") {
      word += text[++i] ?? "";
    } else if (char === "'" || char === '"') {
      const end = closingQuote(text, i);
      const inside = text.slice(i + 1, end);
      word += char === '"' ? inside.replace(/\\(["\\$`])/g, "$1") : inside;
      i = end;
    } else {
      word += char;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

function closingQuote(text: string, start: number): number {
  const quote = text[start];
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === quote) return i;
    if (text[i] === "\\" && quote === '"') i++;
  }
  throw new Error(`the quote at '${text.slice(start)}' is not closed`);
}

/** `word` as it may stand in a shell's command line: in quotes where it must be. */
export function quoteShellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
