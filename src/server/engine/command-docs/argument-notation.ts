/**
 * How the rows of COMMAND DOCS write down the arguments of a command, close to the syntax that people know:
 *
 * | written | means |
 * |---|---|
 * | `value` | an argument of that name, of the type `string` |
 * | `count:integer` | one of another type: `double`, `integer`, `key`, `pattern` or `unix-time` |
 * | `key` | short for `key:key`; a text of that name is `key:string` |
 * | `NX` | the word NX itself, of the name `nx` and the type `pure-token` |
 * | `change'CH'` | the word CH itself, of another name than that |
 * | `COUNT=count:integer` | an argument with a word in front |
 * | `order(ASC\|DESC)` | one of several |
 * | `field_value{field value}` | several in a row |
 * | `[...]` | may be left out |
 * | `key+` | may come several times |
 * | `GET=pattern++` | may come several times, each time with its word |
 * | `destination:key#1` | belongs to the key specification 1 of the command; a `key` without a number to 0 |
 * | `GET@6.2.0` | there since that version |
 * | `ip:port!2.8.12` | superseded since that version |
 *
 * The marks behind an argument stand in the order `#`, `+`, `@`, `!`. Names of arguments are written in small letters,
 * words in capitals.
 */

/** One argument, as COMMAND DOCS tells it. */
export interface Argument {
  readonly name: string;
  readonly type: string;
  /** Which of the command's key specifications finds it. */
  readonly keySpec: number | undefined;
  /** The word in front of it; of the type `pure-token` the word that it is. */
  readonly token: string | undefined;
  /** The version that brought it, where the command is older. */
  readonly since: string | undefined;
  readonly deprecatedSince: string | undefined;
  /** `optional`, `multiple`, `multiple_token`, in this order. */
  readonly flags: readonly string[];
  /** What a `oneof` chooses from, and what a `block` consists of. */
  readonly parts: readonly Argument[] | undefined;
}

/**
 * The arguments that `text` describes.
 * @throws where it breaks the rules above: a mistake in a row
 */
export function parseArguments(text: string): readonly Argument[] {
  const reader = new Reader(text);
  const found = reader.list();
  reader.expectEnd();
  return found;
}

/** What an argument is, before its marks. */
type Core = Pick<Argument, "name" | "type" | "parts"> & { readonly token?: string };

const BETWEEN = /[ |]*/y;
const BOUNDARY = /(?=[ |\])}]|$)/y;
const WORD_IN_FRONT = /([A-Z][A-Z0-9]*)=/y;
const WORD = /[A-Z][A-Z0-9]*/y;
const NAMED_WORD = /([a-z_]+)'([^']*)'/y;
const NAME = /[a-z][a-z0-9_/:-]*/y;
const TYPE = /^(.+):(double|integer|key|pattern|string|unix-time)$/;
const KEY_SPEC = /#(\d+)/y;
const REPEATED = /\+\+?/y;
const SINCE = /@([\d.]+)/y;
const DEPRECATED = /!([\d.]+)/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Arguments up to a closing bracket or the end. */
  list(): Argument[] {
    const found: Argument[] = [];
    for (;;) {
      this.#match(BETWEEN);
      if (this.#at === this.#text.length || "]})".includes(this.#text[this.#at])) return found;
      found.push(this.#argument());
      if (this.#match(BOUNDARY) === undefined) this.#fail();
    }
  }

  expectEnd(): void {
    if (this.#at !== this.#text.length) this.#fail();
  }

  #argument(): Argument {
    const optional = this.#take("[");
    const inFront = this.#match(WORD_IN_FRONT)?.[1];
    const { name, type, parts, token = inFront } = this.#core();
    const keySpec = this.#match(KEY_SPEC)?.[1] ?? (type === "key" ? "0" : undefined);
    const repeated = this.#match(REPEATED)?.[0];
    const since = this.#match(SINCE)?.[1];
    const deprecatedSince = this.#match(DEPRECATED)?.[1];
    if (optional && !this.#take("]")) this.#fail();
    const flags = [
      ...(optional ? ["optional"] : []),
      ...(repeated === undefined ? [] : ["multiple"]),
      ...(repeated === "++" ? ["multiple_token"] : []),
    ];
    return {
      name,
      type,
      keySpec: keySpec === undefined ? undefined : Number(keySpec),
      token,
      since,
      deprecatedSince,
      flags,
      parts,
    };
  }

  #core(): Core {
    const named = this.#match(NAMED_WORD);
    if (named !== undefined) return { name: named[1], type: "pure-token", token: named[2], parts: undefined };
    const word = this.#match(WORD)?.[0];
    if (word !== undefined) {
      return { name: word.toLowerCase(), type: "pure-token", token: word, parts: undefined };
    }
    const name = this.#match(NAME)?.[0] ?? this.#fail();
    if (this.#take("(")) return { name, type: "oneof", parts: this.#partsUntil(")") };
    if (this.#take("{")) return { name, type: "block", parts: this.#partsUntil("}") };
    if (name === "key") return { name, type: "key", parts: undefined };
    const typed = TYPE.exec(name);
    return { name: typed?.[1] ?? name, type: typed?.[2] ?? "string", parts: undefined };
  }

  #partsUntil(bracket: string): Argument[] {
    const parts = this.list();
    if (!this.#take(bracket)) this.#fail();
    return parts;
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }

  #fail(): never {
    throw new Error(`no argument at ${this.#at} of: ${this.#text}`);
  }
}
