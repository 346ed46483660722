/** Arguments that several geo commands take. */
import { ErrorReply } from "../../../protocol/reply.js";
import { floatArg, isWord } from "../arguments.js";
import { fixedPoint } from "../fixed-point.js";
import { isOnMap, type Position } from "../geohash.js";

const UNSUPPORTED_UNIT = "ERR unsupported unit provided. please use M, KM, FT, MI";

/** A unit of length, in metres. @throws ErrorReply */
export function unitArg(text: string): number {
  if (isWord(text, "M")) return 1;
  if (isWord(text, "KM")) return 1000;
  if (isWord(text, "FT")) return 0.3048;
  if (isWord(text, "MI")) return 1609.34;
  throw new ErrorReply(UNSUPPORTED_UNIT);
}

/** Longitude and latitude, in degrees. @throws ErrorReply also for what is not on the map */
export function positionArg(longitudeText: string, latitudeText: string): Position {
  const position = { longitude: floatArg(longitudeText), latitude: floatArg(latitudeText) };
  if (isOnMap(position)) return position;
  const { longitude, latitude } = position;
  throw new ErrorReply(
    `ERR invalid longitude,latitude pair ${fixedPoint(longitude, 6)},${fixedPoint(latitude, 6)}`,
  );
}
