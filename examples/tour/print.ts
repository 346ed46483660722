/** How the tour looks: code, reply, remark; in colour on a terminal. */
import { inspect } from "node:util";

const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const paint = (code: string, text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
let steps = 0;

export function heading(title: string, below?: string): void {
  console.log(`\n${paint("1;35", title)}`);
  if (below !== undefined) console.log(paint("2", below));
}

export function section(title: string): void {
  console.log(`\n${paint("1;34", `— ${title}`)}`);
}

export function note(text: string): void {
  console.log(paint("2", text));
}

/** A command as one types it at a prompt, its reply, and what that shows. */
export function printPrompt(command: string, reply: unknown, shows?: string): void {
  print(`> ${command}`, typed(reply), shows);
}

/** Run `call` and print its own source, what it gives, and what that shows. */
export async function show<T>(call: () => T, shows?: string): Promise<Awaited<T>> {
  const value = await call();
  const code = String(call)
    .replace(/^(async )?\(\) => /, "")
    .replace(/\s+/g, " ");
  print(code, inspect(value, { colors: colour, depth: 6, breakLength: 100, compact: 6 }), shows);
  return value;
}

function print(code: string, reply: string, shows?: string): void {
  steps++;
  const remark = shows === undefined ? "" : paint("2", `   # ${shows}`);
  console.log(`${paint("36", code)}${remark}`);
  console.log(reply.replace(/^/gm, "  "));
}

/** A reply in the manner of redis-cli. */
function typed(reply: unknown): string {
  if (reply instanceof Error) return `(error) ${reply.message}`;
  if (reply === null) return "(nil)";
  if (typeof reply === "number") return `(integer) ${reply}`;
  if (!Array.isArray(reply)) return reply === "OK" ? "OK" : JSON.stringify(reply);
  if (reply.length === 0) return "(empty array)";
  return reply.map((element, index) => `${index + 1}) ${typed(element)}`).join("\n");
}

export function ended(): void {
  console.log(`\n${paint("1;32", `${steps} steps, every reply as Redis gives it.`)}`);
}
