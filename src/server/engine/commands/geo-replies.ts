/** How positions and distances are sent. */
import { Double, type ReplyValue } from "../../../protocol/reply.js";
import { fixedPoint, shortFixedPoint } from "../fixed-point.js";
import type { Position } from "../geohash.js";

/** Longitude and latitude as doubles with up to 17 decimal places. */
export function positionReply({ longitude, latitude }: Position): ReplyValue {
  return [
    new Double(longitude, shortFixedPoint(longitude, 17)),
    new Double(latitude, shortFixedPoint(latitude, 17)),
  ];
}

/** A distance is a bulk string in both protocols: four places mean less than a millimetre even in kilometres. */
export function distanceReply(distance: number): string {
  return fixedPoint(distance, 4);
}
