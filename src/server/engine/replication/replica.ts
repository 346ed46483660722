/** What a master knows of one of its replicas: what REPLCONF has told, and how far it has come. */
import type { Session } from "../session.js";
import type { FullSync } from "./full-sync.js";

/** A connection that has sent REPLCONF, SYNC or PSYNC. */
export class Replica {
  readonly session: Session;
  /** `ip-address`, where it is not the one that the connection comes from. */
  address = "";
  /** `listening-port` */
  port = 0;
  /** `capa psync2`: it understands that the stream goes on under another name. */
  takesNewId = false;
  /** `capa eof`: it takes files whose length is not known beforehand. */
  takesEndMark = false;
  /** `rdb-only`: it wants the data, but nothing that comes behind. */
  onlyData = false;
  /** `rdb-filter-only`: what it does not want of the data. */
  withoutKeys = false;
  withoutFunctions = false;
  /** Is it given the stream? */
  attached = false;
  /** The data that is on its way to it, with what has been written since. */
  sync: FullSync | undefined;
  /** It came by SYNC, which knows of no acknowledgements. */
  silent = false;
  /** How much of the stream it has acknowledged. */
  acknowledged = 0;
  /** When it was last heard of, ms since 1970. */
  heardAt = 0;

  constructor(session: Session) {
    this.session = session;
  }

  /** Has it all data, so that it is given the stream as it comes? */
  get isOnline(): boolean {
    return this.attached && this.sync === undefined;
  }

  /** Send a part of the stream. */
  send(text: string): void {
    if (this.sync === undefined) this.session.host.write?.(text);
    else this.sync.hold(text);
  }

  /** Where it is found, as INFO and ROLE tell. */
  get host(): string {
    return this.address || this.session.address.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  }

  /** Whole seconds since it was last heard of. */
  lag(now: number): number {
    return Math.max(0, Math.floor(now / 1000) - Math.floor(this.heardAt / 1000));
  }
}
