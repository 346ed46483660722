/** Where a running server listens, by its parameters: what CONFIG SET port, bind and the like ask for. */
import type { Config } from "./engine/config.js";
import type { PortOptions, TlsSettings } from "./ports.js";

/**
 * The ports that the parameters name; port 0 is none.
 * @param readTls certificate and key; asked only when there is a port with TLS
 * @throws Error when that port has no certificate, or one that cannot be read
 */
export function portsFrom(config: Config, readTls: (config: Config) => TlsSettings | undefined): PortOptions {
  const [port, tlsPort] = [config.number("port"), config.number("tls-port")];
  const tls = tlsPort === 0 ? undefined : readTls(config);
  if (tlsPort !== 0 && tls === undefined) throw new Error("There is no certificate for a port with TLS");
  return {
    port: port === 0 ? undefined : port,
    tlsPort: tlsPort === 0 ? undefined : tlsPort,
    hosts: config
      .get("bind")
      .split(" ")
      .filter((host) => host !== ""),
    tls,
  };
}
