/** `client-output-buffer-limit`: how far a client may be behind with reading before it is cut off. */
import type { ClientType } from "./client-info.js";
import { parseMemory } from "./memory-amount.js";

/** The limits of one class of clients; 0 stands for none. */
export interface OutputLimit {
  /** Bytes that end the connection at once. */
  readonly hard: number;
  /** Bytes that end it when there have been more of them for `seconds`. */
  readonly soft: number;
  readonly seconds: number;
}

const CLASSES = ["normal", "slave", "pubsub"] as const;
type OutputClass = (typeof CLASSES)[number];
/** The limits of all classes. */
export type OutputLimits = Readonly<Record<OutputClass, OutputLimit>>;

/** What redis-server begins with. */
export const INITIAL_OUTPUT_LIMITS = "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60";
const WORDS_A_CLASS = 4;
const WORDS = 1 + CLASSES.length * WORDS_A_CLASS;

/** Read the complete text of the parameter, as {@link mergeOutputLimits} returns it. */
export function parseOutputLimits(text: string): OutputLimits {
  const words = text.split(" ");
  const limitOf = (name: OutputClass): OutputLimit => {
    const at = words.indexOf(name);
    const [hard, soft, seconds] = words.slice(at + 1, at + WORDS_A_CLASS).map(Number);
    return { hard, soft, seconds };
  };
  return { normal: limitOf("normal"), slave: limitOf("slave"), pubsub: limitOf("pubsub") };
}

/**
 * Change the limits of some classes.
 * @param change class, hard, soft and seconds in turn; memory may have units, and `replica` is `slave`
 * @param before the complete text of now
 * @returns the complete text, or what is wrong with the change
 */
export function mergeOutputLimits(change: string, before: string): string | { readonly reason: string } {
  const words = change.split(" ").filter((word) => word !== "");
  if (words.length === 0 || words.length % WORDS_A_CLASS !== 0 || words.length >= WORDS) {
    return { reason: "Wrong number of arguments in buffer limit configuration." };
  }
  const limits: Record<OutputClass, OutputLimit> = { ...parseOutputLimits(before) };
  for (let i = 0; i < words.length; i += WORDS_A_CLASS) {
    const name = classNamed(words[i]);
    if (name === undefined)
      return { reason: "Invalid client class specified in buffer limit configuration." };
    const hard = parseMemory(words[i + 1]);
    const soft = parseMemory(words[i + 2]);
    const seconds = /^\d+$/.test(words[i + 3]) ? Number(words[i + 3]) : undefined;
    if (hard === undefined || soft === undefined || seconds === undefined) {
      return { reason: "Error in hard, soft or soft_seconds setting in buffer limit configuration." };
    }
    limits[name] = { hard, soft, seconds };
  }
  return CLASSES.map((name) => {
    const { hard, soft, seconds } = limits[name];
    return `${name} ${hard} ${soft} ${seconds}`;
  }).join(" ");
}

function classNamed(word: string): OutputClass | undefined {
  const name = word.toLowerCase();
  return name === "replica" ? "slave" : CLASSES.find((known) => known === name);
}

/** The limit for a type of clients as CLIENT LIST knows them. */
export function outputLimitFor(limits: OutputLimits, type: ClientType): OutputLimit {
  if (type === "pubsub") return limits.pubsub;
  return type === "replica" ? limits.slave : limits.normal;
}

/** The fewest bytes that any limit minds; with less nobody needs to look closer. */
export function lowestOutputLimit(limits: OutputLimits): number {
  const bytes = Object.values(limits).flatMap(({ hard, soft }) => [hard, soft]);
  return Math.min(...bytes.map((amount) => (amount === 0 ? Number.POSITIVE_INFINITY : amount)));
}
