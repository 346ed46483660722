/** Random programs: commands, transactions and scripts in a row. */
import fc from "fast-check";
import { quote } from "../tools/witness.js";
import { command, queued } from "./commands.js";

/** One command as it is sent. */
export interface Line {
  readonly words: readonly string[];
  /** The command whose reply it is: that which a script calls, else the one sent. */
  readonly inner: readonly string[];
  /** The commands of a script that answers with what each of them has answered. */
  readonly scripted?: readonly (readonly string[])[];
}

/** Encoding limits to run with: what redis-server comes with, or so low that every type soon changes its encoding. */
export const LIMITS = {
  usual: [],
  low: [
    ["hash-max-listpack-entries", "3"],
    ["hash-max-listpack-value", "4"],
    ["zset-max-listpack-entries", "3"],
    ["zset-max-listpack-value", "4"],
    ["set-max-intset-entries", "3"],
    ["hll-sparse-max-bytes", "40"],
    ["stream-node-max-entries", "3"],
    ["stream-node-max-bytes", "80"],
  ],
} as const;

/** A random program. fast-check prints it as it would be typed into redis-cli. */
export class Program {
  readonly lines: readonly Line[];
  readonly protocol: 2 | 3;
  readonly limits: keyof typeof LIMITS;

  constructor(lines: readonly Line[], protocol: 2 | 3, limits: keyof typeof LIMITS) {
    this.lines = lines;
    this.protocol = protocol;
    this.limits = limits;
  }

  [fc.toStringMethod](): string {
    const settings = LIMITS[this.limits].map(([name, value]) => `CONFIG SET ${name} ${value}`);
    const lines = this.lines.map(({ words }) => words.map(plain).join(" "));
    return `\n${[`HELLO ${this.protocol}`, ...settings, ...lines].join("\n")}\n`;
  }

  /** Programs with a line less. MULTI and EXEC stay, because commands that wait stand between them. */
  *smaller(): Generator<Program> {
    for (let at = this.lines.length - 1; at >= 0; at--) {
      if (/^(MULTI|EXEC|DISCARD)$/.test(this.lines[at].words[0])) continue;
      const lines = this.lines.filter((_, index) => index !== at);
      yield new Program(lines, this.protocol, this.limits);
    }
  }
}

/** A word as redis-cli reads it, in quotes only where they are needed. */
export function plain(word: string): string {
  return /^[\w.:*#+-]+$/.test(word) ? word : quote(word);
}

const CALL = "return redis.call(unpack(ARGV))";
const PROTECTED_CALL = "local r = redis.pcall(unpack(ARGV)); return {type(r), r}";

const single = command.map((words): Line[] => [{ words, inner: words }]);

const transaction = fc
  .tuple(
    fc.array(queued, { minLength: 0, maxLength: 6, size: "max" }),
    fc.constantFrom("EXEC", "EXEC", "EXEC", "DISCARD"),
  )
  .map(([commands, end]): Line[] =>
    [["MULTI"], ...commands, [end]].map((words) => ({ words, inner: words })),
  );

// A script must not change the database of its caller for good, and reads in it are compared by their command.
const script = fc
  .tuple(command, fc.constantFrom(CALL, CALL, PROTECTED_CALL))
  .map(([words, text]): Line[] => [
    { words: ["EVAL", text, "0", ...words], inner: text === CALL ? words : ["in a table", ...words] },
  ]);

/** A word as Lua reads it. */
function luaText(word: string): string {
  return `'${word.replace(/[^\w .:*-]/g, (char) => `\\${String(char.charCodeAt(0)).padStart(3, "0")}`)}'`;
}

/** A generated script: some commands one after the other, each with the type of its reply. */
const longScript = fc.array(command, { minLength: 2, maxLength: 4, size: "max" }).map((commands): Line[] => {
  const calls = commands.map(
    (words) => `r = redis.pcall(${words.map(luaText).join(", ")}) all[#all + 1] = {type(r), r}`,
  );
  const text = `local all, r = {}\n${calls.join("\n")}\nreturn all`;
  const words = ["EVAL", text, "0"];
  return [{ words, inner: words, scripted: commands }];
});

/** A program of up to `most` lines or groups of lines. */
export function programs(most: number): fc.Arbitrary<Program> {
  const group = fc.oneof(
    { weight: 30, arbitrary: single },
    { weight: 2, arbitrary: transaction },
    { weight: 3, arbitrary: script },
    { weight: 1, arbitrary: longScript },
  );
  return fc
    .tuple(
      fc.array(group, { minLength: 1, maxLength: most, size: "max" }),
      fc.constantFrom(2 as const, 3 as const),
      fc.constantFrom("usual" as const, "low" as const),
    )
    .map(([groups, protocol, limits]) => new Program(groups.flat(), protocol, limits));
}
