/** LOLWUT: the version, and computer art for those who ask for that of version 5 or 6. */
import { type ReplyValue, Verbatim } from "../../../protocol/reply.js";
import { integerArg, isWord } from "../arguments.js";
import { BrailleCanvas } from "../braille-canvas.js";
import type { Args } from "../handler.js";
import type { Session } from "../session.js";

/** @see https://redis.io/docs/latest/commands/lolwut/ */
export function lolwut(session: Session, args: Args): ReplyValue {
  const chosen = args.length >= 3 && isWord(args[1], "VERSION");
  const version = chosen ? integerArg(args[2]) : undefined;
  const numbers = args.slice(3);
  const { random } = session.engine;
  const signature = `Redis ver. ${session.engine.version}\n`;
  if (version === 5) return new Verbatim("txt", `${schotter(numbers, random)}${signature}`);
  if (version === 6) return new Verbatim("txt", `${skyline(numbers, random)}${signature}`);
  return new Verbatim("txt", signature);
}

/** The number at a place, within its limits. */
function sizeArg(texts: Args, place: number, usual: number, most: number): number {
  if (place >= texts.length) return usual;
  return Math.min(Math.max(integerArg(texts[place]), 1), most);
}

// ---- version 5: squares that fall into disorder -----------------------------------------------------

/** Columns of text, squares in a row, rows of squares. */
function schotter(texts: Args, random: () => number): string {
  const width = sizeArg(texts, 0, 66, 1000) * 2;
  const across = sizeArg(texts, 1, 8, 200);
  const down = sizeArg(texts, 2, 12, 200);
  const padding = width > 4 ? 2 : 0;
  // In single precision, as the original computes, so that what has no chance in it is the same dot by dot.
  const side = Math.fround((width - padding * 2) / across);
  const canvas = new BrailleCanvas(width, Math.trunc(Math.fround(side * down) + padding * 2));
  const chance = (row: number): number => ((random() * row) / down) * (random() < 0.5 ? -1 : 1);
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const x = Math.trunc(Math.fround(column * side + side / 2 + padding));
      const y = Math.trunc(Math.fround(row * side + side / 2 + padding));
      // The first two rows are in order; the disorder grows with each one below.
      if (row < 2) square(canvas, x, y, side, 0);
      else {
        const shiftX = (chance(row) * side) / 3;
        const shiftY = (chance(row) * side) / 3;
        square(canvas, Math.trunc(x + shiftX), Math.trunc(y + shiftY), side, chance(row));
      }
    }
  }
  return `${canvas.render()}\nGeorg Nees - schotter, plotter on paper, 1968. `;
}

/** A square around a point, turned by an angle in radians. */
function square(canvas: BrailleCanvas, x: number, y: number, side: number, angle: number): void {
  const reach = Math.round(side / Math.SQRT2);
  const corners: [x: number, y: number][] = [];
  for (let corner = 0; corner < 4; corner++) {
    const direction = Math.PI / 4 + angle + (corner * Math.PI) / 2;
    corners.push([Math.round(Math.sin(direction) * reach + x), Math.round(Math.cos(direction) * reach + y)]);
  }
  corners.forEach(([fromX, fromY], at) => {
    const [toX, toY] = corners[(at + 1) % 4];
    canvas.line(fromX, fromY, toX, toY);
  });
}

// ---- version 6: a town at night ---------------------------------------------------------------------

/** Terminal colours from black to white. */
const COLORS = ["0;30;40m", "0;90;100m", "0;37;47m", "0;97;107m"] as const;
const BLACK = 0;
const GRAY = 1;
const LIGHT = 2;
const WHITE = 3;

/** Columns and rows of text. */
function skyline(texts: Args, random: () => number): string {
  const columns = sizeArg(texts, 0, 80, 1000);
  const rows = sizeArg(texts, 1, 20, 1000);
  const pixels = Array.from({ length: rows }, () => new Uint8Array(columns).fill(WHITE));
  // Houses far away are light, tall and without windows; those in front are black.
  for (const [color, height, isNear] of [
    [LIGHT, 0.9, false],
    [GRAY, 0.7, false],
    [BLACK, 0.5, true],
  ] as const) {
    for (let left = -Math.floor(random() * 8); left < columns; left += 12 + Math.floor(random() * 8)) {
      const top = Math.ceil(rows * (1 - height * (0.5 + random() / 2)));
      house(pixels, left, 8 + Math.floor(random() * 6), top, color, isNear ? random : undefined);
    }
  }
  const lines = pixels.map((row) => Array.from(row, (color) => `\x1b[${COLORS[color]} \x1b[0m`).join(""));
  return `${lines.join("\n")}\nA town at night, in blocks, as on computers of 8 bits. `;
}

function house(
  pixels: readonly Uint8Array[],
  left: number,
  width: number,
  top: number,
  color: number,
  windows: (() => number) | undefined,
): void {
  for (let row = top; row < pixels.length; row++) {
    for (let column = 0; column < width; column++) {
      const isWindow = (row - top) % 3 === 1 && column % 4 === 2 && column < width - 1;
      const isLit = isWindow && windows !== undefined && windows() < 0.5;
      // An index outside of the row is ignored.
      pixels[row][left + column] = isLit ? LIGHT : color;
    }
  }
}
