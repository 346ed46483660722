/** What the compiler says of streams, places and operators' commands. Nothing here runs: `tsc` checks it. */
import type { Redis } from "../../src/client/redis.js";
import type { AclUser } from "../../src/commands/acl.js";
import type { ClusterNode } from "../../src/commands/cluster-replies.js";
import type { GeoCircle, GeoPosition } from "../../src/commands/geo.js";
import type { Commands } from "../../src/commands/index.js";
import type { Sync } from "../../src/commands/mode.js";
import type {
  AutoclaimReply,
  DeliveryHistory,
  PendingDelivery,
  PendingEntry,
  PendingSummary,
  XreadgroupOptions,
} from "../../src/commands/stream-groups.js";
import type { StreamDetails, StreamInfo } from "../../src/commands/stream-info.js";
import type { StreamEntry, StreamId, StreamMessages } from "../../src/commands/streams.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** `same<A>().as(b)` compiles only when the type of `b` is exactly `A`. */
declare function same<A>(): {
  as<B>(value: B, ...exactly: Equal<A, B> extends true ? [] : [expected: A]): void;
};

declare const redis: Redis;
declare const bytes: Redis<Buffer>;
declare const big: Redis<string, bigint>;
declare const direct: Commands<Sync>;
declare const flag: boolean;
declare const id: StreamId;
declare const near: GeoCircle;

/** Streams. */
export function streams(): void {
  same<Promise<string>>().as(redis.xadd("s", { a: 1 }));
  same<Promise<string>>().as(redis.xadd("s", { a: 1 }, { maxLen: 5, approximate: true }));
  same<Promise<string>>().as(redis.xadd("s", { a: 1 }, { noMkStream: false }));
  same<Promise<string | null>>().as(redis.xadd("s", { a: 1 }, { noMkStream: true }));
  same<Promise<string | null>>().as(redis.xadd("s", { a: 1 }, { noMkStream: flag }));
  same<Promise<string>>().as(bytes.xadd("s", { a: 1 }));
  same<Promise<bigint>>().as(big.xlen("s"));
  same<Promise<StreamEntry[]>>().as(redis.xrange("s", "-", "+"));
  same<Promise<StreamEntry<Buffer>[]>>().as(bytes.xrevrange("s", "+", "-", { count: 1 }));
  same<Promise<StreamMessages[] | null>>().as(redis.xread({ s: "$" }, { block: 5000 }));
  same<StreamMessages[] | null>().as(direct.xread(new Map([["s", 0]])));
  same<Promise<number>>().as(redis.xtrim("s", { maxLen: 5 }));
  same<Promise<number>>().as(redis.xtrim("s", { minId: "5-1", approximate: true, limit: 100 }));
}

/** Groups of consumers. */
export function groups(): void {
  type New = StreamMessages<string, StreamEntry>[] | null;
  type Old = StreamMessages<string, PendingEntry>[] | null;
  same<Promise<New>>().as(redis.xreadgroup("g", "c", { s: ">" }));
  same<Promise<New>>().as(redis.xreadgroup("g", "c", { s: ">", t: ">" }, { noAck: true }));
  same<Promise<Old>>().as(redis.xreadgroup("g", "c", { s: ">", t: "0" }));
  same<Promise<New>>().as(redis.xreadgroup("g", "c", { s: ">" }, { count: 1, block: 5 }));
  type Told = StreamMessages<string, StreamEntry & DeliveryHistory>[] | null;
  type Half = StreamMessages<string, PendingEntry & Partial<DeliveryHistory>>[] | null;
  same<Promise<Told>>().as(redis.xreadgroup("g", "c", { s: ">" }, { claim: 5 }));
  same<Promise<Half>>().as(redis.xreadgroup("g", "c", { s: "0" }, { claim: 5 }));
  const options: XreadgroupOptions = {};
  type Unsure = StreamMessages<string, StreamEntry & Partial<DeliveryHistory>>[] | null;
  same<Promise<Unsure>>().as(redis.xreadgroup("g", "c", { s: ">" }, options));
  same<Promise<Old>>().as(redis.xreadgroup("g", "c", { s: 0 }));
  same<Promise<Old>>().as(redis.xreadgroup("g", "c", { s: id }));
  same<Promise<New>>().as(redis.xreadgroup("g", "c", [["s", ">"]]));
  same<Promise<StreamMessages<Buffer, PendingEntry<Buffer>>[] | null>>().as(
    bytes.xreadgroup("g", "c", [[new Uint8Array(1), 0]]),
  );
  same<Promise<StreamEntry[]>>().as(redis.xclaim("s", "g", "c", 0, "1-1"));
  same<Promise<string[]>>().as(redis.xclaim("s", "g", "c", 0, ["1-1", 2], { justId: true }));
  same<Promise<string[] | StreamEntry[]>>().as(redis.xclaim("s", "g", "c", 0, id, { justId: flag }));
  same<Promise<AutoclaimReply<string, false>>>().as(redis.xautoclaim("s", "g", "c", 0, 0));
  same<Promise<AutoclaimReply<Buffer, true>>>().as(bytes.xautoclaim("s", "g", "c", 0, 0, { justId: true }));
  same<StreamEntry[]>().as(direct.xautoclaim("s", "g", "c", 0, 0).claimed);
  same<string[]>().as(direct.xautoclaim("s", "g", "c", 0, 0, { justId: true }).claimed);
  same<Promise<PendingSummary>>().as(redis.xpending("s", "g"));
  same<Promise<PendingDelivery<Buffer>[]>>().as(bytes.xpending("s", "g", { count: 10 }));
  same<Promise<boolean>>().as(big.xgroupDestroy("s", "g"));
  same<Promise<bigint>>().as(big.xgroupDelconsumer("s", "g", "c"));
  same<Promise<StreamInfo>>().as(redis.xinfoStream("s"));
  same<Promise<StreamDetails<Buffer>>>().as(bytes.xinfoStream("s", { full: true, count: 0 }));
  same<Promise<StreamInfo | StreamDetails>>().as(redis.xinfoStream("s", { full: flag }));
}

/** Places. */
export function places(): void {
  const here = { longitude: 15, latitude: 37 };
  same<Promise<string[]>>().as(redis.geosearch("g", here, near));
  same<Promise<Buffer[]>>().as(bytes.geosearch("g", { member: "a" }, { width: 1, height: 2, unit: "m" }));
  const [found] = direct.geosearch("g", here, near, { withDist: true, withCoord: true });
  same<string>().as(found.member);
  same<number>().as(found.distance);
  same<GeoPosition>().as(found.position);
  // @ts-expect-error it was not asked for
  found.hash;
  const [perhaps] = direct.geosearch("g", here, near, { withDist: true, withHash: flag });
  same<number>().as(perhaps.distance);
  same<number | undefined>().as(perhaps.hash);
  const [either] = direct.geosearch("g", here, near, { withDist: flag });
  if (typeof either === "object") same<number>().as(either.distance);
  else same<string>().as(either);
  same<Promise<number>>().as(redis.georadius("g", here, near, { store: "d" }));
  same<Promise<number>>().as(redis.georadiusbymember("g", "a", near, { storeDist: "d", count: 1 }));
  same<Promise<string[]>>().as(redis.georadius("g", here, near, { order: "asc" }));
  same<Promise<(GeoPosition | null)[]>>().as(bytes.geopos("g", "a"));
  same<Promise<number | null>>().as(big.geodist("g", "a", "b"));
  same<Promise<bigint>>().as(big.geosearchstore("d", "g", here, near, { storeDist: true }));
}

/** The rest, and chains of all. */
export function others(): void {
  same<Promise<boolean>>().as(redis.pfadd("h", "a", 1));
  same<Promise<bigint>>().as(big.pfcount("h"));
  same<Promise<"sparse" | "dense">>().as(redis.pfdebug("encoding", "h"));
  same<Promise<number[]>>().as(big.pfdebug("getreg", "h"));
  same<Promise<AclUser | null>>().as(bytes.aclGetuser("a"));
  same<Promise<ClusterNode[]>>().as(bytes.clusterNodes());
  same<Promise<Buffer[]>>().as(bytes.clusterGetkeysinslot(5, 10));
  same<Promise<unknown>>().as(redis.debug("digest"));
  same<Promise<string>>().as(redis.debug<string>("digest"));
  same<Promise<"OK">>().as(redis.shutdown({ save: false }));
  same<Promise<[string, string | null, StreamMessages[] | null, boolean, string[], number]>>().as(
    redis
      .pipeline()
      .xadd("s", { a: 1 })
      .xadd("s", { a: 1 }, { noMkStream: true })
      .xread({ s: 0 })
      .pfadd("h", "a")
      .geosearch("g", { member: "a" }, { radius: 1, unit: "m" })
      .xack("s", "g", "1-1")
      .exec(),
  );
}

/** What must not compile. */
export function mistakes(): void {
  // @ts-expect-error an unknown option
  redis.xadd("s", { a: 1 }, { maxlen: 5 });
  // @ts-expect-error an unknown option next to a known one
  redis.xadd("s", { a: 1 }, { noMkStream: true, approx: true });
  // @ts-expect-error neither a length nor an id
  redis.xtrim("s", { approximate: true });
  // @ts-expect-error an unknown option
  redis.xtrim("s", { maxLen: 5, exact: true });
  // @ts-expect-error no count
  redis.xpending("s", "g", { consumer: "c" });
  // @ts-expect-error an unknown option
  redis.xread({ s: 0 }, { noAck: true });
  // @ts-expect-error an unknown option
  redis.xautoclaim("s", "g", "c", 0, 0, { justID: true });
  // @ts-expect-error no unit
  redis.geosearch("g", { member: "a" }, { radius: 5 });
  // @ts-expect-error half a place
  redis.geosearch("g", { longitude: 5 }, { radius: 5, unit: "km" });
  // @ts-expect-error an unknown unit
  redis.geodist("g", "a", "b", "yd");
  // @ts-expect-error it replies or it stores
  redis.georadiusbymember("g", "a", near, { store: "d", withDist: true });
  // @ts-expect-error a slot goes to a node
  redis.clusterSetslot(5, "migrating");
  // @ts-expect-error no port
  redis.replicaof({ host: "h" });
  // @ts-expect-error an unknown subcommand
  redis.pfdebug("simd", "h");
}
