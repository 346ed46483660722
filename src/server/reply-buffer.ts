/** What is to be sent to a client. */
import type { ReplyValue } from "../protocol/reply.js";
import { encodeReply, type Protocol } from "../protocol/reply-encoder.js";
import { ReplyWriter } from "../protocol/reply-writer.js";

/** One serves all clients: requests of one client are run before those of the next. */
const writer = new ReplyWriter();
/** Whose replies are in it. */
let user: ReplyBuffer | undefined;

/** Gathers replies of one client. */
export class ReplyBuffer {
  /** What has been gathered, without what is in the writer. */
  #text = "";

  /** Bytes that have been gathered. */
  get length(): number {
    return user === this ? this.#text.length + writer.length : this.#text.length;
  }

  /** Append a one-byte string. */
  add(text: string): void {
    this.#settle();
    this.#text += text;
  }

  /** Append a reply. @param isLast does nothing follow that has come already? */
  addReply(reply: ReplyValue, protocol: Protocol, isLast: boolean): void {
    if (user !== this) {
      // A string of its own costs less than the way through the writer.
      if (isLast) {
        this.#text += encodeReply(reply, protocol);
        return;
      }
      if (user !== undefined) user.#settle();
      user = this;
    }
    if (!writer.write(reply, protocol)) this.add(encodeReply(reply, protocol));
  }

  /** Take everything, as a one-byte string. */
  take(): string {
    this.#settle();
    const text = this.#text;
    this.#text = "";
    return text;
  }

  #settle(): void {
    if (user !== this) return;
    user = undefined;
    if (writer.length > 0) this.#text += writer.take();
  }
}
