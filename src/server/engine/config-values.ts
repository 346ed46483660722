/** The kinds of configuration parameters: how text becomes a value, and what is said of text that cannot. */
import { parseInteger } from "./arguments.js";
import { parseMemory } from "./memory-amount.js";

/** A validated value. */
export type ConfigValue = number | boolean | string;

/** What CONFIG SET may be told of a bad value. */
export interface BadValue {
  readonly reason: string;
}

/** One parameter. */
export interface ConfigParameter {
  readonly name: string;
  /** The older name that still works. */
  readonly alias?: string;
  readonly initial: ConfigValue;
  readonly kind: "integer" | "octal" | "boolean" | "choice" | "text" | "notify";
  /** In a configuration file its value may be several words. */
  readonly manyWords?: boolean;
  /** Can only be set before the server starts. */
  readonly immutable?: boolean;
  /** Can only be set at run time when `enable-protected-configs` says so. */
  readonly protected?: boolean;
  /** Cannot be set while the data set is loaded. */
  readonly notWhileLoading?: boolean;
  /** The ports must be opened anew when it changes. */
  readonly ofPorts?: boolean;
  /** It is taken and shown, but changes nothing in this server: why. */
  readonly unused?: string;
  /** Shown only to those who ask for it by its name: for tests of the server itself. */
  readonly hidden?: boolean;
  /** @param before the present value */
  readonly parse: (text: string, before: ConfigValue) => ConfigValue | BadValue;
}

/** What a parameter may be besides. */
export type Extra = Pick<
  ConfigParameter,
  "alias" | "hidden" | "immutable" | "protected" | "ofPorts" | "unused" | "manyWords" | "notWhileLoading"
>;

export const IMMUTABLE: Extra = { immutable: true };
export const NOT_WHILE_LOADING: Extra = { notWhileLoading: true };
/** What the ports of the server depend on. */
export const OF_PORTS: Extra = { ofPorts: true };
export const INT32 = 2147483647;
export const INT64 = Number.MAX_SAFE_INTEGER;

/** Prints limits as redis-server does; the greatest int64 is no exact number. */
function limit(value: number): string {
  return value === INT64 ? "9223372036854775807" : String(value);
}

export function integer(
  name: string,
  initial: number,
  min = 0,
  max = INT64,
  extra: Extra = {},
): ConfigParameter {
  const parse = (text: string): number | BadValue => {
    const value = parseInteger(text);
    if (value === undefined) return { reason: "argument couldn't be parsed into an integer" };
    return inRange(Number(value), min, max);
  };
  return { name, initial, kind: "integer", parse, ...extra };
}

function inRange(value: number, min: number, max: number): number | BadValue {
  if (value >= min && value <= max) return value;
  return { reason: `argument must be between ${limit(min)} and ${limit(max)} inclusive` };
}

export function memory(
  name: string,
  initial: number,
  min = 0,
  max = INT64,
  extra: Extra = {},
): ConfigParameter {
  const parse = (text: string): number | BadValue => {
    const bytes = parseMemory(text);
    return bytes === undefined ? { reason: "argument must be a memory value" } : inRange(bytes, min, max);
  };
  return { name, initial, kind: "integer", parse, ...extra };
}

/** An amount of memory, or a percentage up to 100 such as `5%`, which stays a text. */
export function memoryOrPercent(name: string, initial: number, extra: Extra = {}): ConfigParameter {
  const parse = (text: string): number | string | BadValue => {
    const bytes = parseMemory(text);
    if (bytes !== undefined) return inRange(bytes, 0, INT64);
    const percent = text.endsWith("%") ? parseInteger(text.slice(0, -1)) : undefined;
    if (percent === undefined || percent < 0) return { reason: "argument must be a memory or percent value" };
    if (percent > 100) return { reason: "percentage argument must be less or equal to 100" };
    return Number(percent) === 0 ? 0 : `${percent}%`;
  };
  return { name, initial, kind: "integer", parse, ...extra };
}

export function yesNo(name: string, initial: boolean, extra: Extra = {}): ConfigParameter {
  const parse = (text: string): boolean | BadValue => {
    const word = text.toLowerCase();
    if (word === "yes") return true;
    return word === "no" ? false : { reason: "argument must be 'yes' or 'no'" };
  };
  return { name, initial, kind: "boolean", parse, ...extra };
}

export function choice(
  name: string,
  initial: string,
  words: readonly string[],
  extra: Extra = {},
): ConfigParameter {
  const reason = `argument(s) must be one of the following: ${words.join(", ")}`;
  const parse = (text: string): string | BadValue => {
    const word = text.toLowerCase();
    return words.includes(word) ? word : { reason };
  };
  return { name, initial, kind: "choice", parse, ...extra };
}

export function text(name: string, initial = "", extra: Extra = {}): ConfigParameter {
  return { name, initial, kind: "text", parse: (value) => value, ...extra };
}

/** Permissions of a file, such as `700`. */
export function octal(name: string, initial: number, max: number, extra: Extra = {}): ConfigParameter {
  const parse = (text: string): number | BadValue => {
    if (!/^[0-7]+$/.test(text)) return { reason: "argument couldn't be parsed as an octal number" };
    const value = Number.parseInt(text, 8);
    if (value <= max) return value;
    return { reason: `argument must be between 0 and ${max.toString(8)} inclusive` };
  };
  return { name, initial, kind: "octal", parse, ...extra };
}

/** A parameter of which one value is refused, because this server could not do as it says. */
export function refusing(parameter: ConfigParameter, value: ConfigValue, reason: string): ConfigParameter {
  const parse: ConfigParameter["parse"] = (text, before) => {
    const parsed = parameter.parse(text, before);
    return parsed === value ? { reason } : parsed;
  };
  return { ...parameter, parse };
}
