/** A Python with Celery as an oracle: what it makes of a value. */
import { spawnSync } from "node:child_process";

/** Debian's, or the one that `CELERY_PYTHON` names: another version of Celery. */
export const PYTHON = process.env.CELERY_PYTHON ?? "/usr/bin/python3";

/**
 * Run a program of {@link PYTHON}; it finds `value` (what JSON says of it) and leaves its answer in `answer`.
 * @throws Error with what it wrote when it fails
 */
export function askPython(source: string, value: unknown): unknown {
  const program = `
import json, sys
value = json.loads(sys.stdin.read())
${source}
sys.stdout.write(json.dumps(answer))
`;
  const { status, stdout, stderr } = spawnSync(PYTHON, ["-c", program], {
    input: JSON.stringify(value),
    encoding: "utf8",
    timeout: 20_000,
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`Python ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
