/** What GEOSEARCH and its kin look for: shapes on the earth, distances, and the cells that cover a shape. */
import { type Area, areaOf, type Cell, cellOf, MAX_STEPS, neighbour, type Position } from "./geohash.js";
import { arcSine, cosine, sine } from "./trigonometry.js";

/** A circle or a rectangle around `center`; lengths in units of `unit` metres. */
export type Shape =
  | { readonly kind: "circle"; readonly center: Position; readonly unit: number; readonly radius: number }
  | {
      readonly kind: "box";
      readonly center: Position;
      readonly unit: number;
      readonly width: number;
      readonly height: number;
    };

/** Metres: the quadratic mean radius of the earth. */
const EARTH_RADIUS = 6372797.560856;
/** Metres: half of the equator, on the map. */
const MAP_REACH = 20037726.37;
const DEGREE = Math.PI / 180;

/** Metres between two positions on a sphere: the haversine formula. */
export function distanceBetween(a: Position, b: Position): number {
  const v = sine((b.longitude * DEGREE - a.longitude * DEGREE) / 2);
  if (v === 0) return distanceAlong(a.latitude, b.latitude);
  const latitudeA = a.latitude * DEGREE;
  const latitudeB = b.latitude * DEGREE;
  const u = sine((latitudeB - latitudeA) / 2);
  return 2 * EARTH_RADIUS * arcSine(Math.sqrt(u * u + cosine(latitudeA) * cosine(latitudeB) * v * v));
}

/** Metres between two latitudes on one meridian. */
function distanceAlong(from: number, to: number): number {
  return EARTH_RADIUS * Math.abs(to * DEGREE - from * DEGREE);
}

/** Metres from the middle of a shape to a position; `undefined` when the position is outside. */
export function distanceWithin(shape: Shape, position: Position): number | undefined {
  const { center } = shape;
  if (shape.kind === "circle") {
    const distance = distanceBetween(center, position);
    return distance > shape.radius * shape.unit ? undefined : distance;
  }
  const along = distanceAlong(position.latitude, center.latitude);
  if (along > (shape.height * shape.unit) / 2) return undefined;
  const across = distanceBetween(position, { longitude: center.longitude, latitude: position.latitude });
  if (across > (shape.width * shape.unit) / 2) return undefined;
  return distanceBetween(center, position);
}

/** Where the neighbours of a cell lie, in the order in which they are searched. */
const DIRECTIONS = [
  [0, 0],
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [1, -1],
  [-1, 1],
  [-1, -1],
] as const;

/**
 * The cells to search for what lies in a shape: the one of its middle and those around it that it may reach,
 * in the order in which redis-server searches them (it shows in replies that are not sorted).
 */
export function cellsCovering(shape: Shape): Cell[] {
  const bounds = boundsOf(shape);
  let middle = cellOf(shape.center, estimatedSteps(reachOf(shape), shape.center.latitude));
  if (middle.steps > 1 && leavesNeighbours(bounds, middle)) middle = cellOf(shape.center, middle.steps - 1);
  const area = areaOf(middle);
  const cells: Cell[] = [];
  for (const [rows, columns] of DIRECTIONS) {
    if (middle.steps >= 2 && isOutOfReach(bounds, area, rows, columns)) continue;
    const cell = neighbour(middle, rows, columns);
    const before = cells[cells.length - 1];
    // When there are few cells in all, the neighbours on both sides are one and the same.
    const isRepeated = cells.length > 1 && before.row === cell.row && before.column === cell.column;
    if (!isRepeated) cells.push(cell);
  }
  return cells;
}

/** Metres from the middle of a shape to the farthest that it reaches. */
function reachOf(shape: Shape): number {
  if (shape.kind === "circle") return shape.radius * shape.unit;
  const { width, height } = shape;
  return Math.sqrt((width / 2) * (width / 2) + (height / 2) * (height / 2)) * shape.unit;
}

/** How often the world can be halved until a cell is about as large as a shape of that reach. */
function estimatedSteps(reach: number, latitude: number): number {
  if (reach === 0) return MAX_STEPS;
  let steps = -1;
  for (let metres = reach; metres < MAP_REACH; metres *= 2) steps++;
  // Near the poles the map is stretched.
  if (Math.abs(latitude) > 66) steps--;
  if (Math.abs(latitude) > 80) steps--;
  return Math.min(Math.max(steps, 1), MAX_STEPS);
}

/** The least rectangle around a shape; it takes the wider of the two edges, which is the one nearer to a pole. */
function boundsOf(shape: Shape): Area {
  const { center, unit } = shape;
  const height = unit * (shape.kind === "circle" ? shape.radius : shape.height / 2);
  const width = unit * (shape.kind === "circle" ? shape.radius : shape.width / 2);
  const latitudes = height / EARTH_RADIUS / DEGREE;
  const edge = center.latitude < 0 ? center.latitude - latitudes : center.latitude + latitudes;
  const longitudes = width / EARTH_RADIUS / Math.cos(edge * DEGREE) / DEGREE;
  return {
    west: center.longitude - longitudes,
    east: center.longitude + longitudes,
    south: center.latitude - latitudes,
    north: center.latitude + latitudes,
  };
}

/** Does a rectangle reach beyond the cells around one? */
function leavesNeighbours(bounds: Area, middle: Cell): boolean {
  return (
    areaOf(neighbour(middle, 1, 0)).north < bounds.north ||
    areaOf(neighbour(middle, -1, 0)).south > bounds.south ||
    areaOf(neighbour(middle, 0, 1)).east < bounds.east ||
    areaOf(neighbour(middle, 0, -1)).west > bounds.west
  );
}

/** Does a rectangle end within the cell itself, on the side where a neighbour lies? */
function isOutOfReach(bounds: Area, area: Area, rows: number, columns: number): boolean {
  return (
    (rows < 0 && area.south < bounds.south) ||
    (rows > 0 && area.north > bounds.north) ||
    (columns < 0 && area.west < bounds.west) ||
    (columns > 0 && area.east > bounds.east)
  );
}
