/** What the broker keeps of a message in work: `[envelope, exchange, routing key]`, in JSON. */
import { parseJson } from "./json.js";

/** An entry that was read. */
export interface UnackedEntry {
  /** The envelope's text, as it was in the queue. */
  readonly raw: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly priority: number;
}

/** The two texts behind the envelope. */
const TAIL = /,\s*("(?:[^"\\]|\\.)*")\s*,\s*("(?:[^"\\]|\\.)*")\s*\]\s*$/;

/**
 * Read an entry. The envelope is cut out and not written anew, so that no number in it changes.
 * @returns `undefined` for what is no entry
 */
export function readUnacked(text: string): UnackedEntry | undefined {
  try {
    const [envelope, exchange, routingKey] = parseJson(text) as unknown[];
    if (typeof exchange !== "string" || typeof routingKey !== "string") return undefined;
    if (typeof envelope !== "object" || envelope === null) return undefined;
    const tail = tailOf(text);
    if (tail === undefined) return undefined;
    const raw = text.slice(text.indexOf("[") + 1, tail).trim();
    const { properties } = envelope as { properties?: { priority?: unknown } };
    const priority = typeof properties?.priority === "number" ? properties.priority : 0;
    return { raw, exchange, routingKey, priority };
  } catch {
    return undefined;
  }
}

/** Where the envelope ends. */
function tailOf(text: string): number | undefined {
  // The names of exchanges and routing keys are short; the envelope may have megabytes.
  const from = Math.max(0, text.length - 4096);
  const found = TAIL.exec(text.slice(from)) ?? TAIL.exec(text);
  if (found === null) return undefined;
  return text.lastIndexOf(found[0]);
}
