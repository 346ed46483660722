/**
 * What servers of Redis Enterprise and Redis Cloud announce about their maintenance, read from their pushes:
 * `MOVING seq seconds endpoint`, `MIGRATING seq seconds ...`, `MIGRATED seq ...`, `FAILING_OVER seq seconds ...`,
 * `FAILED_OVER seq ...`. What has another shape is ignored.
 * @see https://redis.io/docs/latest/develop/clients/sch/
 */
import type { RawReply } from "../../protocol/parser.js";

/** A server's announcement, for the event `maintenance` of a pool. */
export interface MaintenanceEvent {
  /**
   * - `"moving"`: the endpoint goes away; the client connects anew, and nothing fails because of it;
   * - `"migrating"`, `"failing-over"`: commands may take longer for a while, and get more time;
   * - `"migrated"`, `"failed-over"`: that is over.
   */
  type: MaintenanceType;
  /** The connection that was told first: `host:port`. */
  address: string;
  /** Until the endpoint goes away, or until the migration or the fail-over begins; 0 where something is over. */
  seconds: number;
  /** Where to connect instead: `host:port`. `null` where that is not said: the configured address is asked anew then. */
  endpoint: string | null;
}

/** What can be announced. */
export type MaintenanceType = "moving" | "migrating" | "migrated" | "failing-over" | "failed-over";

/** One announcement, as it was read. */
export interface Announcement {
  readonly type: MaintenanceType;
  /** The same on all connections that are told of the same. */
  readonly sequence: string;
  readonly seconds: number;
  readonly endpoint: Endpoint | null;
}

/** Where a server is. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

const TYPES: ReadonlyMap<string, MaintenanceType> = new Map([
  ["MOVING", "moving"],
  ["MIGRATING", "migrating"],
  ["MIGRATED", "migrated"],
  ["FAILING_OVER", "failing-over"],
  ["FAILED_OVER", "failed-over"],
]);

/** More than this is no announcement that anybody could act on. */
const MOST_SECONDS = 24 * 3600;

/** @returns `null` for a push that announces nothing, or not in the shape that is known */
export function readAnnouncement(items: RawReply): Announcement | null {
  if (!Array.isArray(items)) return null;
  const type = TYPES.get(textOf(items[0]) ?? "");
  if (type === undefined) return null;
  const sequence = textOf(items[1]);
  if (sequence === null || !/^\d+$/.test(sequence)) return null;
  if (type === "migrated" || type === "failed-over") return { type, sequence, seconds: 0, endpoint: null };
  const digits = textOf(items[2]);
  if (digits === null || !/^\d+$/.test(digits)) return null;
  const seconds = Number(digits);
  if (seconds > MOST_SECONDS) return null;
  if (type !== "moving") return { type, sequence, seconds, endpoint: null };
  const given = items[3] ?? null;
  const text = given === null ? "" : textOf(given);
  const endpoint = text === null ? undefined : text === "" ? null : endpointOf(text);
  return endpoint === undefined ? null : { type, sequence, seconds, endpoint };
}

/** A word of a push as text; `null` where it is none. */
function textOf(item: RawReply | undefined): string | null {
  if (typeof item === "string") return item;
  if (typeof item === "number" || typeof item === "bigint") return String(item);
  return item instanceof Uint8Array ? String.fromCharCode(...item.subarray(0, 512)) : null;
}

/** `host:port`, with or without brackets around an IPv6 address. */
function endpointOf(text: string): Endpoint | undefined {
  const [, bracketed, bare, digits] = /^(?:\[([^\s[\]]+)\]|([^\s[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? bare;
  const port = Number(digits);
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}
