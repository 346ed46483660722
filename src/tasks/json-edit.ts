/** Changes one member in a JSON text and leaves every other byte as it is. */

import { endOfString } from "./json-parser.js";

const SCALAR = /[^\s,:"[\]{}]+/y;
const SPACE = /\s*/y;

/**
 * The text with the member at `path` set to `value` (JSON text). A last member that is not there is
 * added to its object.
 * @throws SyntaxError when the text is no JSON, or an object of the path is missing
 */
export function setInJson(text: string, path: readonly string[], value: string): string {
  let at = skipSpace(text, 0);
  for (let depth = 0; depth < path.length; depth++) {
    if (text[at] !== "{") throw new SyntaxError(`There is no object ${path.slice(0, depth).join(".")}`);
    const member = findMember(text, at, path[depth]);
    if (depth === path.length - 1) return write(text, at, member, path[depth], value);
    if (member === undefined)
      throw new SyntaxError(`There is no object ${path.slice(0, depth + 1).join(".")}`);
    at = member;
  }
  return value;
}

function write(
  text: string,
  object: number,
  member: number | undefined,
  name: string,
  value: string,
): string {
  if (member !== undefined) return text.slice(0, member) + value + text.slice(skipValue(text, member));
  const inside = skipSpace(text, object + 1);
  const comma = text[inside] === "}" ? "" : ", ";
  return `${text.slice(0, object + 1)}${JSON.stringify(name)}: ${value}${comma}${text.slice(inside)}`;
}

/** Where the value of the last member of this name begins. */
function findMember(text: string, object: number, name: string): number | undefined {
  let found: number | undefined;
  let at = skipSpace(text, object + 1);
  while (text[at] !== "}") {
    const end = endOfString(text, at);
    const key: unknown = JSON.parse(text.slice(at, end));
    at = skipSpace(text, end);
    if (text[at] !== ":") throw new SyntaxError(`There is no colon at position ${at}`);
    at = skipSpace(text, at + 1);
    if (key === name) found = at;
    at = skipSpace(text, skipValue(text, at));
    if (text[at] === ",") at = skipSpace(text, at + 1);
    else if (text[at] !== "}") throw new SyntaxError(`The object does not end at position ${at}`);
  }
  return found;
}

function skipValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const sign = text[at];
    if (sign === '"') at = endOfString(text, at);
    else if (sign === "{" || sign === "[") {
      depth++;
      at++;
    } else if (sign === "}" || sign === "]") {
      depth--;
      at++;
    } else if (sign === "," || sign === ":") at++;
    else at = skip(SCALAR, text, at);
    if (depth > 0) at = skipSpace(text, at);
  } while (depth > 0);
  return at;
}

function skipSpace(text: string, at: number): number {
  return skip(SPACE, text, at);
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  if (!pattern.test(text)) throw new SyntaxError(`The JSON text breaks off at position ${at}`);
  return pattern.lastIndex;
}
