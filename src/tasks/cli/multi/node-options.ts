/** The command line of `multi`: names of nodes, options for all of them, and options for some. */

/** Options in the order of their first appearance: `--long` or `-s`, and the value, undefined for a flag. */
export type OptionMap = Map<string, string | undefined>;

/** What the words behind `multi start` say. */
export interface NodeOptions {
  /** The words that are no options: names of nodes, or a number of them. */
  readonly names: string[];
  /** For every node. */
  readonly options: OptionMap;
  /** For some: by what stands behind the colon, `1`, `w1`, `4,5` or `1-3`. */
  readonly byNode: Map<string, OptionMap>;
  /** The word `--` and all after it. */
  readonly passThrough: string[];
  /** What `-KILL` or `-9` says. */
  readonly signal: string | undefined;
}

/** A command line that cannot be meant. */
export class MultiUsageError extends Error {
  override readonly name = "MultiUsageError";
}

/**
 * Read the words behind the command of `multi`.
 *
 * @param words the words
 * @param signalOf says which signal a word names (`-KILL`, `-9`), for commands that take one
 * @throws MultiUsageError
 */
export function parseNodeOptions(
  words: readonly string[],
  signalOf: (word: string) => string | undefined = () => undefined,
): NodeOptions {
  const found: NodeOptions = {
    names: [],
    options: new Map(),
    byNode: new Map(),
    passThrough: [],
    signal: undefined,
  };
  let signal: string | undefined;
  const given = words.filter((word) => word !== "");
  for (let i = 0; i < given.length; i++) {
    const word = given[i];
    const named = signalOf(word);
    if (word === "--") {
      found.passThrough.push(...given.slice(i));
      break;
    }
    if (named !== undefined) {
      signal = named;
    } else if (word === "-") {
      throw new MultiUsageError("a lone '-' is neither a node nor an option");
    } else if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      if (equals < 0) addOption(found, word, undefined);
      else addOption(found, word.slice(0, equals), word.slice(equals + 1));
    } else if (word.startsWith("-")) {
      const next = given[i + 1];
      const takesNext = next !== undefined && !next.startsWith("-");
      addOption(found, word, takesNext ? next : undefined);
      if (takesNext) i++;
    } else {
      found.names.push(word);
    }
  }
  return { ...found, signal };
}

function addOption(found: NodeOptions, word: string, value: string | undefined): void {
  const [name, nodes, ...more] = word.split(":");
  if (more.length > 0) throw new MultiUsageError(`the option '${word}' has more than one colon`);
  if (nodes === undefined) {
    found.options.set(name, value);
    return;
  }
  if (nodes === "") throw new MultiUsageError(`the option '${word}' names no node behind the colon`);
  optionsOf(found.byNode, nodes).set(name, value);
}

/** The options of one key, made when there are none. */
export function optionsOf(byNode: Map<string, OptionMap>, key: string): OptionMap {
  const known = byNode.get(key);
  if (known !== undefined) return known;
  const made: OptionMap = new Map();
  byNode.set(key, made);
  return made;
}
