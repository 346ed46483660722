/** Where random tests start. */

/**
 * The seed in the environment variable `name`; `random` there: any; without it always the same, so that a change is
 * judged by itself and not by luck.
 */
export function seedFrom(name: string): number {
  const given = process.env[name];
  if (given === undefined) return 20_261_121;
  return given === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(given) | 0;
}
