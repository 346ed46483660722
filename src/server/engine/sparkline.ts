/** Drawings of a row of numbers in plain text. */

/** One number with what stands below it, from top to bottom. */
export interface Point {
  readonly value: number;
  readonly label: string;
}

/** A cell filled by a third, by two thirds, whole. */
const LEVELS = "_o#";
const FULL = "|";

/**
 * Bars, `width` side by side at the most; what is too long goes on below.
 * @param rows how high the greatest bar is
 */
export function drawBars(points: readonly Point[], width: number, rows: number): string {
  const values = points.map(({ value }) => value);
  const least = Math.min(...values);
  // All alike: bars of no height.
  const span = Math.max(...values) - least || 1;
  let text = "";
  for (let at = 0; at < points.length; at += width) {
    if (at !== 0) text += "\n";
    text += drawPart(points.slice(at, at + width), least, span, rows);
  }
  return text;
}

function drawPart(points: readonly Point[], least: number, span: number, rows: number): string {
  const steps = LEVELS.length * rows;
  const heights = points.map(({ value }) =>
    Math.min(Math.trunc(((value - least) * steps) / span), steps - 1),
  );
  const lines: string[] = [];
  for (let row = rows - 1; row >= 0; row--) {
    const cells = heights.map((height) => {
      const level = height - row * LEVELS.length;
      if (level < 0) return " ";
      return level < LEVELS.length ? LEVELS[level] : FULL;
    });
    lines.push(cells.join(""));
  }
  const longest = Math.max(...points.map(({ label }) => label.length));
  // An empty line parts the bars from what stands below them.
  if (longest > 0) lines.push(" ".repeat(points.length));
  for (let row = 0; row < longest; row++) lines.push(points.map(({ label }) => label[row] ?? " ").join(""));
  return lines.map((line) => `${line}\n`).join("");
}
