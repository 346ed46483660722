/** The `%h`, `%n`, ... of `multi`, where a letter without a meaning is an error. */
import { hostName } from "../node-facts.js";

/** What each letter after a percent sign stands for. */
export type PercentKeys = Readonly<Record<string, string>>;

/** A text with a `%x` that stands for nothing. */
export class UnknownPercentError extends Error {
  override readonly name = "UnknownPercentError";
}

/**
 * Replace every `%` and letter in `text` by what `keys` has for the letter. A percent sign that no letter
 * follows stays as it is.
 *
 * @throws UnknownPercentError when `keys` has nothing for a letter
 */
export function percentFormat(text: string, keys: PercentKeys): string {
  return text.replace(/%(\w)/g, (_, letter: string) => {
    const value = Object.hasOwn(keys, letter) ? keys[letter] : undefined;
    if (value !== undefined) return value;
    const known = Object.keys(keys)
      .map((key) => `%${key}`)
      .join(", ");
    throw new UnknownPercentError(`%${letter} in '${text}' stands for nothing here; there are ${known}`);
  });
}

/** The keys of a host alone: `%h` the host, `%n` its first label, `%d` the rest. */
export function hostKeys(host: string = hostName()): PercentKeys {
  const [first, ...domain] = host.split(".");
  return { h: host, n: first, d: domain.join("."), i: "0", I: "" };
}
