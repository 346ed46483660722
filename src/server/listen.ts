/** The server's sockets: TCP, TLS and Unix. */
import type { Server, Socket, SocketConstructorOpts } from "node:net";
import type { Attendance } from "./attendance.js";
import type { Engine } from "./engine/engine.js";
import { Housekeeping } from "./housekeeping.js";
import type { Link, LinkOutput, Peer } from "./link.js";
import { loadNet, net } from "./node-net.js";
import { closed, open, type PortOptions, Ports } from "./ports.js";

/** Where to listen. */
export interface ListenOptions extends PortOptions {
  readonly unixSocketPath?: string | undefined;
  /** Permissions of the socket's file; those of the process when left out. */
  readonly unixSocketMode?: number | undefined;
  /** Given, scripts are not stopped at their time limit: what clients send is taken in meanwhile. Told of both ends. */
  readonly onSlowScript?: ((runs: boolean) => void) | undefined;
}

/** Open sockets. */
export interface Listener {
  /** The port without TLS, or else the one with it; 0 when there is neither. */
  readonly port: number;
  /** The port with TLS; 0 when there is none. */
  readonly tlsPort: number;
  readonly host: string;
  /** Does `port` speak TLS? */
  readonly secure: boolean;
  /**
   * Listen on other ports; whoever is connected stays. On failure all is as before.
   * @throws the error of the socket, or of what is wrong with certificate and key
   */
  reopen(options: PortOptions): Promise<void>;
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
  await loadNet();
  const { unixSocketPath } = options;
  const backlog = acceptor.engine.config.number("tcp-backlog");
  const housekeeping = new Housekeeping(acceptor.engine);
  const { onSlowScript } = options;
  // Loaded apart: it reads by file descriptors.
  const attendance =
    onSlowScript && new (await import("./attendance.js")).Attendance(acceptor.engine, onSlowScript);
  const service: Service = { acceptor, housekeeping, attendance, unixSocketPath: unixSocketPath ?? "" };
  const onSocket = (socket: Socket): void => serve(service, socket);
  const ports = new Ports(backlog, onSocket);
  let unixServer: Server | undefined;
  const close = async (): Promise<void> => {
    housekeeping.stop();
    await Promise.all([ports.close(), unixServer === undefined ? undefined : closed(unixServer)]);
  };
  try {
    await ports.open(options);
    if (unixSocketPath !== undefined) {
      unixServer = await listenOnPath(unixSocketPath, onSocket);
      const { chmod } = await import("node:fs/promises");
      if (options.unixSocketMode !== undefined) await chmod(unixSocketPath, options.unixSocketMode);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get port() {
      return ports.port === 0 ? ports.tlsPort : ports.port;
    },
    get tlsPort() {
      return ports.tlsPort;
    },
    get host() {
      return ports.host;
    },
    get secure() {
      return ports.port === 0 && ports.tlsPort !== 0;
    },
    reopen: (wanted) => ports.open(wanted),
    close,
  };
}

/** A socket file that a dead server has left behind is taken over. */
async function listenOnPath(path: string, onSocket: (socket: Socket) => void): Promise<Server> {
  const server = net.createServer({ pauseOnConnect: true }, onSocket);
  try {
    await open(server, (ready) => server.listen(path, ready));
  } catch (error) {
    if ((error as { code?: string }).code !== "EADDRINUSE" || !(await isDisposable(path))) throw error;
    const { unlink } = await import("node:fs/promises");
    await unlink(path);
    await open(server, (ready) => server.listen(path, ready));
  }
  return server;
}

/** Is it a socket with nobody behind it, or an empty file that keeps the name? Others are not ours to remove. */
async function isDisposable(path: string): Promise<boolean> {
  const { lstat } = await import("node:fs/promises");
  const file = await lstat(path);
  if (file.isFile()) return file.size === 0;
  if (!file.isSocket()) return false;
  return new Promise((resolve) => {
    const probe = net.connect(path);
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
  if (typeof handle?.useUserBuffer !== "function" || accepted.constructor !== net.Socket) return undefined;
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
  const socket = new net.Socket({ handle, onread } as unknown as SocketConstructorOpts);
  // Nothing is pushed through the stream but its end, which only a flowing one reports.
  socket.resume();
  return socket;
}

/** What every client is given. */
interface Service {
  readonly acceptor: Acceptor;
  readonly housekeeping: Housekeeping;
  readonly attendance: Attendance | undefined;
  readonly unixSocketPath: string;
}

function serve({ acceptor, housekeeping, attendance, unixSocketPath }: Service, accepted: Socket): void {
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
  if (!peer.isUnixSocket) {
    socket.setNoDelay(true);
    const keepAlive = config.number("tcp-keepalive");
    if (keepAlive !== 0) socket.setKeepAlive(true, keepAlive * 1000);
  }
  const output: LinkOutput = {
    write: (text) => {
      const waiting = socket.writableLength + text.length;
      // Before the network takes some of it: how much that is, differs.
      if (waiting >= config.lowestOutputLimit) housekeeping.checkOutput(link, socket, waiting);
      socket.write(text, "latin1");
    },
    get waiting() {
      return socket.writableLength;
    },
    // At once when all has left: who sends on and on would otherwise never learn that nobody listens.
    end: () => socket.destroySoon(),
    destroy: () => socket.destroy(),
  };
  const link = acceptor.attach(output, peer);
  housekeeping.add(link);
  attendance?.add(link, socket);
  if (socket === accepted) {
    socket.on("data", (chunk: Buffer) => link.receive(chunk));
    socket.resume();
  }
  socket.on("end", () => link.close());
  socket.on("close", () => {
    housekeeping.remove(link);
    attendance?.remove(link);
    link.close();
  });
}
