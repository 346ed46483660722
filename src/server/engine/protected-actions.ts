/** `enable-debug-command` and its kin: who may do what could harm the server. */
import type { Session } from "./session.js";

/**
 * May a client do what the parameter `name` guards?
 * @param name a parameter that is `yes`, `no`, or `local` for clients on this machine
 */
export function isAllowedTo({ engine, address, isUnixSocket }: Session, name: string): boolean {
  const who = engine.config.get(name);
  if (who !== "local") return who === "yes";
  return isUnixSocket || /^(?:127\.|\[?::1\]?:)/.test(address);
}

/** The refusal of a command that a parameter guards. */
export function notAllowed(command: string, name: string): string {
  return `ERR ${command} command not allowed. If the ${name} option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.`;
}
