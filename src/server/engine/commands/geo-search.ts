/** GEOSEARCH, GEOSEARCHSTORE and the older GEORADIUS commands: what lies in a circle or a rectangle. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { floatArg, integerArg, isWord } from "../arguments.js";
import type { Database } from "../database.js";
import { cellsCovering, distanceWithin, type Shape } from "../geo-area.js";
import { type Position, positionOf, scoresOf } from "../geohash.js";
import type { Args, Handlers } from "../handler.js";
import { sortFirst } from "../partial-sort.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR, shownLast, WRONG_TYPE } from "../texts.js";
import { SortedSetValue } from "../types/sorted-set.js";
import { positionArg, unitArg } from "./geo-arguments.js";
import { distanceReply, positionReply } from "./geo-replies.js";
import { storeSortedSet } from "./sorted-set-ranges.js";

const NO_SUCH_MEMBER = "ERR could not decode requested zset member";
const NOT_A_RADIUS = "ERR need numeric radius";
const NEGATIVE_RADIUS = "ERR radius cannot be negative";
const NOT_A_WIDTH = "ERR need numeric width";
const NOT_A_HEIGHT = "ERR need numeric height";
const NEGATIVE_SIDE = "ERR height or width cannot be negative";
const COUNT_TOO_SMALL = "ERR COUNT must be > 0";
const ANY_NEEDS_COUNT = "ERR the ANY argument requires COUNT argument";

/** What a command of the family says by its name. */
interface SearchForm {
  /** What stands behind the key: a position, a member, or options that tell. */
  readonly center: "position" | "member" | "options";
  /** How the result may be stored: never, by the options STORE and STOREDIST, or always, at the first key. */
  readonly stores: "never" | "by-option" | "always";
}

/** A search while its arguments are read. */
interface Search {
  center?: Position;
  extent?: Extent;
  withCoordinates: boolean;
  withDistance: boolean;
  withHash: boolean;
  order: "none" | "ascending" | "descending";
  /** How many to find; 0: all. */
  count: number;
  /** Any will do, not only the nearest. */
  any: boolean;
  /** Key for the result; `undefined`: the result is the reply. */
  destination: string | undefined;
  storesDistance: boolean;
}

/** A shape that has no middle yet. */
type Extent =
  | { readonly kind: "circle"; readonly unit: number; readonly radius: number }
  | { readonly kind: "box"; readonly unit: number; readonly width: number; readonly height: number };

/** Something that has been found. */
interface Found {
  readonly member: string;
  readonly score: number;
  readonly position: Position;
  /** Metres. */
  readonly distance: number;
}

function search(session: Session, args: Args, form: SearchForm): ReplyValue {
  const { db } = session;
  const stored = form.stores === "always";
  const set = sortedSetToRead(db, args[stored ? 2 : 1]);
  const query = searchArgs(args, form, set);
  const { destination, center, extent } = query;
  if (set === undefined || center === undefined || extent === undefined) {
    return destination === undefined ? [] : store(session, destination, new Map(), form);
  }
  const found = find(set, { ...extent, center }, query);
  if (destination === undefined) return found.map((item) => itemReply(item, query, extent.unit));
  const scores = new Map<string, number>();
  for (const { member, score, distance } of found) {
    scores.set(member, query.storesDistance ? distance / extent.unit : score);
  }
  return store(session, destination, scores, form);
}

/** The sorted set at a key that the command only reads, even if it writes elsewhere. @throws ErrorReply WRONGTYPE */
function sortedSetToRead(db: Database, key: string): SortedSetValue | undefined {
  const value = db.findToRead(key)?.value;
  if (value === undefined || value instanceof SortedSetValue) return value;
  throw new ErrorReply(WRONG_TYPE);
}

function store(session: Session, key: string, scores: Map<string, number>, form: SearchForm): number {
  const result = SortedSetValue.from(scores, session.engine.config);
  return storeSortedSet(
    session,
    key,
    result,
    form.center === "options" ? "geosearchstore" : "georadiusstore",
  );
}

/** One element of the reply; `unit` in metres. */
function itemReply(item: Found, query: Search, unit: number): ReplyValue {
  if (!query.withDistance && !query.withHash && !query.withCoordinates) return item.member;
  const reply: ReplyValue[] = [item.member];
  if (query.withDistance) reply.push(distanceReply(item.distance / unit));
  if (query.withHash) reply.push(Math.trunc(item.score));
  if (query.withCoordinates) reply.push(positionReply(item.position));
  return reply;
}

// ---- searching ------------------------------------------------------------------------------------

/** How many entries of a cell are looked at before it is asked whether there are enough. */
const STEP = 64;

function find(set: SortedSetValue, shape: Shape, { count, any, order }: Search): Found[] {
  const enough = any ? count : Number.POSITIVE_INFINITY;
  const found: Found[] = [];
  const visit = (member: string, score: number): void => {
    if (found.length >= enough) return;
    const position = positionOf(score);
    const distance = distanceWithin(shape, position);
    if (distance !== undefined) found.push({ member, score, position, distance });
  };
  for (const cell of cellsCovering(shape)) {
    const { min, max } = scoresOf(cell);
    const end = set.countBelowScore(max, false);
    for (let at = set.countBelowScore(min, false); at < end && found.length < enough; at += STEP) {
      set.walk(at, Math.min(STEP, end - at), visit);
    }
  }
  // The nearest can only be told in order.
  const sorting = order === "none" && count !== 0 && !any ? "ascending" : order;
  const wanted = count === 0 ? found.length : Math.min(count, found.length);
  if (sorting !== "none") {
    const sign = sorting === "ascending" ? 1 : -1;
    const compare = (a: Found, b: Found): number => sign * (a.distance - b.distance);
    if (wanted === found.length) found.sort(compare);
    else sortFirst(found, wanted, compare);
  }
  return wanted === found.length ? found : found.slice(0, wanted);
}

// ---- arguments ------------------------------------------------------------------------------------

/**
 * Read what stands behind the source key. A member can be looked up in `set` alone; without a set the rest
 * is still checked, as redis-server does it.
 * @throws ErrorReply
 */
function searchArgs(args: Args, form: SearchForm, set: SortedSetValue | undefined): Search {
  const query: Search = {
    withCoordinates: false,
    withDistance: false,
    withHash: false,
    order: "none",
    count: 0,
    any: false,
    destination: form.stores === "always" ? args[1] : undefined,
    storesDistance: false,
  };
  let at = form.stores === "always" ? 3 : 2;
  if (form.center === "position") {
    query.center = positionArg(args[2], args[3]);
    query.extent = circleArgs(args, 4);
    at = 6;
  } else if (form.center === "member") {
    // Nobody looks at the radius when there is nothing to search.
    if (set !== undefined) {
      query.center = memberPosition(set, args[2]);
      query.extent = circleArgs(args, 3);
    }
    at = 5;
  }
  const center = readOptions(args, at, form, set, query);
  checkOptions(args, form, query, center);
  return query;
}

/** By which option the middle was given. */
type CenterOption = "member" | "position" | undefined;

function readOptions(
  args: Args,
  start: number,
  form: SearchForm,
  set: SortedSetValue | undefined,
  query: Search,
): CenterOption {
  const modern = form.center === "options";
  let center: CenterOption;
  for (let i = start; i < args.length; i++) {
    const option = args[i];
    /** How many words follow. */
    const left = args.length - 1 - i;
    if (isWord(option, "WITHDIST")) query.withDistance = true;
    else if (isWord(option, "WITHHASH")) query.withHash = true;
    else if (isWord(option, "WITHCOORD")) query.withCoordinates = true;
    else if (isWord(option, "ANY")) query.any = true;
    else if (isWord(option, "ASC")) query.order = "ascending";
    else if (isWord(option, "DESC")) query.order = "descending";
    else if (isWord(option, "COUNT") && left >= 1) query.count = countArg(args[++i]);
    else if (form.stores === "by-option" && left >= 1 && isStoreOption(option)) {
      query.storesDistance = isWord(option, "STOREDIST");
      query.destination = args[++i];
    } else if (form.stores === "always" && isWord(option, "STOREDIST")) query.storesDistance = true;
    else if (modern && left >= 1 && center !== "position" && isWord(option, "FROMMEMBER")) {
      i++;
      if (set !== undefined) query.center = memberPosition(set, args[i]);
      center = "member";
    } else if (modern && left >= 2 && center !== "member" && isWord(option, "FROMLONLAT")) {
      query.center = positionArg(args[i + 1], args[i + 2]);
      center = "position";
      i += 2;
    } else if (modern && left >= 2 && query.extent?.kind !== "box" && isWord(option, "BYRADIUS")) {
      query.extent = circleArgs(args, i + 1);
      i += 2;
    } else if (modern && left >= 3 && query.extent?.kind !== "circle" && isWord(option, "BYBOX")) {
      query.extent = boxArgs(args, i + 1);
      i += 3;
    } else throw new ErrorReply(SYNTAX_ERROR);
  }
  return center;
}

/** What options say together. @throws ErrorReply */
function checkOptions(args: Args, form: SearchForm, query: Search, center: CenterOption): void {
  const { destination, extent } = query;
  if (destination !== undefined && (query.withDistance || query.withHash || query.withCoordinates)) {
    const what = form.stores === "always" ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS";
    throw new ErrorReply(`ERR ${what} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`);
  }
  if (form.center === "options" && center === undefined) {
    throw new ErrorReply(
      `ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${shownLast(args[0])}`,
    );
  }
  if (form.center === "options" && extent === undefined) {
    throw new ErrorReply(`ERR exactly one of BYRADIUS and BYBOX can be specified for ${shownLast(args[0])}`);
  }
  if (query.any && query.count === 0) throw new ErrorReply(ANY_NEEDS_COUNT);
}

function isStoreOption(option: string): boolean {
  return isWord(option, "STORE") || isWord(option, "STOREDIST");
}

function countArg(text: string): number {
  const count = integerArg(text);
  if (count <= 0) throw new ErrorReply(COUNT_TOO_SMALL);
  return count;
}

function memberPosition(set: SortedSetValue, member: string): Position {
  const score = set.score(member);
  if (score === undefined) throw new ErrorReply(NO_SUCH_MEMBER);
  return positionOf(score);
}

/** `radius unit` from place `at` on. @throws ErrorReply */
function circleArgs(args: Args, at: number): Extent {
  const radius = floatArg(args[at], NOT_A_RADIUS);
  if (radius < 0) throw new ErrorReply(NEGATIVE_RADIUS);
  return { kind: "circle", radius, unit: unitArg(args[at + 1]) };
}

/** `width height unit` from place `at` on. @throws ErrorReply */
function boxArgs(args: Args, at: number): Extent {
  const width = floatArg(args[at], NOT_A_WIDTH);
  const height = floatArg(args[at + 1], NOT_A_HEIGHT);
  if (width < 0 || height < 0) throw new ErrorReply(NEGATIVE_SIDE);
  return { kind: "box", width, height, unit: unitArg(args[at + 2]) };
}

function handler(form: SearchForm): Handlers[string] {
  return (session, args) => search(session, args, form);
}

export const geoSearchHandlers: Handlers = {
  GEOSEARCH: handler({ center: "options", stores: "never" }),
  GEOSEARCHSTORE: handler({ center: "options", stores: "always" }),
  GEORADIUS: handler({ center: "position", stores: "by-option" }),
  GEORADIUS_RO: handler({ center: "position", stores: "never" }),
  GEORADIUSBYMEMBER: handler({ center: "member", stores: "by-option" }),
  GEORADIUSBYMEMBER_RO: handler({ center: "member", stores: "never" }),
};
