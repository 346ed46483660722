/** The `tls-` parameters as node:tls takes them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../engine/config.js";
import type { TlsSettings } from "../ports.js";

const VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;

/**
 * Read certificate, key and authorities.
 * @throws Error when a file is missing that must be there
 */
export function tlsFromFiles(config: Config): TlsSettings {
  const cert = config.get("tls-cert-file");
  const key = config.get("tls-key-file");
  if (cert === "" || key === "") throw new Error("No tls-cert-file or tls-key-file configured!");
  const asks = config.get("tls-auth-clients");
  const authorities = authoritiesOf(config);
  if (asks !== "no" && authorities.length === 0) {
    throw new Error(
      "Either tls-ca-cert-file or tls-ca-cert-dir must be specified when tls-cluster, tls-replication or tls-auth-clients are enabled!",
    );
  }
  const versions = VERSIONS.filter((version) =>
    config.get("tls-protocols").toLowerCase().split(/\s+/).includes(version.toLowerCase()),
  );
  const ciphers = [config.get("tls-ciphersuites"), config.get("tls-ciphers")].filter((list) => list !== "");
  const dhparam = config.get("tls-dh-params-file");
  const passphrase = config.get("tls-key-file-pass");
  return {
    cert: readFileSync(cert),
    key: readFileSync(key),
    ...(passphrase === "" ? {} : { passphrase }),
    ...(authorities.length === 0 ? {} : { ca: authorities }),
    requestCert: asks !== "no",
    // Who may come without a certificate may come with a worthless one.
    rejectUnauthorized: asks === "yes",
    ...(versions.length === 0 ? {} : { minVersion: versions[0], maxVersion: versions.at(-1) }),
    ...(ciphers.length === 0 ? {} : { ciphers: ciphers.join(":") }),
    ...(dhparam === "" ? {} : { dhparam: readFileSync(dhparam) }),
    honorCipherOrder: config.get("tls-prefer-server-ciphers") === "yes",
  } as TlsSettings;
}

function authoritiesOf(config: Config): Buffer[] {
  const file = config.get("tls-ca-cert-file");
  const directory = config.get("tls-ca-cert-dir");
  const paths = file === "" ? [] : [file];
  if (directory !== "") paths.push(...readdirSync(directory).map((name) => join(directory, name)));
  return paths.map((path) => readFileSync(path));
}
