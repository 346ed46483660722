/** The option `maintenance`: its check, and what follows from it for one connection. */
import type { Connection } from "../connection/connection.js";
import { checkInteger, checkKeys, checkOneOf, refuse } from "../options/option-checks.js";
import type { MaintenanceOptions, PoolOptions } from "../options/pool-options.js";

/** The option with its defaults. */
export interface MaintenanceSettings {
  readonly mode: "auto" | "enabled" | "disabled";
  readonly endpointType: EndpointType | "auto";
  /** Milliseconds. */
  readonly relaxedTimeout: number;
}

/** How the server shall name the endpoint to move to. */
export type EndpointType = Exclude<NonNullable<MaintenanceOptions["endpointType"]>, "auto">;

const MODES = ["auto", "enabled", "disabled"] as const;
const ENDPOINT_TYPES = [
  "auto",
  "internal-ip",
  "internal-fqdn",
  "external-ip",
  "external-fqdn",
  "none",
] as const;

/** @throws OptionError */
export function maintenanceOf({ maintenance, protocol, parser }: PoolOptions): MaintenanceSettings {
  const isObject = typeof maintenance === "object" && maintenance !== null;
  const given: MaintenanceOptions = isObject
    ? maintenance
    : { mode: checkOneOf("maintenance", maintenance, MODES, "auto") };
  checkKeys("maintenance", given, ["mode", "endpointType", "relaxedTimeout"]);
  const mode = checkOneOf("maintenance.mode", given.mode, MODES, "auto");
  if (mode === "enabled" && (protocol === 2 || parser === "redis-parser")) {
    refuse(
      "maintenance",
      mode,
      'anything but "enabled" under RESP2 (protocol: 2, the parser "redis-parser"), which has no notifications',
    );
  }
  return {
    mode,
    endpointType: checkOneOf("maintenance.endpointType", given.endpointType, ENDPOINT_TYPES, "auto"),
    relaxedTimeout: checkInteger("maintenance.relaxedTimeout", given.relaxedTimeout, 0, 3_600_000, 10_000),
  };
}

/** Names of the managed services that announce their maintenance. */
const MANAGED =
  /\.(redislabs\.com|redis-cloud\.com|rlrcp\.com|redis\.azure\.net|redisenterprise\.cache\.azure\.net)(:\d+)?$/i;
/** Where the modules of Redis Enterprise say that they lie, in the reply to HELLO. */
const MODULE_PATH = "/enterprise-managed";

/** Is this a server that may announce its maintenance, by its name or by its reply to HELLO? Others need not be asked. */
export function mayAnnounce(address: string, hello: ReadonlyMap<unknown, unknown>): boolean {
  if (MANAGED.test(address)) return true;
  const modules = hello.get("modules");
  return (
    Array.isArray(modules) &&
    modules.some((module) => module instanceof Map && module.get("path") === MODULE_PATH)
  );
}

/** The command that asks for notifications. */
export const REGISTER = "CLIENT MAINT_NOTIFICATIONS";

/** The arguments of {@link REGISTER} for `connection`. */
export function registration(connection: Connection, { endpointType }: MaintenanceSettings): string[] {
  return ["ON", "moving-endpoint-type", endpointType === "auto" ? endpointTypeFor(connection) : endpointType];
}

/**
 * Who came to an address of a private network moves within it, and who checks certificates needs a name. What is no
 * TCP connection cannot move to a host and port at all.
 */
function endpointTypeFor({ connector, remoteAddress }: Connection): EndpointType {
  if (connector.elsewhere === undefined || remoteAddress === undefined) return "none";
  const side = isPrivate(remoteAddress) ? "internal" : "external";
  return `${side}-${connector.encrypted ? "fqdn" : "ip"}`;
}

/** Does the IP address belong to a private network, to this link or to this machine? */
function isPrivate(address: string): boolean {
  const v4 = /^(?:::ffff:)?(\d+)\.(\d+)\.\d+\.\d+$/i.exec(address);
  if (v4 === null) return /^(f[cd]|fe[89ab])|^::1$/i.test(address);
  const [first, second] = [Number(v4[1]), Number(v4[2])];
  return (
    first === 10 ||
    first === 127 ||
    (first === 192 && second === 168) ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 169 && second === 254)
  );
}
