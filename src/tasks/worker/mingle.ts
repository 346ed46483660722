/** At its start a worker asks the others for their clocks and revoked tasks. */
import type { Control } from "../control/control.js";
import type { LamportClock } from "../lamport.js";
import type { TaskLog } from "../log.js";
import { revokedTable } from "./control-questions.js";
import type { RevokedIds } from "./controlled-worker.js";

/** What {@link mingle} needs. */
export interface MingleOptions {
  control: Control;
  hostname: string;
  clock: LamportClock;
  revoked: RevokedIds;
  log: TaskLog;
  /** Seconds to wait for answers. Default 1; when all have answered it ends at once. */
  timeout?: number | undefined;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
}

/** Ask the other workers and take over what they know. Never rejects: a worker starts without neighbours too. */
export async function mingle(options: MingleOptions): Promise<void> {
  const { control, hostname, clock, revoked, log, timeout = 1, signal } = options;
  log.info("mingle: searching for neighbors");
  let answers: Record<string, unknown>;
  try {
    answers = await control.inspect({ timeout, signal }).hello(hostname, revokedTable({ revoked }));
  } catch (error) {
    log.error(`mingle: cannot ask: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  const neighbors = Object.entries(answers).filter(([node]) => node !== hostname);
  if (neighbors.length === 0) {
    log.info("mingle: all alone");
    return;
  }
  const known = neighbors.filter(([, answer]) => typeof answer === "object" && answer !== null);
  log.info(`mingle: sync with ${known.length} nodes`);
  for (const [node, answer] of known) {
    log.debug(`mingle: processing reply from ${node}`);
    const { clock: theirs, revoked: ids } = answer as Record<string, unknown>;
    if (typeof theirs === "number" && Number.isFinite(theirs)) clock.adjust(theirs);
    else clock.forward();
    // The times are those of the other's clock; what is told now is known from now on.
    if (typeof ids === "object" && ids !== null) for (const id of Object.keys(ids)) revoked.add(id);
  }
  log.info("mingle: sync complete");
}
