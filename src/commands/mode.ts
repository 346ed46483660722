/**
 * What a command method hands back.
 *
 * `get(key)` returns a promise on a client, a longer chain on a pipeline and a plain value on the
 * engine in process. A *mode* is the one type parameter that says which: given `reply`, it computes
 * `result`. It also says what stands for text and for integers, so that a view of the same client
 * can give `Buffer`s or `bigint`s without a second table of commands.
 */
export interface Mode {
  /** What a bulk string becomes: `string`, or `Buffer` in a view with `replies: "buffer"`. */
  readonly text: unknown;
  /** What an integer becomes: `number`, or `bigint` in a view with `integers: "bigint"`. */
  readonly integer: unknown;
  /** Set by {@link Reply}: the value a command promises. */
  readonly reply: unknown;
  /** What the method returns for that value. */
  readonly result: unknown;
}

/** The type that a command with the reply `T` returns in mode `M`. */
export type Reply<M extends Mode, T> = (M & { readonly reply: T })["result"];
/** What a bulk string becomes in mode `M`. */
export type Text<M extends Mode> = M["text"];
/** What an integer becomes in mode `M`. */
export type Integer<M extends Mode> = M["integer"];

/** Client and cluster: every command returns a promise. */
export interface Promised<T = string, I = number> extends Mode {
  readonly text: T;
  readonly integer: I;
  readonly result: Promise<this["reply"]>;
}

/** In process: every command returns its value at once. */
export interface Sync<T = string, I = number> extends Mode {
  readonly text: T;
  readonly integer: I;
  readonly result: this["reply"];
}
