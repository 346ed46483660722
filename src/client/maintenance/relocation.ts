/**
 * Two connections of one subscriber, while it moves from one to the other: the old one delivers until the new one
 * is subscribed to the same, and nothing is delivered twice.
 */
import type { DecodeError } from "../../errors.js";
import { type RawReply, WANT_REPEATS } from "../../protocol/parser.js";
import type { Listener } from "../connection/connection.js";

/** What both listeners need of their subscriber. */
export interface Relocating {
  /** The subscriber's own listener. */
  readonly listener: Listener;
  /** Is this a message? */
  isMessage(items: RawReply): boolean;
  /** Is it one that the old connection delivers? */
  isDoubled(items: RawReply): boolean;
}

/** The listener of the old connection: it delivers messages, and its confirmations concern nobody. */
export function leavingListener({ listener, isMessage }: Relocating, lost: () => void): Listener {
  return {
    wants: listener.wants & ~WANT_REPEATS,
    heard(items: RawReply, flaw: DecodeError | null): void {
      if (isMessage(items)) listener.heard(items, flaw);
    },
    lost,
  };
}

/** The listener of the new connection, until it is subscribed to everything. */
export function arrivingListener({ listener, isDoubled }: Relocating): Listener {
  return {
    wants: listener.wants & ~WANT_REPEATS,
    heard(items: RawReply, flaw: DecodeError | null): void {
      if (!isDoubled(items)) listener.heard(items, flaw);
    },
    lost: () => listener.lost(),
  };
}
