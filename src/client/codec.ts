/** Codecs: how values of a user's own become strings on the server, and come back. */
import type { Key } from "../commands/base.js";
import { ArgumentError, DecodeError } from "../errors.js";
import { textOf } from "../protocol/text.js";
import { checkOneOf, refuse } from "./options/option-checks.js";

/** A codec whose values are read from text. */
export interface TextCodec<V> {
  /** Shown in errors. */
  readonly name?: string;
  readonly replies?: "text";
  encode(value: V): string | Uint8Array;
  decode(text: string): V;
}

/** A codec whose values are read from bytes. */
export interface BytesCodec<V> {
  /** Shown in errors. */
  readonly name?: string;
  readonly replies: "buffer";
  encode(value: V): string | Uint8Array;
  decode(bytes: Buffer): V;
}

/**
 * Values to strings and back. What `encode` or `decode` throws becomes an error that names the command.
 * @example
 * ```ts
 * const date: Codec<Date> = {
 *   encode: (value) => value.toISOString(),
 *   decode: (text) => new Date(text),
 * };
 * ```
 */
export type Codec<V> = TextCodec<V> | BytesCodec<V>;

/**
 * The codec of JSON. It carries what JSON carries: a `Date` comes back as text, `undefined` within an object is
 * left out, `NaN` within an object becomes `null`. What JSON has no word for at all is refused.
 * @typeParam V what the values are; they are not checked against it
 * @param options `check`: makes the value from what was parsed, or throws (such as a schema's `parse`)
 * @example
 * ```ts
 * const users = redis.values(json<User>());
 * const checked = redis.values(json({ check: (value) => userSchema.parse(value) }));
 * ```
 */
export function json<V>(options: { check?: (value: unknown) => V } = {}): TextCodec<V> {
  const { check } = options;
  if (check !== undefined && typeof check !== "function") refuse("check", check, "a function");
  return {
    name: "json",
    encode(value) {
      const text: string | undefined =
        typeof value === "number" && !Number.isFinite(value) ? undefined : JSON.stringify(value);
      if (text === undefined) throw new TypeError(`JSON has no word for this ${typeof value}`);
      return text;
    },
    decode(text) {
      const value: unknown = JSON.parse(text);
      return check === undefined ? (value as V) : check(value);
    },
  };
}

/** Where in a command a value stands, for messages. */
export interface CodecPlace {
  readonly command: string;
  readonly keys: number;
}

/** Check that this is a codec. @throws OptionError */
export function checkCodec(codec: Codec<never>): void {
  const given = codec as { encode?: unknown; decode?: unknown } | null;
  if (typeof given?.encode !== "function" || typeof given.decode !== "function") {
    refuse("codec", given, "an object with encode and decode");
  }
  checkOneOf("codec.replies", codec.replies, ["text", "buffer"] as const, "text");
}

/** A value as it is sent. @throws ArgumentError naming the command, never the value */
export function encodeValue<V>(codec: Codec<V>, value: V, place: CodecPlace): Key {
  let encoded: unknown;
  try {
    encoded = codec.encode(value);
  } catch (cause) {
    throw new ArgumentError(`${at(place)}: ${nameOf(codec)} could not encode a value; see error.cause`, {
      command: place.command,
      cause,
    });
  }
  if (typeof encoded === "string" || encoded instanceof Uint8Array) return encoded;
  throw new ArgumentError(
    `${at(place)}: ${nameOf(codec)} encoded a value as ${typeof encoded}, which is neither a string nor bytes`,
    { command: place.command },
  );
}

/** The value of a string in a reply. @throws DecodeError naming the command; its `value` is the string */
export function decodeValue<V>(codec: Codec<V>, raw: unknown, place: CodecPlace): V {
  try {
    // The view may read bytes where the codec wants text; the other way round the call asked for bytes.
    return codec.replies === "buffer" ? codec.decode(raw as Buffer) : codec.decode(textOf(raw));
  } catch (cause) {
    throw new DecodeError(`${at(place)}: ${nameOf(codec)} could not decode a value; see error.cause`, raw, {
      command: place.command,
      cause,
    });
  }
}

function at({ command, keys }: CodecPlace): string {
  return `${command} (${keys} ${keys === 1 ? "key" : "keys"})`;
}

function nameOf(codec: { readonly name?: string }): string {
  return codec.name === undefined ? "the codec" : `the codec ${codec.name}`;
}
