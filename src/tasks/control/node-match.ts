/** Whether a node's name matches what a request says of its receivers. */

/**
 * @param matcher `glob` (the default; also `*` in brackets, as in a shell) or `pcre` (a regular
 *   expression that must match from the name's first character)
 * @returns `false` for a pattern or matcher that cannot be understood
 */
export function matchesNode(name: string, pattern: string, matcher: string): boolean {
  if (matcher === "glob") return globExpression(pattern).test(name);
  if (matcher !== "pcre") return false;
  try {
    return new RegExp(`^(?:${pattern.replaceAll("(?P<", "(?<")})`, "u").test(name);
  } catch {
    return false;
  }
}

/** A regular expression for a shell's glob over the whole text: `*`, `?`, `[abc]`, `[!abc]`. */
export function globExpression(glob: string): RegExp {
  let source = "";
  for (let at = 0; at < glob.length; at++) {
    const letter = glob[at];
    if (letter === "*") source += ".*";
    else if (letter === "?") source += ".";
    else if (letter === "[") {
      const end = closingBracket(glob, at);
      if (end < 0) source += "\\[";
      else {
        source += setSource(glob.slice(at + 1, end));
        at = end;
      }
    } else source += letter.replace(/[\\^$.|+(){}\]/-]/g, "\\$&");
  }
  return new RegExp(`^${source}$`, "s");
}

/** Where the set that begins at `start` ends: a `]` right at its beginning belongs to it. */
function closingBracket(glob: string, start: number): number {
  let from = start + 1;
  if (glob[from] === "!") from++;
  if (glob[from] === "]") from++;
  return glob.indexOf("]", from);
}

function setSource(inside: string): string {
  const negated = inside.startsWith("!");
  const members = (negated ? inside.slice(1) : inside).replace(/[\\\]^[]/g, "\\$&");
  // A range the wrong way round matches nothing.
  try {
    new RegExp(`[${members}]`);
  } catch {
    return negated ? "." : "(?!)";
  }
  return `[${negated ? "^" : ""}${members}]`;
}
