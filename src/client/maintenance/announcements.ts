/** What a pool makes of the maintenance that its server announces: whose deadlines wait, and who moves where. */
import type { RawReply } from "../../protocol/parser.js";
import type { Connector } from "../../transport/transport.js";
import type { Connection, ConnectionOwner } from "../connection/connection.js";
import { TICK } from "../connection/ticker.js";
import type { ConnectionSettings } from "../options/options.js";
import { type MaintenanceEvent, type MaintenanceType, readAnnouncement } from "./maintenance.js";
import type { Move } from "./move.js";

/** An end that was not announced is taken for granted so many milliseconds after the beginning. */
const LONGEST = 60_000;

/** What is announced to begin, and what ends it. */
const ENDS: Partial<Record<MaintenanceType, MaintenanceType>> = {
  migrated: "migrating",
  "failed-over": "failing-over",
};

type Window = ReturnType<typeof setTimeout>;

/** Hears the announcements on all connections of a pool. */
export class Announcements {
  readonly #settings: ConnectionSettings;
  readonly #tell: (event: MaintenanceEvent) => void;
  /** What goes on, by connection. */
  readonly #windows = new WeakMap<Connection, Map<MaintenanceType, Window>>();
  /** The last sequence number of each kind: all connections are told of the same. */
  readonly #known = new Map<MaintenanceType, string>();
  /** The sequence number of the move that each connection was told of last. */
  readonly #moves = new WeakMap<Connection, string>();
  /** Where the server has moved to last. */
  #latest: Move | null = null;

  /** @param tell called once for each announcement, however many connections hear it */
  constructor(settings: ConnectionSettings, tell: (event: MaintenanceEvent) => void) {
    this.#settings = settings;
    this.#tell = tell;
  }

  /** Where a new connection goes while the configured name may still lead to the endpoint that goes away. */
  get elsewhere(): Connector | null {
    if (this.#latest !== null && performance.now() > this.#latest.end) this.#latest = null;
    return this.#latest?.connector ?? null;
  }

  /** `connector` leads nowhere. */
  unreachable(connector: Connector): void {
    if (this.#latest?.connector === connector) this.#latest = null;
  }

  /** A push came on `connection`. */
  heard(connection: Connection, items: RawReply, owner: ConnectionOwner): void {
    const announcement = readAnnouncement(items);
    if (announcement === null) return;
    const { type, sequence, seconds, endpoint } = announcement;
    const milliseconds = seconds * 1000;
    const begun = ENDS[type];
    if (begun !== undefined) this.#close(connection, begun);
    else this.#open(connection, type, milliseconds + (type === "moving" ? 0 : LONGEST));
    if (type === "moving" && this.#moves.get(connection) !== sequence) {
      this.#moves.set(connection, sequence);
      const connector =
        endpoint === null ? undefined : this.#settings.connector.elsewhere?.(endpoint.host, endpoint.port);
      const end = performance.now() + milliseconds;
      const move: Move =
        connector === undefined
          ? { connector: this.#settings.connector, wait: milliseconds / 2, end }
          : { connector, wait: 0, end };
      if (connector !== undefined) this.#latest = move;
      owner.moving(connection, move);
    }
    if (this.#known.get(type) === sequence) return;
    this.#known.set(type, sequence);
    const { address } = connection;
    const to = endpoint === null ? null : `${bracketed(endpoint.host)}:${endpoint.port}`;
    this.#tell({ type, address, seconds, endpoint: to });
  }

  /** `connection` is over. */
  ended(connection: Connection): void {
    for (const timer of this.#windows.get(connection)?.values() ?? []) clearTimeout(timer);
    this.#windows.delete(connection);
  }

  #open(connection: Connection, type: MaintenanceType, milliseconds: number): void {
    const windows = this.#windows.get(connection) ?? new Map<MaintenanceType, Window>();
    this.#windows.set(connection, windows);
    clearTimeout(windows.get(type));
    const timer = setTimeout(() => this.#close(connection, type), milliseconds);
    (timer as { unref?: () => void }).unref?.();
    windows.set(type, timer);
    if (connection.slack === 0) connection.relax(Math.ceil(this.#settings.maintenance.relaxedTimeout / TICK));
  }

  #close(connection: Connection, type: MaintenanceType): void {
    const windows = this.#windows.get(connection);
    if (windows === undefined) return;
    clearTimeout(windows.get(type));
    if (windows.delete(type) && windows.size === 0) connection.relax(0);
  }
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
