/** Compares what two servers have answered to the lines of a case. */
import type { TargetKind } from "../tools/redis-server.js";
import { deviations } from "./deviations.js";
import { laterDeviations } from "./later-deviations.js";
import type { Answer } from "./run-case.js";

const NONE: ReadonlyMap<string, string> = new Map();

/** The lines that the second of two servers may answer otherwise than the first. */
function deviationsOf([first, second]: readonly TargetKind[]): ReadonlyMap<string, string> {
  if (first === second) return NONE;
  return first === "redis8" || second === "mini8" ? laterDeviations : deviations;
}

/** Each line with unequal replies, as first server and second server answered it; empty when there is none. */
export function differences(
  kinds: readonly TargetKind[],
  first: readonly Answer[],
  second: readonly Answer[],
): string {
  const declaredLines = deviationsOf(kinds);
  const out: string[] = [];
  first.forEach((answer, index) => {
    const left = answer.replies.join("\n    ");
    const right = second[index]?.replies.join("\n    ");
    const declared = declaredLines.has(answer.line);
    if (declared && left === right) out.push(`${answer.line}\n  no longer deviates`);
    if (left !== right && !declared)
      out.push(`${answer.line}\n  ${kinds[0]}:\n    ${left}\n  ${kinds[1]}:\n    ${right}`);
  });
  return out.join("\n");
}
