/** A proxy between client and server that does to the bytes what bad networks do. */
import { connect, createServer, type Socket } from "node:net";

/** What becomes of the bytes from now on. After those that let bytes vanish, cut before going back to `"none"`. */
export type Fault =
  /** They pass. */
  | "none"
  /** They pass one by one, each in a write of its own. */
  | "split"
  /** They vanish in both directions, and nobody is told: a half-open connection. */
  | "half-open"
  /** They vanish on the way back only: commands run, replies are lost. */
  | "no-replies";

/** A running proxy. */
export interface FaultProxy {
  readonly port: number;
  /** How many connections were made, and how many are open. */
  readonly connections: number;
  readonly open: number;
  /** How many bytes have come back from the server. */
  readonly replied: number;
  fault: Fault;
  /** Milliseconds by which the bytes are held back, in both directions. */
  delay: number;
  /** Pass so many further bytes of replies, then cut their connection; once. */
  cutAfter: number | undefined;
  /** Close all connections in good order (FIN). */
  cut(): void;
  /** Close all connections by a reset (RST). */
  reset(): void;
  stop(): Promise<void>;
}

/** Start a proxy on a free port to `port`. */
export async function startFaultProxy(port: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let replied = 0;
  const server = createServer((client) => {
    connections++;
    const upstream = connect({ port, host: "127.0.0.1" });
    const both = [client, upstream];
    for (const socket of both) {
      const other = socket === client ? upstream : client;
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("end", () => other.end());
      socket.on("close", () => {
        sockets.delete(socket);
        if (!other.writableEnded) other.destroy();
      });
      socket.on("data", (bytes: Buffer) => {
        if (socket === upstream) {
          replied += bytes.length;
          if (proxy.cutAfter !== undefined) {
            if (proxy.cutAfter <= bytes.length) {
              client.end(bytes.subarray(0, proxy.cutAfter));
              upstream.destroy();
              proxy.cutAfter = undefined;
              return;
            }
            proxy.cutAfter -= bytes.length;
          }
        }
        if (proxy.fault === "half-open" || (proxy.fault === "no-replies" && socket === upstream)) return;
        if (proxy.delay > 0) setTimeout(() => pass(socket, other, bytes, proxy.fault), proxy.delay);
        else pass(socket, other, bytes, proxy.fault);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: FaultProxy = {
    port: (server.address() as { port: number }).port,
    fault: "none",
    delay: 0,
    cutAfter: undefined,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size / 2;
    },
    get replied() {
      return replied;
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}

function pass(from: Socket, to: Socket, bytes: Buffer, fault: Fault): void {
  if (to.destroyed) return;
  if (fault === "split") {
    for (let at = 0; at < bytes.length; at++) to.write(bytes.subarray(at, at + 1));
    return;
  }
  if (!to.write(bytes)) {
    from.pause();
    to.once("drain", () => from.resume());
  }
}
