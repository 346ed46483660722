/**
 * Positions on the earth as numbers: the bits of latitude and longitude taken in turn, so that what is near
 * often has a similar number, and a cell of the map is one range of numbers. A sorted set with such numbers for
 * scores is a map.
 * @see https://redis.io/docs/latest/commands/geoadd/
 */

/** Degrees. */
export interface Position {
  readonly longitude: number;
  readonly latitude: number;
}

/** A rectangle in degrees. */
export interface Area {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

/** One of the `4 ** steps` rectangles that the world is cut into: rows from the south, columns from the west. */
export interface Cell {
  readonly row: number;
  readonly column: number;
  readonly steps: number;
}

/** What can be stored: the square of the web's Mercator maps, which leaves the poles out. */
export const WORLD: Area = { west: -180, east: 180, south: -85.05112878, north: 85.05112878 };
/** The world of standard geohashes. */
const GLOBE: Area = { west: -180, east: 180, south: -90, north: 90 };

/** Cells of stored positions: 26 bits a coordinate, 52 in all, so that a double holds them. */
export const MAX_STEPS = 26;

const HALF_BITS = 13;
const HALF = 2 ** HALF_BITS;
const TWO_POW_32 = 2 ** 32;
const TWO_POW_63 = 2 ** 63;

/** Is the position on the map? */
export function isOnMap({ longitude, latitude }: Position): boolean {
  return (
    longitude >= WORLD.west && longitude <= WORLD.east && latitude >= WORLD.south && latitude <= WORLD.north
  );
}

/** The cell of a position on the map. The last row and column are one too many for what lies on the very edge. */
export function cellOf({ longitude, latitude }: Position, steps: number, world: Area = WORLD): Cell {
  const parts = 2 ** steps;
  return {
    row: Math.trunc(((latitude - world.south) / (world.north - world.south)) * parts),
    column: Math.trunc(((longitude - world.west) / (world.east - world.west)) * parts),
    steps,
  };
}

/** What part of the world a cell is. */
export function areaOf({ row, column, steps }: Cell): Area {
  const parts = 2 ** steps;
  const width = WORLD.east - WORLD.west;
  const height = WORLD.north - WORLD.south;
  return {
    west: WORLD.west + (column / parts) * width,
    // A number of 32 bits, which only a score that is no position makes overflow.
    east: WORLD.west + (((column + 1) >>> 0) / parts) * width,
    south: WORLD.south + (row / parts) * height,
    north: WORLD.south + (((row + 1) >>> 0) / parts) * height,
  };
}

/** The cell next to one, over the edge of the world if need be. A coordinate that does not move stays as it is. */
export function neighbour(cell: Cell, rows: -1 | 0 | 1, columns: -1 | 0 | 1): Cell {
  const mask = 2 ** cell.steps - 1;
  return {
    row: rows === 0 ? cell.row : (cell.row + rows) & mask,
    column: columns === 0 ? cell.column : (cell.column + columns) & mask,
    steps: cell.steps,
  };
}

/** The scores of everything in a cell: from `min` up to and without `max`. */
export function scoresOf(cell: Cell): { readonly min: number; readonly max: number } {
  const scale = 2 ** (2 * (MAX_STEPS - cell.steps));
  return { min: interleaved(cell, 0) * scale, max: interleaved(cell, 1) * scale };
}

/** The score of a position on the map. */
export function scoreOf(position: Position): number {
  return interleaved(cellOf(position, MAX_STEPS), 0);
}

/** The middle of the cell that a score stands for, whatever the score. */
export function positionOf(score: number): Position {
  const area = areaOf(cellOfScore(score));
  return {
    longitude: Math.max(WORLD.west, Math.min(WORLD.east, (area.west + area.east) / 2)),
    latitude: Math.max(WORLD.south, Math.min(WORLD.north, (area.south + area.north) / 2)),
  };
}

const ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz";

/**
 * The standard geohash of a position: 11 characters of 5 bits. There are 52 bits, so that the last is always `0`.
 * @see https://en.wikipedia.org/wiki/Geohash
 */
export function geohashText(position: Position): string {
  const { row, column } = cellOf(position, MAX_STEPS, GLOBE);
  let text = "";
  for (let top = 2 * MAX_STEPS - 1; top >= 4; top -= 5) {
    let index = 0;
    for (let bit = top; bit > top - 5; bit--) {
      const source = bit % 2 === 1 ? column : row;
      index = index * 2 + ((source >>> (bit >> 1)) & 1);
    }
    text += ALPHABET[index];
  }
  return `${text}0`;
}

/** The bits of the row in even places and of the column in odd ones, and `more` on top; rounded once. */
function interleaved({ row, column }: Cell, more: 0 | 1): number {
  const low = spread(row % HALF) + 2 * spread(column % HALF);
  const high = spread(Math.floor(row / HALF)) + 2 * spread(Math.floor(column / HALF));
  return high * HALF * HALF + (low + more);
}

/** 16 bits with a zero in front of each. */
function spread(bits: number): number {
  let x = bits;
  x = (x | (x << 8)) & 0x00ff00ff;
  x = (x | (x << 4)) & 0x0f0f0f0f;
  x = (x | (x << 2)) & 0x33333333;
  return (x | (x << 1)) & 0x55555555;
}

/** Every second of 32 bits, from the lowest on. */
function gather(bits: number): number {
  let x = bits & 0x55555555;
  x = (x | (x >>> 1)) & 0x33333333;
  x = (x | (x >>> 2)) & 0x0f0f0f0f;
  x = (x | (x >>> 4)) & 0x00ff00ff;
  return (x | (x >>> 8)) & 0x0000ffff;
}

function cellOfScore(score: number): Cell {
  const { high, low } = score >= 0 && score < 2 ** 53 ? halves(Math.trunc(score)) : anyHalves(score);
  return {
    row: gather(low) + gather(high) * 0x10000,
    column: gather(low >>> 1) + gather(high >>> 1) * 0x10000,
    steps: MAX_STEPS,
  };
}

/** 64 bits. */
interface Halves {
  readonly high: number;
  readonly low: number;
}

function halves(integer: number): Halves {
  return { high: Math.floor(integer / TWO_POW_32), low: integer >>> 0 };
}

/**
 * What a 64-bit processor makes of a score that was never a position (ZADD takes any number): negative ones
 * wrap around, and those that do not fit become the greatest power of two, or 0 beyond 2^64.
 */
function anyHalves(score: number): Halves {
  if (score >= TWO_POW_63 * 2) return { high: 0, low: 0 };
  if (score < -TWO_POW_63) return { high: 0x80000000, low: 0 };
  const bits = BigInt.asUintN(64, BigInt(Math.trunc(score)));
  return { high: Number(bits >> 32n), low: Number(bits & 0xffffffffn) };
}
