/** One connected client: bytes in, requests to the engine, replies out, in order. */

import { latin1Slice } from "../protocol/bytes.js";
import { PushReply, type ReplyValue } from "../protocol/reply.js";
import { RequestParser } from "../protocol/request-parser.js";
import { type BufferGauge, REPLY_SIZE } from "./engine/client-usage.js";
import type { Engine } from "./engine/engine.js";
import type { RunningScript } from "./engine/running-script.js";
import type { Session, SessionHost } from "./engine/session.js";
import { executeBesideScript } from "./engine/slow-script.js";
import { ReplyBuffer } from "./reply-buffer.js";

/** Where the replies of a client go. */
export interface LinkOutput {
  /** Send a one-byte string (a char code 0..255 a byte). */
  write(text: string): void;
  /** Bytes written that have not left. */
  readonly waiting: number;
  /** Close when everything has left. */
  end(): void;
  /** Close at once. */
  destroy(): void;
}

/** Who a client is, for CLIENT LIST. */
export interface Peer {
  /** `ip:port` of the client, or the path of the socket with `:0`. */
  readonly address: string;
  /** The server's side of the same. */
  readonly localAddress: string;
  readonly isUnixSocket: boolean;
}

/** Stands between clients and the engine while a test wants to interfere or to watch. */
export interface Interceptor {
  /** Run a request, or not. @returns what to answer now, as `Engine.executeInBatch` */
  run(link: Link, request: readonly string[]): ReplyValue | undefined;
}

/** What links need of the server that they belong to. */
export interface LinkOwner {
  readonly engine: Engine;
  /** `undefined`, so that nothing is asked of it, unless a test has faults or a log. */
  readonly interceptor: Interceptor | undefined;
  /** Output of this link waits to be flushed. */
  outputWaits(link: Link): void;
  /** A batch of requests has been run: flush what waits, set the timer anew. */
  batchDone(): void;
  /** The link is gone. */
  closed(link: Link): void;
}

/** Reading the clock takes as long as a simple command: requests that came together share a reading. */
const REQUESTS_PER_LOOK_AT_CLOCK = 16;
/** Replies beyond this many bytes are sent before the next request is run. */
const FLUSH_AT = 65536;

/** One connected client. */
export class Link implements SessionHost, BufferGauge {
  readonly session: Session;
  /** Takes the reply of the command that waits, once; what it returns is sent instead. */
  onLateReply: ((reply: ReplyValue) => ReplyValue | undefined) | undefined;
  replyPeak = REPLY_SIZE;
  readonly #owner: LinkOwner;
  readonly #output: LinkOutput;
  readonly #parser: RequestParser;
  readonly #out = new ReplyBuffer();
  #draining = false;
  #closed = false;
  #mute = false;
  /** Requests are about to be run whose replies go together with the one that waits. */
  #resuming = false;

  constructor(owner: LinkOwner, output: LinkOutput, peer: Peer) {
    this.#owner = owner;
    this.#output = output;
    this.#parser = new RequestParser();
    this.session = owner.engine.newSession(this);
    this.session.address = peer.address;
    this.session.localAddress = peer.localAddress;
    this.session.isUnixSocket = peer.isUnixSocket;
  }

  /** Bytes from the client; they must not be changed afterwards. */
  receive(bytes: Uint8Array): void {
    if (this.#closed) return;
    const { statistics, clientMemory } = this.#owner.engine;
    statistics.reads++;
    statistics.networkInput += bytes.length;
    this.#parser.push(bytes);
    if (clientMemory.active) clientMemory.check(this.session);
    this.#drain();
  }

  /** Bytes from the client in memory that the caller writes over afterwards. */
  receiveShared(bytes: Uint8Array): void {
    this.receive(bytes);
    this.#parser.own();
  }

  get gauge(): BufferGauge {
    return this;
  }

  get requestBytes(): number {
    const { unread, done } = this.#parser;
    return this.#draining ? unread : unread - done;
  }

  get wordBytes(): number {
    return this.#parser.wordBytes;
  }

  get longestWord(): number {
    return this.#parser.longestGathered;
  }

  set longestWord(length: number) {
    this.#parser.longestGathered = length;
  }

  get replyBytes(): number {
    return this.#out.length + this.#output.waiting;
  }

  /** Does a request of this client run? */
  get isRunning(): boolean {
    return this.#draining;
  }

  /** The next request, from these bytes behind those that have come before; for a client whose request runs. */
  nextRequest(bytes?: Uint8Array): readonly string[] | undefined {
    if (bytes !== undefined) this.#parser.push(bytes);
    return this.#parser.next();
  }

  /** Has the client sent bytes that are no requests? */
  get isFaulty(): boolean {
    return this.#parser.fault !== undefined;
  }

  /** Send a reply while a request of this client runs. */
  sendAtOnce(reply: ReplyValue): void {
    this.#out.addReply(reply, this.session.protocol, true);
    this.flush();
  }

  /** Bytes that came while another client's script runs past its time limit; answered at once. */
  attend(bytes: Uint8Array, script: RunningScript): void {
    const { session } = this;
    if (this.#closed) return;
    this.#owner.engine.statistics.networkInput += bytes.length;
    this.#parser.push(bytes);
    if (this.#mute) return;
    while (!session.blocked && !session.closing) {
      const request = this.#parser.next();
      if (request === undefined) break;
      const reply = executeBesideScript(this.#owner.engine, script, session, request);
      if (reply !== undefined) this.#out.addReply(reply, session.protocol, true);
    }
    this.flush();
  }

  /** The client has gone, or is to go: nothing is sent any more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // It may be in the middle of several requests that came together.
    this.session.closing = true;
    this.#out.take();
    this.#owner.engine.closeSession(this.session);
    this.#owner.closed(this);
    this.#output.destroy();
  }

  /** A message, or the reply of a command that has waited. */
  deliver(reply: ReplyValue): void {
    if (this.#closed) return;
    const { onLateReply } = this;
    if (onLateReply !== undefined && !(reply instanceof PushReply)) {
      this.onLateReply = undefined;
      const instead = onLateReply(reply);
      if (instead === undefined) return;
      return this.deliver(instead);
    }
    this.#out.addReply(reply, this.session.protocol, true);
    if (!this.#draining) this.#owner.outputWaits(this);
  }

  /** A part of the replication stream. */
  write(data: string | Uint8Array): void {
    if (this.#closed) return;
    this.#out.add(typeof data === "string" ? data : latin1Slice(data, 0, data.length));
    if (!this.#draining) this.#owner.outputWaits(this);
  }

  /** Requests may be run again. Not at once: another client's command may be in the middle of its work. */
  resume(): void {
    this.#resuming = true;
    queueMicrotask(() => {
      this.#resuming = false;
      this.#drain();
    });
  }

  /** Send what has gathered. */
  flush(): void {
    if (this.#out.length === 0 || this.#closed || this.#mute || this.#resuming) return;
    this.#owner.engine.beforeOutput?.();
    const text = this.#out.take();
    if (text.length > this.replyPeak) this.replyPeak = text.length;
    const { statistics, clientMemory } = this.#owner.engine;
    statistics.writes++;
    statistics.networkOutput += text.length;
    this.#output.write(text);
    if (clientMemory.active && !this.#draining) clientMemory.check(this.session);
  }

  /** Is something under way that will still be sent? What a client waits for by a command of its own does not count. */
  get busy(): boolean {
    const { held, replica } = this.session;
    return (held || this.#out.length !== 0 || replica?.sync !== undefined) && !this.#mute;
  }

  /** Send nothing, and run nothing, until further notice: as if the network had gone. */
  mute(isMute: boolean): void {
    this.#mute = isMute;
    this.session.held = isMute;
    if (isMute) return;
    this.flush();
    this.resume();
  }

  /** Send what has gathered and `text` behind it, then close. */
  hangUp(text = ""): void {
    if (this.#closed) return;
    this.#out.add(text);
    this.session.closing = true;
    if (this.#draining) return;
    this.#resuming = false;
    this.flush();
    this.#end();
  }

  #drain(): void {
    if (this.#draining || this.#closed) return;
    const { session } = this;
    const { engine, interceptor } = this.#owner;
    const parser = this.#parser;
    const out = this.#out;
    this.#draining = true;
    parser.maxBulk = engine.config.protoMaxBulkLen;
    parser.maxRequest = engine.config.clientQueryBufferLimit;
    // What is too much for the limit is not sent in parts.
    const flushAt = Math.max(FLUSH_AT, engine.config.outputLimits.normal.hard);
    let run = 0;
    while (!session.blocked && !session.closing) {
      parser.authenticated = !session.mustLogIn;
      const request = parser.next();
      if (request === undefined) break;
      if (isHttp(request[0])) {
        session.closing = true;
        break;
      }
      if (run++ % REQUESTS_PER_LOOK_AT_CLOCK === 0) engine.refreshTime();
      const reply =
        interceptor === undefined ? engine.executeInBatch(session, request) : interceptor.run(this, request);
      if (reply !== undefined) out.addReply(reply, session.protocol, parser.isChunkDone);
      if (out.length > flushAt) this.flush();
    }
    if (parser.fault !== undefined && !session.closing) {
      out.add(`-ERR Protocol error: ${parser.fault.replace(/[\r\n]/g, " ")}\r\n`);
      session.closing = true;
    }
    this.#draining = false;
    if (engine.clientMemory.active) engine.clientMemory.check(session);
    if (session.closing) {
      this.flush();
      this.#end();
    } else if (out.length !== 0) this.#owner.outputWaits(this);
    this.#owner.batchDone();
  }

  /** Close when the last reply has left. */
  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#owner.engine.closeSession(this.session);
    this.#owner.closed(this);
    this.#output.end();
  }
}

/** A browser that was tricked into talking to this port: redis-server hangs up on it, too. */
function isHttp(word: string): boolean {
  if (word.length === 4) return (word.charCodeAt(0) | 32) === 0x70 && /^post$/i.test(word);
  return word.length === 5 && word.charCodeAt(4) === 0x3a && /^host:$/i.test(word);
}
