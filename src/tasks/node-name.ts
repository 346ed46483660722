/** Names of nodes: `name@host`, with what `-n` may contain. */
import { hostName } from "./node-facts.js";

/** The part before the `@` of a worker's name when none is given. */
export const DEFAULT_NAME = "celery";

/** A node name and its parts. */
export interface NodeNameParts {
  /** Before the `@`. */
  name: string;
  /** After the `@`. */
  host: string;
}

/**
 * The full name of a worker.
 * @param text what `-n` was given: `w1`, `w1@host`, `w1@%h`; `%h` is the host name, `%n` its first label,
 *   `%d` the rest of it, `%%` a percent sign. Without an `@` it is the part before it. Default `celery@<host>`
 * @example
 * ```ts
 * nodeName("w1@%h"); // "w1@box.example.com"
 * nodeName("w1"); // "w1@box.example.com"
 * ```
 */
export function nodeName(text?: string | undefined, host: string = hostName()): string {
  const given = text === undefined || text === "" ? DEFAULT_NAME : text;
  const dot = host.indexOf(".");
  const label = dot < 0 ? host : host.slice(0, dot);
  const domain = dot < 0 ? "" : host.slice(dot + 1);
  const at = given.includes("@") ? given : `${given}@${host}`;
  return expand(at, { h: host, n: label, d: domain });
}

/** Cut a node name at its `@`; without one it is all name. */
export function splitNodeName(node: string): NodeNameParts {
  const at = node.indexOf("@");
  return at < 0 ? { name: node, host: "" } : { name: node.slice(0, at), host: node.slice(at + 1) };
}

/**
 * Expand `%p %n %h %d %i %I` in the path of a log or pid file of a node.
 * @param index number of the pool's process, 0 in the main one
 */
export function expandNodePath(path: string, node: string, index = 0): string {
  const { name, host } = splitNodeName(node);
  const dot = host.indexOf(".");
  return expand(path, {
    p: node,
    n: name,
    h: host,
    d: dot < 0 ? "" : host.slice(dot + 1),
    i: String(index),
    I: index === 0 ? "" : `-${index}`,
  });
}

/** Replace `%x`; `%%` is a percent sign, an unknown letter stays as it is. */
export function expand(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/%(.)/g, (whole, letter: string) => {
    if (letter === "%") return "%";
    return Object.hasOwn(values, letter) ? values[letter] : whole;
  });
}

/** The name under which a process that only sends is known in events: `gen<pid>@<host>`. */
export function anonymousNodeName(pid: number, host: string = hostName()): string {
  return `gen${pid}@${host}`;
}
