/** Waiting until a server has nothing left to do. */
import { afterReading } from "./alongside.js";
import type { Engine } from "./engine/engine.js";
import type { Link } from "./link.js";
import { type PlainText, plainText } from "./plain-text.js";

/** A client that waits by its own command: BLPOP and its kin. */
export interface BlockedClient {
  readonly client: number;
  readonly clientName: PlainText;
  /** Lower case, as CLIENT LIST shows it: `blpop`. */
  readonly command: string;
  /** What it waits for. */
  readonly keys: readonly PlainText[];
}

/** What {@link MiniServer.waitForIdle} finds. */
export interface IdleServer {
  readonly blocked: readonly BlockedClient[];
}

/** What the waiting looks at. */
export interface BusyParts {
  readonly engine: Engine;
  readonly links: Iterable<Link>;
}

/** Turns of the event loop without any work after which nothing is under way: one for each side of a connection, and one more. */
const QUIET_TURNS = 4;

/** Wait until no request is in work. @throws Error after `timeout` ms, which says who is busy */
export async function idle({ engine, links }: BusyParts, timeout: number): Promise<IdleServer> {
  const end = performance.now() + timeout;
  for (let quiet = 0, before = -1; ; ) {
    const busy = [...links].filter((link) => link.busy);
    const work =
      engine.statistics.commands + engine.statistics.networkInput + engine.statistics.networkOutput;
    quiet = busy.length === 0 && work === before ? quiet + 1 : 0;
    if (quiet === QUIET_TURNS) return { blocked: blockedClients(engine) };
    if (performance.now() > end)
      throw new Error(`The server was still busy after ${timeout} ms${who(busy, engine)}`);
    before = work;
    // A reply that is held back takes a while; all else is a matter of turns.
    await new Promise<void>((resolve) => {
      if (busy.length === 0) afterReading(resolve);
      else setTimeout(resolve, 1);
    });
  }
}

function who(busy: readonly Link[], engine: Engine): string {
  if (busy.length === 0) return ": requests keep coming";
  const clients = busy.map(
    ({ session }) => `client ${session.id} (${session.lastCommand || "no command yet"})`,
  );
  const reason =
    engine.holding.pause === undefined
      ? "a reply is held back by a fault, or a script loads"
      : "CLIENT PAUSE holds";
  return `: ${clients.join(", ")}; ${reason}`;
}

function blockedClients(engine: Engine): BlockedClient[] {
  const blocked: BlockedClient[] = [];
  for (const { id, name, lastCommand, waiter } of engine.sessions.values()) {
    if (waiter === undefined) continue;
    const keys = waiter.blocked.keys.map(plainText);
    blocked.push({ client: id, clientName: plainText(name), command: lastCommand, keys });
  }
  return blocked;
}
