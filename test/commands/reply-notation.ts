/** Raw replies written as values: each function gives the bytes of one RESP type, as one-byte text. */

const line = (sign: string, text: string | number) => `${sign}${text}\r\n`;

/** A bulk string; `null` is RESP2's null. */
export const bulk = (text: string | null): string =>
  text === null ? "$-1\r\n" : `${line("$", Buffer.byteLength(text))}${text}\r\n`;
/** A status. */
export const simple = (text: string): string => line("+", text);
/** An error. */
export const failure = (text: string): string => line("-", text);
/** An integer. */
export const int = (value: number): string => line(":", value);
/** RESP3's double. */
export const double = (value: number | "inf" | "nan"): string => line(",", value);
/** RESP3's boolean. */
export const bool = (value: boolean): string => line("#", value ? "t" : "f");
/** RESP3's null. */
export const nil = "_\r\n";
/** An array of what these make. */
export const array = (...items: string[]): string => line("*", items.length) + items.join("");
/** An array of bulk strings. */
export const bulks = (...texts: (string | null)[]): string => array(...texts.map(bulk));
/** RESP3's set. */
export const set = (...items: string[]): string => line("~", items.length) + items.join("");
/** RESP3's map, keys and values in turn. */
export const map = (...flat: string[]): string => line("%", flat.length / 2) + flat.join("");
