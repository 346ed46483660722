/**
 * Receipts: the server notes what it has given out last, so that it can be asked for again when the reply is lost with
 * its connection. Without that, those messages would wait for the visibility timeout.
 */
import { ConnectionError } from "../index.js";

/** One receipt; calls that are under way at the same time have one each. */
export interface Receipt {
  readonly key: string;
  /** The number of the last call. */
  call: number;
  /** Was its reply lost? */
  lost: boolean;
}

/** The receipts of one broker. */
export class PopReceipts {
  readonly #name = `unacked_receipt.${globalThis.crypto.randomUUID()}`;
  readonly #free: Receipt[] = [];
  #made = 0;

  /** Run `body` with a receipt of its own; one whose last reply was lost comes first. */
  async use<T>(body: (receipt: Receipt) => Promise<T>): Promise<T> {
    const lost = this.#free.findIndex((one) => one.lost);
    const receipt =
      lost < 0 ? (this.#free.pop() ?? this.#make()) : (this.#free.splice(lost, 1)[0] as Receipt);
    try {
      return await body(receipt);
    } catch (error) {
      if (error instanceof ConnectionError && error.sent === "maybe") receipt.lost = true;
      throw error;
    } finally {
      this.#free.push(receipt);
    }
  }

  #make(): Receipt {
    return { key: `${this.#name}.${this.#made++}`, call: 0, lost: false };
  }
}
