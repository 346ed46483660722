/** GEORADIUS and its kin, which GEOSEARCH has replaced. */
import { type Arg, CommandSet, type Key, type Value } from "./base.js";
import {
  type GeoCircle,
  type GeoPosition,
  type GeoReply,
  type GeoSelection,
  type GeosearchOptions,
  geoMatches,
  pushSearch,
} from "./geo.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";

/** Options of {@link GeoradiusCommands.georadius} that replies with what it finds. */
export interface GeoradiusOptions<
  Coord extends boolean = boolean,
  Dist extends boolean = boolean,
  Hash extends boolean = boolean,
> extends GeosearchOptions<Coord, Dist, Hash> {
  /** Only with {@link GeoradiusStoreOptions}: it changes the reply. */
  store?: never;
  /** Only with {@link GeoradiusStoreOptions}: it changes the reply. */
  storeDist?: never;
}

/** Options of {@link GeoradiusCommands.georadius} that keeps what it finds. */
export type GeoradiusStoreOptions = GeoSelection &
  (
    | {
        /** Key of the sorted set that gets the members, with geohashes as scores. */
        store: Key;
        storeDist?: never;
      }
    | {
        store?: never;
        /** Key of the sorted set that gets the members, with distances as scores. */
        storeDist: Key;
      }
  );

function pushRadius(args: Arg[], options: GeoradiusOptions | GeoradiusStoreOptions | undefined): void {
  pushSearch(args, options as GeosearchOptions | undefined);
  if (options?.store !== undefined) args.push("STORE", options.store);
  if (options?.storeDist !== undefined) args.push("STOREDIST", options.storeDist);
}

/** Deprecated commands on places. */
export abstract class GeoradiusCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Keep the members around a place in a sorted set. Deprecated: `geosearchstore` does it.
   * @returns how many
   * @deprecated since Redis 6.2
   * @see https://redis.io/docs/latest/commands/georadius/
   */
  georadius(
    key: Key,
    centre: GeoPosition,
    circle: GeoCircle,
    options: GeoradiusStoreOptions,
  ): Reply<M, Integer<M>>;
  /**
   * The members around a place. Deprecated: `geosearch` does it.
   * @deprecated since Redis 6.2
   * @see https://redis.io/docs/latest/commands/georadius/
   */
  georadius<Coord extends boolean = false, Dist extends boolean = false, Hash extends boolean = false>(
    key: Key,
    centre: GeoPosition,
    circle: GeoCircle,
    options?: GeoradiusOptions<Coord, Dist, Hash>,
  ): Reply<M, GeoReply<Text<M>, Coord, Dist, Hash>>;
  georadius(
    key: Key,
    { longitude, latitude }: GeoPosition,
    { radius, unit }: GeoCircle,
    options?: GeoradiusOptions | GeoradiusStoreOptions,
  ): unknown {
    const args: Arg[] = [key, longitude, latitude, radius, unit];
    pushRadius(args, options);
    return this.run<never>("GEORADIUS", args, geoMatches(options as GeosearchOptions | undefined));
  }

  /**
   * The members around a place, also from a replica. Deprecated: `geosearch` does it.
   * @deprecated since Redis 6.2
   * @see https://redis.io/docs/latest/commands/georadius_ro/
   */
  georadiusRo<Coord extends boolean = false, Dist extends boolean = false, Hash extends boolean = false>(
    key: Key,
    { longitude, latitude }: GeoPosition,
    { radius, unit }: GeoCircle,
    options?: GeosearchOptions<Coord, Dist, Hash>,
  ): Reply<M, GeoReply<Text<M>, Coord, Dist, Hash>> {
    const args: Arg[] = [key, longitude, latitude, radius, unit];
    pushSearch(args, options);
    return this.run<GeoReply<Text<M>, Coord, Dist, Hash>>("GEORADIUS_RO", args, geoMatches(options));
  }

  /**
   * Keep the members around a member in a sorted set. Deprecated: `geosearchstore` does it.
   * @returns how many
   * @throws ReplyError `ERR` when there is no such member
   * @deprecated since Redis 6.2
   * @see https://redis.io/docs/latest/commands/georadiusbymember/
   */
  georadiusbymember(
    key: Key,
    member: Value,
    circle: GeoCircle,
    options: GeoradiusStoreOptions,
  ): Reply<M, Integer<M>>;
  /**
   * The members around a member. Deprecated: `geosearch` does it.
   * @throws ReplyError `ERR` when there is no such member
   * @deprecated since Redis 6.2
   * @see https://redis.io/docs/latest/commands/georadiusbymember/
   */
  georadiusbymember<
    Coord extends boolean = false,
    Dist extends boolean = false,
    Hash extends boolean = false,
  >(
    key: Key,
    member: Value,
    circle: GeoCircle,
    options?: GeoradiusOptions<Coord, Dist, Hash>,
  ): Reply<M, GeoReply<Text<M>, Coord, Dist, Hash>>;
  georadiusbymember(
    key: Key,
    member: Value,
    { radius, unit }: GeoCircle,
    options?: GeoradiusOptions | GeoradiusStoreOptions,
  ): unknown {
    const args: Arg[] = [key, member, radius, unit];
    pushRadius(args, options);
    return this.run<never>("GEORADIUSBYMEMBER", args, geoMatches(options as GeosearchOptions | undefined));
  }

  /**
   * The members around a member, also from a replica. Deprecated: `geosearch` does it.
   * @throws ReplyError `ERR` when there is no such member
   * @deprecated since Redis 6.2
   * @see https://redis.io/docs/latest/commands/georadiusbymember_ro/
   */
  georadiusbymemberRo<
    Coord extends boolean = false,
    Dist extends boolean = false,
    Hash extends boolean = false,
  >(
    key: Key,
    member: Value,
    { radius, unit }: GeoCircle,
    options?: GeosearchOptions<Coord, Dist, Hash>,
  ): Reply<M, GeoReply<Text<M>, Coord, Dist, Hash>> {
    const args: Arg[] = [key, member, radius, unit];
    pushSearch(args, options);
    return this.run<GeoReply<Text<M>, Coord, Dist, Hash>>("GEORADIUSBYMEMBER_RO", args, geoMatches(options));
  }
}
