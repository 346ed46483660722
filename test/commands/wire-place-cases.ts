/** What each method on places and on HyperLogLogs sends. */
import type { WireCase } from "./wire-cases.js";

const middle = { longitude: 15, latitude: 37 };
const circle = { radius: 200, unit: "km" } as const;
const box = { width: 400, height: 300.5, unit: "mi" } as const;
const everything = { withHash: true, withDist: true, withCoord: true } as const;

/** Places. */
const places: WireCase[] = [
  [(c) => c.geoadd("k", { member: "a", longitude: 13.5, latitude: "38.1" }), "GEOADD k 13.5 38.1 a"],
  [
    (c) =>
      c.geoadd("k", [
        { member: "a", ...middle },
        { member: 5, ...middle },
      ]),
    "GEOADD k 15 37 a 15 37 5",
  ],
  [(c) => c.geoadd("k", { member: "a", ...middle }, { nx: true, ch: true }), "GEOADD k NX CH 15 37 a"],
  [(c) => c.geoadd("k", { member: "a", ...middle }, { xx: true, nx: false }), "GEOADD k XX 15 37 a"],
  [(c) => c.geodist("k", "a", "b"), "GEODIST k a b"],
  [(c) => c.geodist("k", "a", "b", "ft"), "GEODIST k a b ft"],
  [(c) => c.geohash("k", "a", "b"), "GEOHASH k a b"],
  [(c) => c.geopos("k", ["a", "b"]), "GEOPOS k a b"],
  [(c) => c.geosearch("k", middle, circle), "GEOSEARCH k FROMLONLAT 15 37 BYRADIUS 200 km"],
  [
    (c) => c.geosearch("k", { member: "a" }, box, { order: "asc", count: 5, any: true, ...everything }),
    "GEOSEARCH k FROMMEMBER a BYBOX 400 300.5 mi asc COUNT 5 ANY WITHCOORD WITHDIST WITHHASH",
  ],
  [
    (c) => c.geosearch("k", { member: "a" }, circle, { count: 5, any: false, withDist: false }),
    "GEOSEARCH k FROMMEMBER a BYRADIUS 200 km COUNT 5",
  ],
  [(c) => c.geosearchstore("d", "k", middle, circle), "GEOSEARCHSTORE d k FROMLONLAT 15 37 BYRADIUS 200 km"],
  [
    (c) => c.geosearchstore("d", "k", { member: "a" }, box, { order: "desc", count: 1, storeDist: true }),
    "GEOSEARCHSTORE d k FROMMEMBER a BYBOX 400 300.5 mi desc COUNT 1 STOREDIST",
  ],
  [(c) => c.georadius("k", middle, circle), "GEORADIUS k 15 37 200 km"],
  [
    (c) => c.georadius("k", middle, circle, { order: "asc", count: 2, ...everything }),
    "GEORADIUS k 15 37 200 km asc COUNT 2 WITHCOORD WITHDIST WITHHASH",
  ],
  [(c) => c.georadius("k", middle, circle, { store: "d" }), "GEORADIUS k 15 37 200 km STORE d"],
  [(c) => c.georadiusRo("k", middle, circle), "GEORADIUS_RO k 15 37 200 km"],
  [
    (c) => c.georadiusRo("k", middle, circle, { count: 2, any: true, withHash: true }),
    "GEORADIUS_RO k 15 37 200 km COUNT 2 ANY WITHHASH",
  ],
  [(c) => c.georadiusbymember("k", "a", circle), "GEORADIUSBYMEMBER k a 200 km"],
  [
    (c) => c.georadiusbymember("k", "a", circle, { storeDist: "d", order: "asc" }),
    "GEORADIUSBYMEMBER k a 200 km asc STOREDIST d",
  ],
  [
    (c) => c.georadiusbymemberRo("k", "a", circle, { withCoord: true }),
    "GEORADIUSBYMEMBER_RO k a 200 km WITHCOORD",
  ],
];

/** HyperLogLogs. */
const hyperLogLogs: WireCase[] = [
  [(c) => c.pfadd("k", "a", 2), "PFADD k a 2"],
  [(c) => c.pfadd("k"), "PFADD k"],
  [(c) => c.pfcount("a", "b"), "PFCOUNT a b"],
  [(c) => c.pfcount(["a"]), "PFCOUNT a"],
  [(c) => c.pfdebug("encoding", "k"), "PFDEBUG encoding k"],
  [(c) => c.pfdebug("decode", "k"), "PFDEBUG decode k"],
  [(c) => c.pfdebug("getreg", "k"), "PFDEBUG getreg k"],
  [(c) => c.pfdebug("todense", "k"), "PFDEBUG todense k"],
  [(c) => c.pfmerge("d", "a", "b"), "PFMERGE d a b"],
  [(c) => c.pfmerge("d"), "PFMERGE d"],
  [(c) => c.pfselftest(), "PFSELFTEST"],
];

/** All of both. */
export const placeCases: readonly WireCase[] = [...places, ...hyperLogLogs];
