/** "Did you mean", for names that are not known. */

/** A sentence that names the known word nearest to a wrong one, or all known words. */
export function suggestion(wrong: string, known: readonly string[]): string {
  const plain = squeezed(wrong);
  const near = known
    .map((word) => ({ word, edits: distance(squeezed(word), plain) }))
    .sort((a, b) => a.edits - b.edits)[0];
  const close = near !== undefined && near.edits <= Math.max(2, wrong.length / 5);
  return close ? `Did you mean ${near.word}?` : `Known: ${[...known].sort().join(", ")}`;
}

/** `task_routes`, `taskRoutes` and `TASK-ROUTES` are the same word. */
function squeezed(word: string): string {
  return word.toLowerCase().replace(/[_-]/g, "");
}

/** Edits between two words (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length];
}
