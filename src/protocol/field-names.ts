/**
 * The field names of the maps that a connection reads: records of one kind have the same names in the same order, and a
 * name that is known need be made and looked up by the engine only once.
 */

/** So many names, and names of up to so many bytes, are kept. */
const MOST_NAMES = 1024;
const LONGEST_NAME = 64;

/** The names of the last map, by their places. */
export class FieldNames {
  readonly #names: string[] = [];

  /** The name at a place, if bytes `from` to `to` are it. */
  recall(place: number, bytes: Uint8Array, from: number, to: number): string | undefined {
    const name = this.#names[place];
    if (name === undefined || name.length !== to - from) return undefined;
    for (let at = 0; at < name.length; at++) if (name.charCodeAt(at) !== bytes[from + at]) return undefined;
    return name;
  }

  /** Keep a name, all ASCII, which shares no memory with the bytes that it came in. */
  keep(place: number, name: string): void {
    if (place < MOST_NAMES && place <= this.#names.length && name.length <= LONGEST_NAME)
      this.#names[place] = name;
  }
}
