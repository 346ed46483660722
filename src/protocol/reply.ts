/**
 * The values that the server side hands to the reply encoder, one for each RESP type.
 * Bulk strings are one-byte strings: a character a byte (binary-safe, compact, fast as `Map` keys).
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/
 */

/** A reply before it is encoded: `string` is a bulk string, `number` and `bigint` an integer, `null` a null bulk. */
export type ReplyValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly ReplyValue[]
  | SimpleString
  | ErrorReply
  | Double
  | BigNumber
  | Verbatim
  | MapReply
  | SetReply
  | PushReply
  | AttributeReply
  | NullArray
  | Replies;

/** `+text`: a status such as OK or QUEUED. */
export class SimpleString {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** `-CODE text`: an error that a handler answers (or throws; it is no `Error`, so that no stack is made). */
export class ErrorReply {
  /** The whole line without the minus, code first: `WRONGTYPE Operation against ...`. */
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** A double: `,1.5` in RESP3, the bulk string `1.5` in RESP2. `text` says how it is written, if not as usual. */
export class Double {
  readonly value: number;
  readonly text: string | undefined;
  constructor(value: number, text?: string) {
    this.value = value;
    this.text = text;
  }
}

/** `(digits` in RESP3, a bulk string in RESP2. */
export class BigNumber {
  readonly digits: string;
  constructor(digits: string) {
    this.digits = digits;
  }
}

/** Text with a three-letter format (`txt`, `mkd`): `=` in RESP3, a bulk string in RESP2. */
export class Verbatim {
  readonly format: string;
  readonly text: string;
  constructor(format: string, text: string) {
    this.format = format;
    this.text = text;
  }
}

/** Keys and values in turn: a map in RESP3, a flat array in RESP2. */
export class MapReply {
  readonly flat: readonly ReplyValue[];
  constructor(flat: readonly ReplyValue[]) {
    this.flat = flat;
  }
}

/** A set in RESP3, an array in RESP2. */
export class SetReply {
  readonly items: readonly ReplyValue[];
  constructor(items: readonly ReplyValue[]) {
    this.items = items;
  }
}

/** Out-of-band data: `>` in RESP3, an array in RESP2. */
export class PushReply {
  readonly items: readonly ReplyValue[];
  constructor(items: readonly ReplyValue[]) {
    this.items = items;
  }
}

/** Keys and values in turn that tell more of the reply behind them: `|` in RESP3, nothing at all in RESP2. */
export class AttributeReply {
  readonly attributes: readonly ReplyValue[];
  constructor(attributes: readonly ReplyValue[]) {
    this.attributes = attributes;
  }
}

/** `*-1` in RESP2 where a command promises an array (BLPOP, EXEC); `_` in RESP3. */
export class NullArray {
  /** Keeps the type apart from the other empty classes. */
  readonly kind = "null-array";
}

/** Several replies to one command, one behind the other: SUBSCRIBE to many channels. None at all is allowed. */
export class Replies {
  readonly items: readonly ReplyValue[];
  constructor(items: readonly ReplyValue[]) {
    this.items = items;
  }
}

/** The status that most writes answer. */
export const OK = new SimpleString("OK");
/** What a command answers that MULTI has queued. */
export const QUEUED = new SimpleString("QUEUED");
/** The null of commands that promise an array. */
export const NULL_ARRAY = new NullArray();
