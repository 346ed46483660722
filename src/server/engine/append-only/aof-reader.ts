/** Reads the requests of an append-only file. */

/** How reading ended. */
export type ReadingEnd = "whole" | "truncated" | "malformed";

/** Goes through the requests of a text, one-byte characters. */
export class AofReader {
  readonly #text: string;
  /** Where the next request begins. */
  position: number;
  /** Known once {@link AofReader.next} has answered `undefined`. */
  end: ReadingEnd = "whole";

  /** @param position where to begin */
  constructor(text: string, position = 0) {
    this.#text = text;
    this.position = position;
  }

  /** The words of the next request; `undefined` when there is none, see {@link AofReader.end}. */
  next(): string[] | undefined {
    const text = this.#text;
    let at = this.position;
    while (text[at] === "#") {
      const lineEnd = text.indexOf("\n", at);
      at = lineEnd === -1 ? text.length : lineEnd + 1;
    }
    this.position = at;
    if (at >= text.length) return undefined;
    if (text[at] !== "*") return this.#stop("malformed");
    let lineEnd = text.indexOf("\n", at);
    if (lineEnd === -1) return this.#stop("truncated");
    const count = Number.parseInt(text.slice(at + 1, lineEnd), 10);
    if (!(count >= 1)) return this.#stop("malformed");
    at = lineEnd + 1;
    const words: string[] = [];
    for (let i = 0; i < count; i++) {
      if (at >= text.length) return this.#stop("truncated");
      if (text[at] !== "$") return this.#stop("malformed");
      lineEnd = text.indexOf("\n", at);
      if (lineEnd === -1) return this.#stop("truncated");
      const length = Number.parseInt(text.slice(at + 1, lineEnd), 10);
      if (!(length >= 0)) return this.#stop("malformed");
      const from = lineEnd + 1;
      at = from + length + 2;
      if (at > text.length) return this.#stop("truncated");
      words.push(text.slice(from, from + length));
    }
    this.position = at;
    return words;
  }

  #stop(end: ReadingEnd): undefined {
    this.end = end;
    return undefined;
  }
}
