/** Places on the globe: sorted sets whose scores are geohashes, searched by distance. */
import type { RawReply } from "../protocol/parser.js";
import { type Arg, CommandSet, type Key, listOf, type Many, type OneOrMore, type Value } from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { type Decode, double, doubleOrNull, number, plain, statusOrNull } from "./replies.js";

/** Metres, kilometres, feet, or miles. */
export type GeoUnit = "m" | "km" | "ft" | "mi";

/** A place, in degrees. */
export interface GeoPosition {
  /** From -180 to 180. */
  longitude: number;
  /** From -85.05112878 to 85.05112878. */
  latitude: number;
}

/** A member with its place, going in. */
export interface GeoMember {
  readonly member: Value;
  readonly longitude: number | string;
  readonly latitude: number | string;
}

/** Options of {@link GeoCommands.geoadd}. */
export interface GeoaddOptions {
  /** Only add members, never move one. */
  nx?: boolean;
  /** Only move members, never add one. */
  xx?: boolean;
  /** Reply with how many were added or moved, not only with how many were added. */
  ch?: boolean;
}

/** The middle of a search: a member of the set, or a place. */
export type GeoOrigin =
  | { readonly member: Value }
  | { readonly longitude: number | string; readonly latitude: number | string };

/** A circle. */
export interface GeoCircle {
  readonly radius: number;
  readonly unit: GeoUnit;
}

/** A box whose sides run along the meridians and parallels. */
export interface GeoBox {
  readonly width: number;
  readonly height: number;
  readonly unit: GeoUnit;
}

/** Which members a search finds at the most, and in which order. */
export interface GeoSelection {
  /** The nearest first, or the farthest; in no order unless you say so. */
  order?: "asc" | "desc";
  /** At most this many: the nearest. */
  count?: number;
  /** With `count`: any that lie inside, which is quicker. */
  any?: boolean;
}

/** Options of {@link GeoCommands.geosearch}; the type parameters record the options that change the reply. */
export interface GeosearchOptions<
  Coord extends boolean = boolean,
  Dist extends boolean = boolean,
  Hash extends boolean = boolean,
> extends GeoSelection {
  /** Reply with positions. */
  withCoord?: Coord;
  /** Reply with distances from the middle, in the unit of the search. */
  withDist?: Dist;
  /** Reply with the geohashes, as the integers that the set holds for scores. */
  withHash?: Hash;
}

/** Options of {@link GeoCommands.geosearchstore}. */
export interface GeosearchstoreOptions extends GeoSelection {
  /** Let the scores be distances, in the unit of the search, instead of geohashes. */
  storeDist?: boolean;
}

/** `Part` where the flag is set, nothing where it is not, and perhaps where it is not known. */
type Where<Flag extends boolean, Part> = [Flag] extends [true]
  ? Part
  : [Flag] extends [false]
    ? unknown
    : Partial<Part>;

/** A member that a search has found, with what it was asked for. */
export type GeoMatch<
  T = string,
  Coord extends boolean = boolean,
  Dist extends boolean = boolean,
  Hash extends boolean = boolean,
> = { member: T } & Where<Dist, { distance: number }> &
  Where<Hash, { hash: number }> &
  Where<Coord, { position: GeoPosition }>;

/** What a search finds: members, or objects where positions, distances or hashes were asked for. */
export type GeoReply<
  T,
  Coord extends boolean,
  Dist extends boolean,
  Hash extends boolean,
> = Coord extends true
  ? GeoMatch<T, true, Dist, Hash>[]
  : Dist extends true
    ? GeoMatch<T, false, true, Hash>[]
    : Hash extends true
      ? GeoMatch<T, false, false, true>[]
      : T[];

const position: Decode<GeoPosition> = (reply) => {
  const [longitude, latitude] = reply as RawReply[];
  return { longitude: double(longitude), latitude: double(latitude) };
};

const positionsOrNulls: Decode<(GeoPosition | null)[]> = (reply) =>
  (reply as RawReply[]).map((pair) => (pair === null ? null : position(pair)));

const hashesOrNulls: Decode<(string | null)[]> = (reply) => (reply as RawReply[]).map(statusOrNull);

/** What was asked for follows the member always in this order: distance, hash, position. */
function matchesWith({ withDist, withHash, withCoord }: GeosearchOptions): Decode<never> {
  return (reply) =>
    (reply as RawReply[][]).map((items) => {
      let next = 1;
      const match: Record<string, unknown> = { member: items[0] };
      if (withDist) match.distance = double(items[next++]);
      if (withHash) match.hash = number(items[next++]);
      if (withCoord) match.position = position(items[next]);
      return match;
    }) as never;
}

/** How the members that a search finds are to be read. */
export function geoMatches(options: GeosearchOptions | undefined): Decode<never> {
  return options?.withDist || options?.withHash || options?.withCoord ? matchesWith(options) : plain;
}

/** Append the middle and the shape of a search. */
function pushArea(args: Arg[], from: GeoOrigin, by: GeoCircle | GeoBox): void {
  if ("member" in from) args.push("FROMMEMBER", from.member);
  else args.push("FROMLONLAT", from.longitude, from.latitude);
  if ("radius" in by) args.push("BYRADIUS", by.radius, by.unit);
  else args.push("BYBOX", by.width, by.height, by.unit);
}

/** Append order and count. */
function pushSelection(args: Arg[], options: GeoSelection): void {
  if (options.order !== undefined) args.push(options.order);
  if (options.count !== undefined) {
    args.push("COUNT", options.count);
    if (options.any) args.push("ANY");
  }
}

/** Append all options of a search that replies with what it finds. */
export function pushSearch(args: Arg[], options: GeosearchOptions | undefined): void {
  if (options === undefined) return;
  pushSelection(args, options);
  if (options.withCoord) args.push("WITHCOORD");
  if (options.withDist) args.push("WITHDIST");
  if (options.withHash) args.push("WITHHASH");
}

/** Commands on places. */
export abstract class GeoCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Add members with their places to the sorted set at `key`, or move those it has.
   * @returns how many were added; with `ch` how many were added or moved
   * @throws ReplyError `ERR` for a place that is none; nothing is added then
   * @example
   * ```ts
   * await redis.geoadd("sicily", { member: "Palermo", longitude: 13.361389, latitude: 38.115556 });
   * ```
   * @see https://redis.io/docs/latest/commands/geoadd/
   */
  geoadd(key: Key, members: OneOrMore<GeoMember>, options?: GeoaddOptions): Reply<M, Integer<M>> {
    const args: Arg[] = [key];
    if (options?.nx) args.push("NX");
    if (options?.xx) args.push("XX");
    if (options?.ch) args.push("CH");
    const list = (Array.isArray(members) ? members : [members]) as readonly GeoMember[];
    for (const { longitude, latitude, member } of list) args.push(longitude, latitude, member);
    return this.run<Integer<M>>("GEOADD", args, plain);
  }

  /**
   * Distance between two members; `null` when one of them is missing.
   * @param unit metres unless you say otherwise
   * @example
   * ```ts
   * await redis.geodist("sicily", "Palermo", "Catania", "km"); // 166.2742
   * ```
   * @see https://redis.io/docs/latest/commands/geodist/
   */
  geodist(key: Key, first: Value, second: Value, unit?: GeoUnit): Reply<M, number | null> {
    const args = unit === undefined ? [key, first, second] : [key, first, second, unit];
    return this.run("GEODIST", args, doubleOrNull);
  }

  /**
   * Geohashes of members, of eleven letters and digits as on geohash.org; `null` where there is no such member.
   * @see https://redis.io/docs/latest/commands/geohash/
   */
  geohash(key: Key, ...members: Many<Value>): Reply<M, (string | null)[]> {
    return this.run("GEOHASH", [key, ...listOf(members)], hashesOrNulls);
  }

  /**
   * Places of members, as exact as the set holds them; `null` where there is no such member.
   * @example
   * ```ts
   * await redis.geopos("sicily", "Palermo"); // [{ longitude: 13.361389338970184, latitude: 38.1155563954963 }]
   * ```
   * @see https://redis.io/docs/latest/commands/geopos/
   */
  geopos(key: Key, ...members: Many<Value>): Reply<M, (GeoPosition | null)[]> {
    return this.run("GEOPOS", [key, ...listOf(members)], positionsOrNulls);
  }

  /**
   * The members that lie in a circle or box.
   * @param from the middle: a member, or a place
   * @param by the circle or box
   * @returns members; with `withDist`, `withCoord` or `withHash` objects that have those too
   * @throws ReplyError `ERR` when the middle is a member that is missing
   * @example
   * ```ts
   * const here = { longitude: 15, latitude: 37 };
   * await redis.geosearch("sicily", here, { radius: 200, unit: "km" }, { order: "asc", withDist: true });
   * // [{ member: "Catania", distance: 56.4413 }, { member: "Palermo", distance: 190.4424 }]
   * await redis.geosearch("sicily", { member: "Catania" }, { width: 400, height: 400, unit: "km" });
   * ```
   * @see https://redis.io/docs/latest/commands/geosearch/
   */
  geosearch<Coord extends boolean = false, Dist extends boolean = false, Hash extends boolean = false>(
    key: Key,
    from: GeoOrigin,
    by: GeoCircle | GeoBox,
    options?: GeosearchOptions<Coord, Dist, Hash>,
  ): Reply<M, GeoReply<Text<M>, Coord, Dist, Hash>> {
    const args: Arg[] = [key];
    pushArea(args, from, by);
    pushSearch(args, options);
    return this.run<GeoReply<Text<M>, Coord, Dist, Hash>>("GEOSEARCH", args, geoMatches(options));
  }

  /**
   * Keep the members of `source` that lie in a circle or box in the sorted set at `destination`.
   * @returns how many
   * @throws ReplyError `ERR` when the middle is a member that is missing
   * @example
   * ```ts
   * await redis.geosearchstore("near", "sicily", { member: "Catania" }, { radius: 100, unit: "km" });
   * ```
   * @see https://redis.io/docs/latest/commands/geosearchstore/
   */
  geosearchstore(
    destination: Key,
    source: Key,
    from: GeoOrigin,
    by: GeoCircle | GeoBox,
    options?: GeosearchstoreOptions,
  ): Reply<M, Integer<M>> {
    const args: Arg[] = [destination, source];
    pushArea(args, from, by);
    if (options) {
      pushSelection(args, options);
      if (options.storeDist) args.push("STOREDIST");
    }
    return this.run<Integer<M>>("GEOSEARCHSTORE", args, plain);
  }
}
