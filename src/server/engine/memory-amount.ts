/** Amounts of memory as the configuration writes them. */

const UNITS: { readonly [unit: string]: number } = {
  "": 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1000 ** 2,
  mb: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1024 ** 3,
};

/** An amount of memory such as `100`, `64kb`, `1G`, in bytes; `undefined` when it is none. No digits are a 0. */
export function parseMemory(text: string): number | undefined {
  const match = /^(\d*)([a-z]*)$/i.exec(text);
  const unit = match === null ? undefined : UNITS[match[2].toLowerCase()];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}
