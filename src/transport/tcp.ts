/** TCP, TLS and Unix sockets by Node's `net` and `tls`, which are loaded at the first connection. */
import type { Socket, TcpSocketConnectOpts } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { AddressResolver, Connector, HostAndPort, Transport, TransportHandler } from "./transport.js";
import { within } from "./within.js";

/** Where and how to connect. */
export interface SocketAddress extends HostAndPort {
  /** Path of a Unix socket; takes the place of host and port. */
  unixSocketPath?: string | undefined;
  /** TLS, with Node's options (`ca`, `cert`, `key`, `servername`, ...); a function is asked at each connect. */
  tls?: ConnectionOptions | (() => ConnectionOptions | Promise<ConnectionOptions>) | undefined;
  /** Milliseconds until the first TCP keep-alive probe on an idle connection; 0 switches it off. */
  keepAlive: number;
  /** Asked at each connect where `host` and `port` lead. */
  resolver?: AddressResolver | undefined;
  /** Name that the certificate must bear, in place of `host` where that is no name. */
  certifiedName?: string | undefined;
}

/**
 * All sockets read into this one buffer: a chunk is parsed within the read callback, and the parser
 * copies what it keeps. That spares each chunk an allocation and the stream machinery.
 */
let readBuffer: Uint8Array | undefined;
const READ_BUFFER = 256 * 1024;

/** A connector for sockets. */
export function socketConnector(to: SocketAddress): Connector {
  const address =
    to.unixSocketPath ?? (to.host.includes(":") ? `[${to.host}]:${to.port}` : `${to.host}:${to.port}`);
  return {
    address,
    encrypted: to.tls !== undefined,
    ...(to.unixSocketPath === undefined ? { elsewhere: (host, port) => elsewhere(to, host, port) } : {}),
    open: async (handler, timeout) => {
      readBuffer ??= new Uint8Array(READ_BUFFER);
      const { host, port } = to.resolver === undefined ? to : await resolved(to, to.resolver, timeout);
      const tlsOptions = typeof to.tls === "function" ? await asked(to.tls, timeout) : to.tls;
      const options = {
        ...(to.unixSocketPath === undefined ? { host, port } : { path: to.unixSocketPath }),
        ...tlsOptions,
        onread: {
          buffer: readBuffer,
          callback: (length: number, buffer: Uint8Array) => {
            handler.data(buffer, length);
            return true;
          },
        },
      };
      let socket: Socket;
      if (tlsOptions === undefined) {
        const net = await import("node:net");
        socket = net.connect(options as TcpSocketConnectOpts);
      } else {
        const tls = await import("node:tls");
        const name = to.certifiedName ?? to.host;
        const servername = tlsOptions.servername ?? (isHostName(name) ? name : undefined);
        socket = tls.connect({
          ...(name === host || servername !== undefined ? {} : { checkServerIdentity: checkedAs(tls, name) }),
          ...options,
          ...(servername === undefined ? {} : { servername }),
        } as ConnectionOptions);
      }
      await opened(socket, tlsOptions === undefined ? "connect" : "secureConnect", timeout, address);
      if (to.unixSocketPath === undefined) {
        socket.setNoDelay(true);
        if (to.keepAlive > 0) socket.setKeepAlive(true, to.keepAlive);
      }
      return new SocketTransport(socket, handler);
    },
  };
}

/** What the option `tls` gives, where it is a function. @throws Error `ETLS` when it fails */
async function asked(
  tls: () => ConnectionOptions | Promise<ConnectionOptions>,
  timeout: number,
): Promise<ConnectionOptions> {
  try {
    const given = await within(timeout, async () => tls());
    if (typeof given === "object" && given !== null) return given;
    throw new Error(`it gave ${String(given)} in place of the options of tls.connect`);
  } catch (cause) {
    throw failed("tls", "ETLS", cause);
  }
}

/** Where the option `addressResolver` says that it leads to. @throws Error `EADDRESS` when it fails */
async function resolved(
  { host, port }: HostAndPort,
  resolver: AddressResolver,
  timeout: number,
): Promise<HostAndPort> {
  try {
    const given = await within(timeout, async () => resolver({ host, port }));
    const isPort = Number.isInteger(given?.port) && given.port > 0 && given.port < 65_536;
    if (typeof given?.host === "string" && given.host !== "" && isPort) return given;
    throw new Error(`it gave ${JSON.stringify(given)} in place of { host, port }`);
  } catch (cause) {
    throw failed("addressResolver", "EADDRESS", cause);
  }
}

function failed(option: string, code: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return Object.assign(new Error(`the option ${option} failed: ${why}`, { cause }), { code });
}

function elsewhere(from: SocketAddress, host: string, port: number): Connector {
  const name = from.certifiedName ?? from.host;
  return socketConnector({ ...from, host, port, certifiedName: isHostName(host) ? undefined : name });
}

/** A certificate's check for `name`, whatever address it was shown at. */
function checkedAs(tls: typeof import("node:tls"), name: string): ConnectionOptions["checkServerIdentity"] {
  return (_, certificate) => tls.checkServerIdentity(name, certificate);
}

/** SNI must not carry an address (RFC 6066, section 3). */
function isHostName(host: string): boolean {
  return !host.includes(":") && !/^[\d.]+$/.test(host);
}

function opened(socket: Socket, event: string, timeout: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer =
      timeout > 0
        ? setTimeout(() => {
            socket.destroy(
              Object.assign(new Error(`connecting to ${address} took more than ${timeout} ms`), {
                code: "ETIMEDOUT",
              }),
            );
          }, timeout)
        : undefined;
    const settle = (error?: Error) => {
      clearTimeout(timer);
      socket.removeListener(event, onOpen);
      socket.removeListener("error", settle);
      socket.removeListener("close", onClose);
      if (error === undefined) resolve();
      else {
        // A socket may report a second error while it is being destroyed.
        socket.on("error", () => {});
        socket.destroy();
        reject(error);
      }
    };
    const onOpen = () => settle();
    const onClose = () =>
      settle(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" }));
    socket.once(event, onOpen);
    socket.once("error", settle);
    socket.once("close", onClose);
  });
}

class SocketTransport implements Transport {
  readonly #socket: Socket;

  constructor(socket: Socket, handler: TransportHandler) {
    this.#socket = socket;
    let failure: Error | null = null;
    socket.on("drain", () => handler.drained());
    socket.on("error", (error) => {
      failure = error;
    });
    socket.on("close", () => handler.closed(failure));
    // With `onread` the socket does not end by itself when the other side has.
    socket.on("end", () => socket.end());
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket.write(bytes);
  }

  get idle(): boolean {
    return this.#socket.writableLength === 0;
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }
}
