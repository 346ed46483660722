/** Bytes in, bytes out: the waist between a connection and whatever carries its bytes. */

/** Who is told what happens on a transport. */
export interface TransportHandler {
  /** The first `length` bytes of `buffer` have come; the buffer is used again after the call. */
  data(buffer: Uint8Array, length: number): void;
  /** The transport can take more, after a write had answered `false`. */
  drained(): void;
  /** It is over: `error` says why, `null` when the other side ended it in good order. Called once, last. */
  closed(error: Error | null): void;
}

/** An open way to a server. */
export interface Transport {
  /** Send bytes, which must not change before they are sent. @returns false when the caller should wait for `drained` */
  write(bytes: Uint8Array): boolean;
  /** Has everything been sent that was written? */
  readonly idle: boolean;
  /** The IP address of the other side, where it has one. */
  readonly remoteAddress?: string | undefined;
  /** Hold writes back until `uncork`, so that they leave together. */
  cork(): void;
  uncork(): void;
  /** Send what was written, then close. */
  end(): void;
  /** Close at once. */
  destroy(): void;
  /** Take nothing from the other side until `resume`; what has come already may still be handed over. */
  pause(): void;
  resume(): void;
  /** Whether an open transport keeps the process alive. */
  ref(): void;
  unref(): void;
}

/** Where a server listens. */
export interface HostAndPort {
  /** A name or an address. */
  host: string;
  port: number;
}

/** Says where an address leads: what the option `addressResolver` takes. */
export type AddressResolver = (address: HostAndPort) => HostAndPort | Promise<HostAndPort>;

/** Opens transports to one server. */
export interface Connector {
  /** For messages: `127.0.0.1:6379`, `/tmp/redis.sock`, `in process`. */
  readonly address: string;
  /** Does it speak TLS? Without it: no. */
  readonly encrypted?: boolean;
  /**
   * A connector to another endpoint of the same service, with the same options. A certificate is checked for
   * `host` where that is a name, else for the name of this connector. Without it, there is no other endpoint.
   */
  elsewhere?(host: string, port: number): Connector;
  /**
   * Open a transport.
   * @param timeout give up after this many milliseconds (0: never)
   * @throws Error why it did not come about; nothing was sent
   */
  open(handler: TransportHandler, timeout: number): Promise<Transport>;
}

/** A server in the same process, such as `MiniServer`: what the option `server` takes. */
export interface InProcessServer {
  /**
   * Attach one client without sockets.
   * @param send called with the bytes that go to the client
   * @param end called when the server closes the connection
   */
  accept(send: (bytes: Uint8Array) => void, end: () => void): InProcessPeer;
}

/** The server's end of an in-process connection. */
export interface InProcessPeer {
  /** Bytes from the client; the server copies what outlives the call. */
  receive(bytes: Uint8Array): void;
  /** The client is gone. */
  close(): void;
}
