/** Scans as async iterables: pages are asked for while someone wants more. */
import type { Arg, Key } from "../commands/base.js";
import { type KeyScanOptions, pushScan, type ScanOptions } from "../commands/keys.js";
import { type Decode, type Scored, scored } from "../commands/replies.js";
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { checkInteger, checkKeys } from "./options/option-checks.js";

/** One page, and where the next one starts; `"0"`: this was the last. */
interface Page<E> {
  readonly cursor: string;
  readonly elements: E[];
}

/**
 * The elements of a scan, one by one, or by {@link Scan.pages} as they come from the server. Each loop over it is a
 * scan of its own; leaving the loop ends it, and nothing more is asked for.
 *
 * What is there during the whole scan is seen. The server may show an element twice when the table grows or shrinks
 * meanwhile: nothing here remembers what was seen, so use a `Set` where that matters.
 */
export class Scan<E> implements AsyncIterable<E> {
  readonly #page: (cursor: string) => Promise<Page<E>>;

  /** @internal */
  constructor(page: (cursor: string) => Promise<Page<E>>) {
    this.#page = page;
  }

  /** The pages that hold anything; the next is asked for when it is wanted. */
  async *pages(): AsyncGenerator<E[], void, undefined> {
    let cursor = "0";
    do {
      const page = await this.#page(cursor);
      cursor = page.cursor;
      if (page.elements.length > 0) yield page.elements;
    } while (cursor !== "0");
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<E, void, undefined> {
    for await (const page of this.pages()) for (const element of page) yield element;
  }
}

/** Sends a command: `run` of a client. */
type Run = <V>(name: string, args: readonly Arg[], decode: Decode<V>) => Promise<V>;

/** Scan keys. @throws OptionError */
export function scanKeys<T>(run: Run, options: KeyScanOptions = {}): Scan<T> {
  return scanOf("SCAN", [], checked(options, ["match", "count", "type"]), pageOf(plainElements<T>), run);
}

/** Scan the fields of a hash, with their values. @throws OptionError */
export function scanFields<T>(run: Run, key: Key, options: ScanOptions = {}): Scan<[field: T, value: T]> {
  return scanOf("HSCAN", [key], checked(options, ["match", "count"]), pageOf(pairs<T>), run);
}

/** Scan the members of a set. @throws OptionError */
export function scanMembers<T>(run: Run, key: Key, options: ScanOptions = {}): Scan<T> {
  return scanOf("SSCAN", [key], checked(options, ["match", "count"]), pageOf(plainElements<T>), run);
}

/** Scan the members of a sorted set, with their scores. @throws OptionError */
export function scanScored<T>(run: Run, key: Key, options: ScanOptions = {}): Scan<Scored<T>> {
  return scanOf(
    "ZSCAN",
    [key],
    checked(options, ["match", "count"]),
    pageOf(scored as Decode<Scored<T>[]>),
    run,
  );
}

function checked<O extends ScanOptions>(options: O, known: readonly string[]): O {
  checkKeys("", options, known);
  checkInteger("count", options.count, 1, Number.MAX_SAFE_INTEGER, 10);
  return options;
}

function scanOf<E>(
  name: string,
  first: readonly Arg[],
  options: KeyScanOptions,
  decode: Decode<Page<E>>,
  run: Run,
): Scan<E> {
  const last: Arg[] = [];
  pushScan(last, options);
  if (options.type !== undefined) last.push("TYPE", options.type);
  return new Scan((cursor) => run(name, [...first, cursor, ...last], decode));
}

/** Makes the decoder of a page from that of its elements. */
function pageOf<E>(decode: Decode<E[]>): Decode<Page<E>> {
  return (reply) => {
    const [cursor, elements] = reply as RawReply[];
    return { cursor: textOf(cursor), elements: decode(elements) };
  };
}

function plainElements<T>(reply: RawReply): T[] {
  return reply as T[];
}

/** Fields and values in turn, as pairs. Not an object, since fields may be bytes and come twice. */
function pairs<T>(reply: RawReply): [T, T][] {
  const flat = reply as T[];
  const out: [T, T][] = [];
  for (let i = 0; i < flat.length; i += 2) out.push([flat[i], flat[i + 1]]);
  return out;
}
