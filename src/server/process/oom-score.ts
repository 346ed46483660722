/** `oom-score-adj`: how soon Linux ends this process when memory runs out. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Config } from "../engine/config.js";

const PATH = "/proc/self/oom_score_adj";
/** The bounds of the kernel. */
const HIGHEST = 1000;

/** The score of this process. */
export class OomScore {
  /** What it was before it was changed here. */
  #before: number | undefined;

  /**
   * Set it as `oom-score-adj` and the first of `oom-score-adj-values` say; the others are for replicas and child
   * processes, which this server never is or has. Without `oom-score-adj` it becomes what it was at first.
   * @throws the error of the file system; where there is no such file, always
   */
  apply(config: Config): void {
    const mode = config.get("oom-score-adj");
    if (mode === "no") {
      const before = this.#before;
      if (before === undefined) return;
      this.#before = undefined;
      return write(before);
    }
    this.#before ??= Number.parseInt(readFileSync(PATH, "latin1"), 10);
    const own = Number.parseInt(config.get("oom-score-adj-values"), 10);
    write(mode === "absolute" ? own : this.#before + own);
  }
}

function write(score: number): void {
  writeFileSync(PATH, String(Math.max(-HIGHEST, Math.min(score, HIGHEST))));
}
