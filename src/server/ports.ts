/** The TCP ports of a server: opened together, and opened anew when CONFIG SET changes where they are. */
import type { Server, Socket } from "node:net";
import type { TlsOptions } from "node:tls";
import { net } from "./node-net.js";

/** Certificate, key and the like, as node:tls takes them. */
export type TlsSettings = TlsOptions;

/** On which ports to listen. */
export interface PortOptions {
  /** Port without TLS; 0: any free one; `undefined`: none. */
  readonly port: number | undefined;
  /** Port with TLS, likewise; needs `tls`. */
  readonly tlsPort?: number | undefined;
  /** Addresses to listen on, on the same port; one with a leading `-` may be missing, `*` is all of them. None: no port. */
  readonly hosts: readonly string[];
  readonly tls?: TlsSettings | undefined;
}

/** One port, open on all addresses. */
interface OpenPort {
  /** 0: none. */
  readonly port: number;
  readonly hosts: readonly string[];
  readonly tls: TlsSettings | undefined;
  readonly servers: readonly Server[];
}

const NONE: OpenPort = { port: 0, hosts: [], tls: undefined, servers: [] };

/** The ports of one server. */
export class Ports {
  readonly #backlog: number;
  readonly #onSocket: (socket: Socket) => void;
  #plain = NONE;
  #secure = NONE;
  #host: string | undefined;

  constructor(backlog: number, onSocket: (socket: Socket) => void) {
    this.#backlog = backlog;
    this.#onSocket = onSocket;
  }

  /** The port without TLS; 0: none. */
  get port(): number {
    return this.#plain.port;
  }

  /** The port with TLS; 0: none. */
  get tlsPort(): number {
    return this.#secure.port;
  }

  /** The first address, as Node.js takes it. */
  get host(): string {
    return addressOf(this.#host) ?? "127.0.0.1";
  }

  /**
   * Open these ports, and close those that were open and are no more wanted. Connections stay. On failure all is as
   * before.
   * @throws the error of the socket, such as `EADDRINUSE`, or of what is wrong with certificate and key
   */
  async open({ port, tlsPort, hosts, tls }: PortOptions): Promise<void> {
    const plain = this.#plain;
    this.#plain = await this.#change(plain, port, hosts, undefined);
    try {
      this.#secure = await this.#change(this.#secure, tls === undefined ? undefined : tlsPort, hosts, tls);
    } catch (error) {
      if (this.#plain !== plain) {
        stop(this.#plain);
        this.#plain = NONE;
        this.#plain = await this.#reopened(plain);
      }
      throw error;
    }
    this.#host = hosts[0];
  }

  /** Stop listening; resolves when the last connection has gone, too. */
  async close(): Promise<void> {
    const servers = [...this.#plain.servers, ...this.#secure.servers];
    await Promise.all(servers.map(closed));
  }

  async #change(
    before: OpenPort,
    port: number | undefined,
    hosts: readonly string[],
    tls: TlsSettings | undefined,
  ): Promise<OpenPort> {
    if (port === undefined || hosts.length === 0) {
      stop(before);
      return NONE;
    }
    if (port === before.port && tls === before.tls && String(hosts) === String(before.hosts)) return before;
    if (port !== before.port) {
      const opened = await this.#open(port, hosts, tls);
      stop(before);
      return opened;
    }
    // The addresses of before are in the way of the new ones.
    stop(before);
    try {
      return await this.#open(port, hosts, tls);
    } catch (error) {
      if (tls === undefined) this.#plain = await this.#reopened(before);
      else this.#secure = await this.#reopened(before);
      throw error;
    }
  }

  #reopened({ port, hosts, tls, servers }: OpenPort): Promise<OpenPort> {
    return servers.length === 0 ? Promise.resolve(NONE) : this.#open(port, hosts, tls);
  }

  async #open(port: number, hosts: readonly string[], tls: TlsSettings | undefined): Promise<OpenPort> {
    const create = await this.#factory(tls);
    const servers: Server[] = [];
    try {
      const bound = await listenOnAll(hosts, port, this.#backlog, servers, create);
      return { port: bound, hosts, tls, servers };
    } catch (error) {
      for (const server of servers) server.close();
      throw error;
    }
  }

  async #factory(tls: TlsSettings | undefined): Promise<() => Server> {
    const onSocket = this.#onSocket;
    if (tls === undefined) return () => net.createServer({ pauseOnConnect: true }, onSocket);
    const { createServer: createTls } = await import("node:tls");
    return () => {
      const server = createTls(tls, onSocket);
      // A failed handshake is the client's business; it must not end this process.
      server.on("tlsClientError", (_error, socket) => socket.destroy());
      return server;
    };
  }
}

function stop({ servers }: OpenPort): void {
  for (const server of servers) server.close();
}

/** Stop listening; resolves when the last connection has gone, too. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** An address as Node.js takes it. */
function addressOf(host: string | undefined): string | undefined {
  const address = host?.replace(/^-/, "");
  if (address === "*") return "0.0.0.0";
  return address === "::*" ? "::" : address;
}

/**
 * Listen on all addresses; on the port of the first one when any free port will do.
 * @returns the port
 * @throws the error of the first address that may not be missing, or when none is left
 */
async function listenOnAll(
  hosts: readonly string[],
  wanted: number,
  backlog: number,
  servers: Server[],
  create: () => Server,
): Promise<number> {
  let port = wanted;
  let missing: unknown = new Error("there is no address to listen on");
  let opened = 0;
  for (const host of hosts) {
    const server = create();
    const address = addressOf(host);
    try {
      // Without `ipv6Only` the address `::` would take the port of IPv4 as well.
      await open(server, (ready) =>
        server.listen(
          { port, host: address, backlog, ipv6Only: address === "::" && hosts.length > 1 },
          ready,
        ),
      );
    } catch (error) {
      if (!host.startsWith("-") || !isMissingAddress(error)) throw error;
      missing = error;
      continue;
    }
    servers.push(server);
    opened++;
    const bound = server.address();
    if (typeof bound === "object" && bound !== null) port = bound.port;
  }
  if (opened === 0) throw missing;
  return port;
}

/** Has this machine no such address, or no such kind of addresses? */
function isMissingAddress(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT" || code === "EPROTONOSUPPORT";
}

/** Start to listen. @throws the error of the socket */
export function open(server: Server, start: (ready: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    start(() => {
      server.off("error", reject);
      server.on("error", () => {});
      resolve();
    });
  });
}
