/** `memory://`: the mini server inside of this process, for development and tests. */
import type { PoolOptions } from "../index.js";

/** A server that a client takes in place of an address. */
type InProcessServer = NonNullable<PoolOptions["server"]>;

/** A server that some apps use. */
interface Shared {
  readonly server: Promise<InProcessServer & { close(): Promise<void> }>;
  users: number;
}

let shared: Shared | undefined;

/** A use of the server. */
export interface MemoryServer {
  readonly server: InProcessServer;
  /** It is not used any more; with its last user the server ends, and what it holds is gone. */
  release(): Promise<void>;
}

/** The server of `memory://`, which all apps of this process share. Started at its first use. */
export async function memoryServer(): Promise<MemoryServer> {
  shared ??= { server: start(), users: 0 };
  const one = shared;
  one.users++;
  const server = await one.server;
  let released = false;
  return {
    server,
    async release() {
      if (released) return;
      released = true;
      one.users--;
      if (one.users > 0) return;
      if (shared === one) shared = undefined;
      await server.close();
    },
  };
}

async function start(): Promise<InProcessServer & { close(): Promise<void> }> {
  const { MiniServer } = await import("../server/index.js");
  return MiniServer.start({ listen: false });
}
