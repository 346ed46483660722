/** Work that goes on while clients are served. */
import type { Alongside } from "./engine/server-files.js";

/** Run a task when all sockets that are ready have been read. */
export const afterReading: (task: () => void) => void =
  globalThis.setImmediate ?? ((task) => void setTimeout(task, 0));

/** A step at a time, with all that clients have sent in between. */
export const alongside: Alongside = (step) => {
  const next = (): void => {
    const pause = step();
    if (pause === undefined) return;
    if (pause > 0) setTimeout(next, pause);
    else afterReading(next);
  };
  afterReading(next);
};
