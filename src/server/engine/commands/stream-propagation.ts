/** How deliveries of consumer groups are told to replicas and append-only files: by XCLAIM and XGROUP. */
import type { Database } from "../database.js";
import type { PendingEntry, StreamGroup } from "../types/stream-group.js";
import { formatId } from "../types/stream-id.js";

/** An entry is pending as it is now. @param id as it was asked for; in its full form when left out */
export function tellPending(
  db: Database,
  key: string,
  group: StreamGroup,
  pending: PendingEntry,
  id = formatId(pending),
): void {
  const { propagation } = db.engine;
  if (propagation === undefined) return;
  propagation.also(db, [
    ...["XCLAIM", key, group.name, pending.consumer.name, "0", id],
    ...["TIME", String(pending.deliveredAt), "RETRYCOUNT", String(pending.deliveries)],
    ...["FORCE", "JUSTID", "LASTID", formatId(group.lastId)],
  ]);
}

/** A group has read up to where it is now. */
export function tellPosition(db: Database, key: string, group: StreamGroup): void {
  const { propagation } = db.engine;
  if (propagation === undefined) return;
  const place = [formatId(group.lastId), "ENTRIESREAD", String(group.entriesRead ?? -1)];
  propagation.also(db, ["XGROUP", "SETID", key, group.name, ...place]);
}

/** There is a new consumer. */
export function tellConsumer(db: Database, key: string, group: StreamGroup, consumer: string): void {
  db.engine.propagation?.also(db, ["XGROUP", "CREATECONSUMER", key, group.name, consumer]);
}
