/** ACL LOG: who was refused what. */
import type { Denial } from "./permission.js";

/** Something that was refused. */
export interface SecurityEvent {
  readonly reason: Denial["reason"] | "auth";
  /** In which way the command came. */
  readonly context: "toplevel" | "multi" | "lua";
  /** The command, key or channel; for `auth` the command that logs in. */
  readonly object: string;
  readonly username: string;
  /** The client's line of CLIENT LIST. */
  readonly client: string;
  /** ms since 1970. */
  readonly at: number;
}

/** Events of one kind that came one soon after the other. */
export interface SecurityLogEntry {
  count: number;
  /** Counted from 0 since the server started. */
  readonly id: number;
  /** When the first one came, ms since 1970. */
  readonly since: number;
  /** The last one. */
  event: SecurityEvent;
}

/** ms after which the same event makes an entry of its own. */
const SAME_FOR = 60_000;
/** In so many entries an equal one is looked for. */
const LOOK_BACK = 10;

/** The log of one engine. */
export class AclLog {
  /** The latest first. */
  readonly entries: SecurityLogEntry[] = [];
  #nextId = 0;

  /** @param maxLength the log is cut to this length when it grows */
  add(event: SecurityEvent, maxLength: number): void {
    const recent = this.entries.slice(0, LOOK_BACK);
    const at = recent.findIndex((entry) => isSame(entry.event, event));
    if (at === -1) {
      this.entries.unshift({ count: 1, id: this.#nextId++, since: event.at, event });
      if (this.entries.length > maxLength) this.entries.length = maxLength;
      return;
    }
    const [entry] = this.entries.splice(at, 1);
    entry.count++;
    entry.event = event;
    this.entries.unshift(entry);
  }

  clear(): void {
    this.entries.length = 0;
  }
}

function isSame(a: SecurityEvent, b: SecurityEvent): boolean {
  return (
    a.reason === b.reason &&
    a.context === b.context &&
    Math.abs(a.at - b.at) <= SAME_FOR &&
    a.object === b.object &&
    a.username === b.username
  );
}
