/** A connection within the process: no sockets, the same bytes. */
import type { Connector, InProcessPeer, InProcessServer, Transport, TransportHandler } from "./transport.js";

/** A task of its own; browsers have no `setImmediate`. */
const later: (task: () => void) => void = globalThis.setImmediate ?? ((task) => void setTimeout(task, 0));

/** A connector to a server in this process. */
export function memoryConnector(server: InProcessServer): Connector {
  return {
    address: "in process",
    open: async (handler) => new MemoryTransport(server, handler),
  };
}

/**
 * Both directions are handed over in a task of their own, as a socket would: neither side ever runs
 * inside a call of the other.
 */
class MemoryTransport implements Transport {
  readonly #handler: TransportHandler;
  readonly #peer: InProcessPeer;
  #toServer: Uint8Array[] = [];
  #toClient: Uint8Array[] = [];
  #open = true;

  constructor(server: InProcessServer, handler: TransportHandler) {
    this.#handler = handler;
    this.#peer = server.accept(
      (bytes) => {
        if (this.#toClient.push(bytes) === 1) later(() => this.#deliver());
      },
      () => later(() => this.#close(null)),
    );
  }

  write(bytes: Uint8Array): boolean {
    if (this.#toServer.push(bytes) === 1) later(() => this.#hand());
    return true;
  }

  get idle(): boolean {
    return this.#toServer.length === 0;
  }

  cork(): void {}

  uncork(): void {}

  end(): void {
    later(() => this.#close(null));
  }

  destroy(): void {
    this.#toServer = [];
    later(() => this.#close(null));
  }

  ref(): void {}

  unref(): void {}

  #hand(): void {
    const chunks = this.#toServer;
    this.#toServer = [];
    for (const chunk of chunks) if (this.#open) this.#peer.receive(chunk);
  }

  #deliver(): void {
    const chunks = this.#toClient;
    this.#toClient = [];
    for (const chunk of chunks) if (this.#open) this.#handler.data(chunk, chunk.length);
  }

  #close(error: Error | null): void {
    if (!this.#open) return;
    this.#hand();
    this.#deliver();
    this.#open = false;
    this.#peer.close();
    this.#handler.closed(error);
  }
}
