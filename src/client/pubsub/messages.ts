/** What a PubSub gives and takes: messages, confirmations, notices of loss, events, and its options. */

/** A message that was published. */
export interface PublishedMessage<T = string> {
  /** `message` to a channel, `pmessage` by a pattern, `smessage` to a sharded channel. */
  type: "message" | "pmessage" | "smessage";
  /** The pattern that matched; `null` unless `type` is `pmessage`. */
  pattern: T | null;
  channel: T;
  data: T;
}

/** The confirmation of a subscription or its end. */
export interface Confirmation<T = string> {
  type: "subscribe" | "unsubscribe" | "psubscribe" | "punsubscribe" | "ssubscribe" | "sunsubscribe";
  pattern: null;
  /** The channel, or the pattern. */
  channel: T;
  /** How many subscriptions this PubSub has now: channels and patterns together, sharded channels apart. */
  data: number;
}

/** The connection was lost and all subscriptions are back: messages in between are lost. */
export interface Gap {
  type: "gap";
  pattern: null;
  channel: null;
  data: null;
}

/** At this place messages were dropped because nobody took them in time. */
export interface Dropped {
  type: "dropped";
  pattern: null;
  channel: null;
  /** How many. */
  data: number;
}

/** What says that messages are missing. */
export type Notice = Gap | Dropped;

/** What {@link PubSub.getMessage} gives. */
export type Message<T = string> = PublishedMessage<T> | Confirmation<T> | Notice;

/**
 * Takes the messages of its channels. What it throws, and the rejection of a promise that it returns,
 * is an `error` event of the PubSub; no other handler loses a message by it.
 */
export type MessageHandler<T = string> = (message: PublishedMessage<T>) => unknown;

/** Events of a PubSub, for {@link PubSub.on}. */
export interface PubSubEvents<T = string> extends Record<string, unknown> {
  /**
   * A handler failed at `message`; or (`message: null`) a message for a handler is no UTF-8 in a view that
   * reads text, or the server refuses after a reconnect what it had allowed before.
   */
  error: { error: unknown; message: PublishedMessage<T> | null };
  /** The connection was lost and all subscriptions are back. */
  gap: Gap;
  /** Messages begin to be dropped; `dropped` is the count of all up to now. */
  dropped: { dropped: number };
}

/** Options of `redis.pubsub()`. */
export interface PubSubOptions {
  /**
   * Share one connection with all other PubSub objects of this pool that say so. Default `false`: a
   * connection of its own, so that PUBLISH and PUBSUB NUMSUB count every object, and none waits for the
   * messages of another. With many objects (one a web socket, say) share.
   */
  shared?: boolean;
  /** Most messages that wait to be taken. Default 10,000. */
  maxBuffered?: number;
  /** Most bytes of names and data that wait to be taken; a character of text counts as one. Default 64 MB. */
  maxBufferedBytes?: number;
  /**
   * What happens beyond these: `"drop-oldest"` (default) and `"drop-newest"` drop messages, and a
   * {@link Dropped} notice takes their place; `"close"` closes the PubSub with a `ClosedError` `EOVERFLOW`.
   */
  overflow?: OverflowPolicy;
}

/** What happens to messages that the buffer has no room for. */
export type OverflowPolicy = "drop-oldest" | "drop-newest" | "close";

/** Options of {@link PubSub.getMessage}. */
export interface GetMessageOptions {
  /** Wait this many milliseconds for a message; 0 (the default) does not wait. `Infinity` waits for ever. */
  timeout?: number;
  /** Leave out confirmations of subscriptions. */
  ignoreSubscribe?: boolean;
}

/** The notice of a gap. */
export const GAP: Gap = Object.freeze({ type: "gap", pattern: null, channel: null, data: null });

/** Is this the confirmation of a subscription? */
export function isConfirmation<T>(message: Message<T>): message is Confirmation<T> {
  return message.type.endsWith("subscribe");
}
