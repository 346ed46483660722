/** Which queues an exchange delivers to: the bindings that Kombu keeps in a set. */
import { SEPARATOR } from "./queue-keys.js";

/** One element of the set. */
export interface Binding {
  readonly routingKey: string;
  /** A regular expression for topic exchanges; empty for direct ones. */
  readonly pattern: string;
  readonly queue: string;
}

/** Read an element of the set. @returns `undefined` for what is none */
export function parseBinding(text: string): Binding | undefined {
  const parts = text.split(SEPARATOR);
  if (parts.length !== 3 || parts[2] === "") return undefined;
  return { routingKey: parts[0], pattern: parts[1], queue: parts[2] };
}

/** The queues that a message with this routing key goes to. */
export function boundQueues(bindings: readonly string[], routingKey: string): string[] {
  const queues = new Set<string>();
  for (const text of bindings) {
    const binding = parseBinding(text);
    if (binding !== undefined && matches(binding, routingKey)) queues.add(binding.queue);
  }
  return [...queues];
}

function matches({ routingKey: bound, pattern }: Binding, routingKey: string): boolean {
  if (bound === routingKey) return true;
  if (pattern === "") return false;
  try {
    return new RegExp(`^(?:${pattern})`).test(routingKey);
  } catch {
    return false;
  }
}
