/** `save`: after how many changes, and how many seconds, the data set is to be saved. */

import { parseInteger } from "./arguments.js";
import type { BadValue } from "./config-values.js";

/** One moment: so many changes within so many seconds. */
export interface SavePoint {
  readonly seconds: number;
  readonly changes: number;
}

/** The value of `save`, checked: pairs of seconds and changes. */
export function parseSave(value: string): string | BadValue {
  const words = value.split(" ").filter((word) => word !== "");
  const bad = { reason: "Invalid save parameters" };
  if (words.length % 2 !== 0) return bad;
  for (let i = 0; i < words.length; i++) {
    const number = parseInteger(words[i]);
    if (number === undefined || number < (i % 2 === 0 ? 1 : 0)) return bad;
  }
  return words.join(" ");
}

/** What the value of `save` stands for, such as `3600 1 300 100`. */
export function savePoints(value: string): SavePoint[] {
  const numbers = value.split(" ").filter((word) => word !== "");
  const points: SavePoint[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    points.push({ seconds: Number(numbers[i]), changes: Number(numbers[i + 1]) });
  }
  return points;
}
