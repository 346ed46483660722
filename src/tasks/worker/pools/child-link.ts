/** What a pool needs of a thread or process: messages both ways, and its end. */
import type { ChildStart, FromChild, ToChild } from "./child-protocol.js";

/** How a child ended. */
export interface ChildExit {
  /** Exit code, or the negative number of the signal that killed it, as Python counts. */
  readonly status: number;
  /** What ended it, where that is known: an error that nobody caught, too little memory. */
  readonly error: Error | null;
}

/** One running thread or process. */
export interface ChildLink {
  /** Process id in which its tasks run. */
  readonly pid: number;
  send(message: ToChild): void;
  /** Ends it at once, whatever it does. */
  kill(): void;
}

/** Who hears of a child. */
export interface ChildEvents {
  onMessage(message: FromChild): void;
  /** Called once, after the last message. */
  onExit(exit: ChildExit): void;
}

/** Starts a thread or a process. */
export type ChildLauncher = (start: ChildStart, events: ChildEvents) => ChildLink;
