/** A connection within the process: no sockets, the same bytes. */
import type { Connector, InProcessPeer, InProcessServer, Transport, TransportHandler } from "./transport.js";

/** A task of its own; browsers have no `setImmediate`. */
const later: (task: () => void) => void = globalThis.setImmediate ?? ((task) => void setTimeout(task, 0));

/** From this many bytes on that the server has not seen, the client is asked to wait. */
const FULL = 1024 * 1024;

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
  #waiting = 0;
  #paused = false;
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
    this.#waiting += bytes.length;
    return this.#waiting <= FULL;
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

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#toClient.length > 0) later(() => this.#deliver());
  }

  ref(): void {}

  unref(): void {}

  #hand(): void {
    const chunks = this.#toServer;
    const wasFull = this.#waiting > FULL;
    this.#toServer = [];
    this.#waiting = 0;
    for (const chunk of chunks) if (this.#open) this.#peer.receive(chunk);
    if (wasFull && this.#open) this.#handler.drained();
  }

  #deliver(): void {
    const chunks = this.#toClient;
    this.#toClient = [];
    for (let i = 0; i < chunks.length && this.#open; i++) {
      if (this.#paused) {
        // What came meanwhile stands behind these.
        this.#toClient = [...chunks.slice(i), ...this.#toClient];
        return;
      }
      this.#handler.data(chunks[i], chunks[i].length);
    }
  }

  #close(error: Error | null): void {
    if (!this.#open) return;
    this.#hand();
    this.#paused = false;
    this.#deliver();
    this.#open = false;
    this.#peer.close();
    this.#handler.closed(error);
  }
}
