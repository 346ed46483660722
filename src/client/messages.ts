/** What a PubSub gives and takes: messages, confirmations, gaps, and its options. */

/** A message that was published. */
export interface PublishedMessage<T = string> {
  /** `message` to a channel, `pmessage` by a pattern, `smessage` to a sharded channel. */
  type: "message" | "pmessage" | "smessage";
  /** The pattern that matched; `null` unless `type` is `pmessage`. */
  pattern: T | null;
  channel: T;
  data: T;
}

/** The server's confirmation of a subscription or its end. */
export interface Confirmation<T = string> {
  type: "subscribe" | "unsubscribe" | "psubscribe" | "punsubscribe" | "ssubscribe" | "sunsubscribe";
  pattern: null;
  /** The channel, or the pattern. */
  channel: T;
  /** How many subscriptions there are now. */
  data: number;
}

/** The connection was lost and is back: messages in between are lost. */
export interface Gap {
  type: "gap";
  pattern: null;
  channel: null;
  data: null;
}

/** What {@link PubSub.getMessage} gives. */
export type Message<T = string> = PublishedMessage<T> | Confirmation<T> | Gap;

/** Takes the messages of its channels. Exceptions are its own: they reach neither the parser nor other handlers. */
export type MessageHandler<T = string> = (message: PublishedMessage<T>) => unknown;

/** Options of `redis.pubsub()`. */
export interface PubSubOptions {
  /** Most messages that wait to be taken. Default 10,000. */
  maxBuffered?: number;
  /** What happens to a message beyond that: `"drop-oldest"` (default), `"drop-newest"`, or `"close"` the PubSub. */
  overflow?: "drop-oldest" | "drop-newest" | "close";
}

/** Options of {@link PubSub.getMessage}. */
export interface GetMessageOptions {
  /** Wait this many milliseconds for a message; 0 (the default) does not wait. `Infinity` waits for ever. */
  timeout?: number;
  /** Leave out confirmations of subscriptions. */
  ignoreSubscribe?: boolean;
}

/** The notice of a gap. */
export const GAP: Gap = { type: "gap", pattern: null, channel: null, data: null };

/** Is this the server's confirmation of a subscription? */
export function isConfirmation<T>(message: Message<T>): message is Confirmation<T> {
  return message.type.endsWith("subscribe");
}
