/** IFEQ, IFNE, IFDEQ and IFDNE: what a string must hold for SET and DELEX to act (Redis 8.4). */
import { ErrorReply } from "../../../protocol/reply.js";
import { isWord } from "../arguments.js";
import { xxh3 } from "../xxh3.js";

const CONDITION_WORDS = ["IFEQ", "IFNE", "IFDEQ", "IFDNE"] as const;
type ConditionWord = (typeof CONDITION_WORDS)[number];

const DIGEST_LENGTH = 16;

/** A condition as its words say. */
export interface StringCondition {
  readonly word: ConditionWord;
  /** The value, or the digest. */
  readonly operand: string;
}

/** The word of a condition in upper case; `undefined`: it is none. */
export function conditionWord(text: string): ConditionWord | undefined {
  return CONDITION_WORDS.find((word) => isWord(text, word));
}

/**
 * Does the string that is there fulfil the condition?
 * @throws ErrorReply for a digest that cannot be one
 */
export function fulfils({ word, operand }: StringCondition, text: string): boolean {
  if (word === "IFEQ") return text === operand;
  if (word === "IFNE") return text !== operand;
  if (operand.length !== DIGEST_LENGTH || /[^0-9a-fA-F]/.test(operand)) {
    throw new ErrorReply(`ERR must be exactly ${DIGEST_LENGTH} hexadecimal characters`);
  }
  return (xxh3(text) === operand.toLowerCase()) === (word === "IFDEQ");
}

/** Is it fulfilled where there is nothing? Whatever is missing differs from everything. */
export function fulfilledByNothing({ word }: StringCondition): boolean {
  return word === "IFNE" || word === "IFDNE";
}
