/**
 * A proxy between a worker and its broker that kills the worker at a chosen moment of their talk. What the worker has
 * sent until then arrives, as it does when a process is killed.
 */
import { connect, createServer, type Socket } from "node:net";

/** When to kill: at the `count`-th piece from now on that the worker sends, or that the server answers. */
export interface KillMoment {
  readonly side: "request" | "reply";
  readonly count: number;
}

/** A running proxy. */
export interface KillProxy {
  readonly port: number;
  /** Pieces seen since {@link KillProxy.arm}. */
  readonly seen: { request: number; reply: number };
  /** Starts counting anew; `kill` is called once at the moment, before the piece goes on. */
  arm(moment: KillMoment | undefined, kill: () => void): void;
  stop(): Promise<void>;
}

/** Starts a proxy on a free port to `port`. */
export async function startKillProxy(port: number): Promise<KillProxy> {
  const sockets = new Set<Socket>();
  const seen = { request: 0, reply: 0 };
  let moment: KillMoment | undefined;
  let kill: () => void = () => {};
  const count = (side: "request" | "reply") => {
    seen[side]++;
    if (moment?.side !== side || moment.count !== seen[side]) return;
    moment = undefined;
    kill();
  };
  const server = createServer((client) => {
    const upstream = connect({ port, host: "127.0.0.1" });
    for (const socket of [client, upstream]) {
      const other = socket === client ? upstream : client;
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("data", (bytes: Buffer) => {
        count(socket === client ? "request" : "reply");
        if (!other.destroyed) other.write(bytes);
      });
      socket.on("end", () => other.end());
      socket.on("close", () => {
        sockets.delete(socket);
        other.end();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    seen,
    arm(next, act) {
      seen.request = 0;
      seen.reply = 0;
      moment = next;
      kill = act;
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
