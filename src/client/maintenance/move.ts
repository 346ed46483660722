/** Where a connection goes when the server has said that its endpoint goes away, and when. */
import type { Connector } from "../../transport/transport.js";

/** Where to go, and when. */
export interface Move {
  readonly connector: Connector;
  /** Not before this many milliseconds have passed: the configured name may lead to the old endpoint until then. */
  readonly wait: number;
  /** When the endpoint goes away, in milliseconds of `performance.now()`. */
  readonly end: number;
}

/** Milliseconds until the endpoint that is left goes away. */
export function leftOf({ end }: Move): number {
  return Math.max(0, end - performance.now());
}
