/** Rules of a user as words of a request or of a line, where a selector in parentheses may take several. */

/** The rules, each whole. */
export interface JoinedRules {
  readonly rules: readonly string[];
  /** The word that opens a selector which does not end. */
  readonly unmatched?: string;
}

/**
 * A selector may come in several words, from one that begins with a parenthesis to one that ends with it.
 * @example joinSelectors(["on", "(~k", "+get)"]).rules; // ["on", "(~k +get)"]
 */
export function joinSelectors(words: readonly string[]): JoinedRules {
  const rules: string[] = [];
  let open: string[] | undefined;
  for (const word of words) {
    if (open === undefined && word.startsWith("(") && !word.endsWith(")")) open = [word];
    else if (open === undefined) rules.push(word);
    else {
      open.push(word);
      if (!word.endsWith(")")) continue;
      rules.push(open.join(" "));
      open = undefined;
    }
  }
  return open === undefined ? { rules } : { rules, unmatched: open[0] };
}
