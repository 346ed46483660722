/** The server's sockets: TCP, TLS and Unix. */
import { lstat, unlink } from "node:fs/promises";
import { connect, createServer, type Server, Socket, type SocketConstructorOpts } from "node:net";
import type { TlsOptions } from "node:tls";
import type { Engine } from "./engine/engine.js";
import type { Link, LinkOutput, Peer } from "./link.js";

/** Certificate, key and the like, as node:tls takes them. */
export type TlsSettings = TlsOptions;

/** Where to listen. */
export interface ListenOptions {
  readonly port: number;
  readonly host: string;
  readonly unixSocketPath?: string;
  readonly tls?: TlsSettings;
}

/** Open sockets. */
export interface Listener {
  readonly port: number;
  readonly host: string;
  /** Does the port speak TLS? */
  readonly secure: boolean;
  /** Stop accepting; resolves when the sockets are free again. */
  close(): Promise<void>;
}

/** What takes the clients. */
export interface Acceptor {
  readonly engine: Engine;
  attach(output: LinkOutput, peer: Peer): Link;
}

const PROTECTED =
  "-DENIED Redis is running in protected mode: it has no password and takes connections of this host alone. Set requirepass, or protected-mode to no\r\n";

/** Open the sockets. @throws the error of the socket, such as `EADDRINUSE` */
export async function listen(acceptor: Acceptor, options: ListenOptions): Promise<Listener> {
  const onSocket = (socket: Socket): void => serve(acceptor, socket, options.unixSocketPath ?? "");
  const tcp =
    options.tls === undefined
      ? createServer({ pauseOnConnect: true }, onSocket)
      : await createTls(options.tls, onSocket);
  await open(tcp, (ready) => tcp.listen(options.port, options.host, ready));
  const servers: Server[] = [tcp];
  if (options.unixSocketPath !== undefined) {
    try {
      servers.push(await listenOnPath(options.unixSocketPath, onSocket));
    } catch (error) {
      tcp.close();
      throw error;
    }
  }
  const bound = tcp.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : options.port,
    host: options.host,
    secure: options.tls !== undefined,
    close: async () => {
      await Promise.all(
        servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
      );
    },
  };
}

/** TLS is loaded only where it is wanted: it is the heaviest of Node's own modules. */
async function createTls(settings: TlsSettings, onSocket: (socket: Socket) => void): Promise<Server> {
  const tls = await import("node:tls");
  const server = tls.createServer(settings, onSocket);
  // A failed handshake is the client's business; it must not end this process.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

function open(server: Server, start: (ready: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    start(() => {
      server.off("error", reject);
      server.on("error", () => {});
      resolve();
    });
  });
}

/** A socket file that a dead server has left behind is taken over. */
async function listenOnPath(path: string, onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ pauseOnConnect: true }, onSocket);
  try {
    await open(server, (ready) => server.listen(path, ready));
  } catch (error) {
    if ((error as { code?: string }).code !== "EADDRINUSE" || !(await isDeadSocket(path))) throw error;
    await unlink(path);
    await open(server, (ready) => server.listen(path, ready));
  }
  return server;
}

/** Is it a socket, and nobody behind it? Other files are not ours to remove. */
async function isDeadSocket(path: string): Promise<boolean> {
  if (!(await lstat(path)).isSocket()) return false;
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(false);
    });
    probe.once("error", () => resolve(true));
  });
}

function isLoopback(address: string | undefined): boolean {
  return address === undefined || address === "::1" || /^(?:::ffff:)?127\./.test(address);
}

function hostAndPort(host: string | undefined, port: number | undefined): string {
  return host?.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function peerOf(socket: Socket, unixSocketPath: string): Peer {
  if (socket.remotePort === undefined) {
    const address = `${unixSocketPath}:0`;
    return { address, localAddress: address, isUnixSocket: true };
  }
  return {
    address: hostAndPort(socket.remoteAddress, socket.remotePort),
    localAddress: hostAndPort(socket.localAddress, socket.localPort),
    isUnixSocket: false,
  };
}

/** What all plain sockets read into: requests are parsed, and what is left of them copied, before the next read. */
let sharedBuffer: Uint8Array | undefined;
const SHARED_BUFFER = 65536;

/**
 * A socket that reads into the shared buffer instead of making a new one for every read, which costs a
 * sixth of all work on short requests. `onread` is there for clients only, so the accepted handle gets a
 * socket of its own; where handles are not as Node has them, the accepted socket is read as a stream.
 */
function readDirectly(accepted: Socket, take: (bytes: Uint8Array) => void): Socket | undefined {
  const holder = accepted as unknown as { _handle: { useUserBuffer?: unknown } | null };
  const handle = holder._handle;
  if (typeof handle?.useUserBuffer !== "function" || accepted.constructor !== Socket) return undefined;
  sharedBuffer ??= new Uint8Array(SHARED_BUFFER);
  holder._handle = null;
  // The server no longer counts it: whoever closes the server closes the links as well.
  accepted.destroy();
  const onread = {
    buffer: sharedBuffer,
    callback: (length: number, buffer: Uint8Array) => {
      take(buffer.subarray(0, length));
      return true;
    },
  };
  const socket = new Socket({ handle, onread } as unknown as SocketConstructorOpts);
  // Nothing is pushed through the stream but its end, which only a flowing one reports.
  socket.resume();
  return socket;
}

function serve(acceptor: Acceptor, accepted: Socket, unixSocketPath: string): void {
  const { engine } = acceptor;
  const { config } = engine;
  accepted.on("error", () => {});
  const turnAway = (why: string): void => {
    engine.statistics.rejectedConnections++;
    accepted.end(why);
    accepted.resume();
  };
  if (engine.sessions.size >= config.maxclients) {
    return turnAway("-ERR max number of clients reached\r\n");
  }
  if (
    config.get("protected-mode") === "yes" &&
    engine.acl.defaultUser.nopass &&
    !isLoopback(accepted.remoteAddress)
  ) {
    return turnAway(PROTECTED);
  }
  const peer = peerOf(accepted, unixSocketPath);
  const socket = readDirectly(accepted, (bytes) => link.receiveShared(bytes)) ?? accepted;
  socket.on("error", () => {});
  socket.setNoDelay(true);
  const output: LinkOutput = {
    write: (text) => {
      socket.write(text, "latin1");
      if (tooFarBehind(link, socket)) link.close();
    },
    end: () => socket.end(),
    destroy: () => socket.destroy(),
  };
  const link = acceptor.attach(output, peer);
  if (socket === accepted) {
    socket.on("data", (chunk: Buffer) => link.receive(chunk));
    socket.resume();
  }
  socket.on("end", () => link.close());
  socket.on("close", () => link.close());
}

/** `client-output-buffer-limit pubsub`, the hard one: a subscriber that does not read is cut off. */
const PUBSUB_LIMIT = 33554432;

function tooFarBehind(link: Link, socket: Socket): boolean {
  const { session } = link;
  return (
    socket.writableLength > PUBSUB_LIMIT && session.subscriptionCount + session.shardSubscriptionCount > 0
  );
}
