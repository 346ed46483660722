/** What a mini server is started with: the settings that users give, and what a process of its own adds. */
import type { Config } from "./engine/config.js";
import type { Engine } from "./engine/engine.js";
import type { EngineOptions, Release } from "./engine/engine-options.js";
import { COMPAT_VERSIONS, type CompatVersion, isCompatVersion } from "./engine/version.js";
import type { ListenOptions } from "./listen.js";
import type { TlsSettings } from "./ports.js";

/** Settings of `MiniServer.start`. */
export interface MiniServerOptions {
  /** `false`: no sockets, for clients in this process alone (`new Redis({ server })`), and for browsers. */
  readonly listen?: boolean;
  /** TCP port; 0 (the default): any free one; `false`: none. */
  readonly port?: number | false;
  /**
   * Address to listen on, or several of them; 127.0.0.1 when left out. `*` is all of IPv4 and `::*` all of IPv6;
   * one with a `-` in front may be missing.
   */
  readonly host?: string | readonly string[];
  /** Listen on a Unix socket as well. */
  readonly unixSocketPath?: string;
  /** Permissions of the socket's file, such as `0o700`; what the process gives when left out. */
  readonly unixSocketMode?: number;
  /** Certificate and key: the TCP port then speaks TLS, or `tlsPort` does when there is one. */
  readonly tls?: TlsSettings;
  /** A port with TLS beside the one without; 0: any free one. */
  readonly tlsPort?: number;
  /** Password of the default user. */
  readonly requirepass?: string;
  /**
   * The version of Redis to follow, 7.0 when left out. A later one has the commands and options that came to the
   * core types up to then (expiry of fields of hashes, conditions of SET, policies of XADD ...), and is what INFO
   * and HELLO report.
   */
  readonly compat?: CompatVersion;
  /** Number of databases; 16 when left out. */
  readonly databases?: number;
  /** Parameters as CONFIG SET takes them. */
  readonly config?: Readonly<Record<string, string>>;
  /** Makes SPOP, SRANDMEMBER, RANDOMKEY and the rest choose the same way every time. */
  readonly seed?: number;
  /** Told of a bug in the server itself (a command that failed in a way that it should not). */
  readonly onBug?: (error: unknown) => void;
}

/** What a process of its own has, and a server inside of another program has not. */
export interface ServerProcess extends Pick<EngineOptions, "files" | "log" | "renamedCommands" | "onCrash"> {
  /** SHUTDOWN. */
  readonly onShutdown: () => void;
  /** A script begins to run past its time limit, or such a one has ended. */
  readonly onSlowScript: (runs: boolean) => void;
  /** The files of certificate and key, which parameters name. @throws Error when one is missing */
  readonly readTls: (config: Config) => TlsSettings;
  /** Called before the server listens. @throws Error when it must not */
  readonly prepare: (engine: Engine) => void;
}

/** Which port is plain, and which speaks TLS. */
export function portsOf({
  port = 0,
  tls,
  tlsPort,
}: MiniServerOptions): Pick<ListenOptions, "port" | "tlsPort"> {
  const one = port === false ? undefined : port;
  return tls !== undefined && tlsPort === undefined
    ? { port: undefined, tlsPort: one }
    : { port: one, tlsPort };
}

/** What a version has that 7.0 has not. @throws RangeError for a version that cannot be followed */
export async function releaseFor(compat: CompatVersion): Promise<Release | undefined> {
  if (!isCompatVersion(compat)) {
    throw new RangeError(`compat must be one of ${COMPAT_VERSIONS.join(", ")}, not ${String(compat)}`);
  }
  if (compat === "7.0") return undefined;
  // Loaded here, so that a server of 7.0 pays nothing for what it has not.
  const { releaseOf } = await import("./engine/compat/release.js");
  return releaseOf(compat);
}
