/** Colors on a terminal. */

/** Texts in colors, or as they are. */
export interface Colors {
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly blue: (text: string) => string;
  readonly magenta: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly white: (text: string) => string;
}

const painter = (code: number) => (text: string) => `\u001b[1;${code}m${text}\u001b[0m`;
const plain = (text: string): string => text;

/** Colors when `enabled`, or texts as they are. */
export function colors(enabled: boolean): Colors {
  return {
    red: enabled ? painter(31) : plain,
    green: enabled ? painter(32) : plain,
    yellow: enabled ? painter(33) : plain,
    blue: enabled ? painter(34) : plain,
    magenta: enabled ? painter(35) : plain,
    cyan: enabled ? painter(36) : plain,
    white: enabled ? painter(37) : plain,
  };
}

/**
 * Whether to color what goes to `stream`: a terminal, and nobody said no (`--no-color`, `NO_COLOR`).
 *
 * @param refused what `--no-color` says
 */
export function wantsColors(stream: { readonly isTTY?: boolean }, refused = false): boolean {
  return !refused && stream.isTTY === true && !process.env.NO_COLOR;
}
