/** A JSON parser that also knows what Python adds: `NaN`, `Infinity`, and integers of any size. */

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
/** Levels of nesting that are read and written where the engine does not do it: the stack holds these. */
export const DEEPEST = 1000;

const WORDS: [string, unknown][] = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
];

/** Reads one text. Slower than `JSON.parse`, so it is for the texts that one refuses or rounds. */
export class LenientParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @throws SyntaxError with the position */
  parse(): unknown {
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) this.#fail();
    return value;
  }

  #value(): unknown {
    this.#space();
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object();
      case "[":
        return this.#array();
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.#enter();
    if (this.#end("}")) return object;
    for (;;) {
      this.#space();
      const key = this.#string();
      this.#space();
      this.#take(":");
      const value = this.#value();
      // A plain assignment to this name would change the prototype instead.
      if (key === "__proto__")
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
      else object[key] = value;
      if (this.#end("}")) return object;
      this.#take(",");
    }
  }

  #array(): unknown[] {
    const array: unknown[] = [];
    this.#enter();
    if (this.#end("]")) return array;
    for (;;) {
      array.push(this.#value());
      if (this.#end("]")) return array;
      this.#take(",");
    }
  }

  #string(): string {
    if (this.#text[this.#at] !== '"') this.#fail();
    const start = this.#at;
    this.#at = endOfString(this.#text, start);
    return JSON.parse(this.#text.slice(start, this.#at));
  }

  #scalar(): unknown {
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    const digits = this.#match(NUMBER);
    const number = Number(digits);
    if (Number.isSafeInteger(number) || /[.eE]/.test(digits)) return number;
    return BigInt(digits);
  }

  #enter(): void {
    this.#at++;
    if (++this.#depth > DEEPEST) throw new SyntaxError(`JSON is nested deeper than ${DEEPEST} levels`);
  }

  #end(bracket: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== bracket) return false;
    this.#at++;
    this.#depth--;
    return true;
  }

  #take(sign: string): void {
    if (this.#text[this.#at] !== sign) this.#fail();
    this.#at++;
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) this.#fail();
    this.#at = pattern.lastIndex;
    return found[0];
  }

  #fail(): never {
    if (this.#at >= this.#text.length) throw new SyntaxError("JSON ends in the middle of a value");
    throw new SyntaxError(
      `JSON has ${JSON.stringify(this.#text[this.#at])} at position ${this.#at}, where none may be`,
    );
  }
}

/**
 * Where a string that begins at `start` ends, behind its closing quote.
 * @throws SyntaxError when it does not end
 */
export function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text[quote - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
  throw new SyntaxError(`JSON has a string at position ${start} that does not end`);
}
