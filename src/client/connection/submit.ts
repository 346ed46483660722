/** Sending one entry under an `AbortSignal`. */
import { AbortError, type Sent } from "../../errors.js";
import type { Pending, Resolve } from "./pending.js";

/** Makes the entry whose replies settle a promise. */
export type Making<T> = (resolve: Resolve<T>, reject: (error: unknown) => void) => Pending;

/** What an entry is written to. */
export interface Carrier {
  send(pending: Pending): void;
}

/**
 * Make an entry, tie it to `signal`, and send it by `carrier`.
 * @param onAbort called when the signal has fired after the entry was sent
 * @returns what the replies make of it
 */
export function submit<T>(
  make: Making<T>,
  signal: AbortSignal | undefined,
  carrier: Carrier,
  address: string,
  onAbort?: () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal === undefined) return carrier.send(make(resolve, reject));
    const forget = () => signal.removeEventListener("abort", abort);
    const pending = make(
      (value) => {
        forget();
        resolve(value);
      },
      (error) => {
        forget();
        reject(error);
      },
    );
    const abort = () => {
      pending.fail(aborted(pending.label, "maybe", signal, address));
      onAbort?.();
    };
    if (signal.aborted) return pending.fail(aborted(pending.label, "no", signal, address));
    signal.addEventListener("abort", abort);
    try {
      carrier.send(pending);
    } catch (error) {
      forget();
      throw error;
    }
  });
}

/** Wait for `promise`, or until `signal` fires; what comes afterwards is for `late`. */
export function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  error: (signal: AbortSignal) => AbortError,
  late: (value: T) => void,
): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => {
      promise.then(late, () => {});
      reject(error(signal));
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** The error of a call whose signal has fired. */
export function aborted(label: string, sent: Sent, { reason }: AbortSignal, address: string): AbortError {
  const fate = sent === "no" ? "It was not sent." : "It may have run; its reply is dropped when it comes.";
  return new AbortError("EABORT", `${label} was aborted. ${fate}`, sent, {
    command: label,
    address,
    cause: reason,
  });
}
