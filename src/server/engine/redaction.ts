/** Keeps passwords out of what MONITOR and SLOWLOG show. */
import { isWord } from "./arguments.js";
import type { Args } from "./handler.js";

const HIDDEN = "(redacted)";
/** Before them: host, port, key, database and timeout. */
const MIGRATE_OPTIONS = 6;

/** The words of a request with its secrets replaced; the same array when it has none. */
export function redacted(args: Args): Args {
  if (isWord(args[0], "AUTH")) return args.map((word, i) => (i === 0 ? word : HIDDEN));
  if (isWord(args[0], "HELLO")) return redactedHello(args);
  if (isWord(args[0], "CONFIG") && args.length > 3 && isWord(args[1], "SET")) return redactedSettings(args);
  if (isWord(args[0], "ACL") && args.length > 1 && isWord(args[1], "SETUSER")) {
    return args.map((word, i) => (i < 2 ? word : HIDDEN));
  }
  if (isWord(args[0], "MIGRATE")) return redactedMigrate(args);
  return args;
}

/** Behind where the data goes to come options, and behind KEYS nothing but keys. */
function redactedMigrate(args: Args): Args {
  const words = [...args];
  for (let i = MIGRATE_OPTIONS; i < args.length && !isWord(args[i], "KEYS"); i++) {
    const secrets = isWord(args[i], "AUTH") ? 1 : isWord(args[i], "AUTH2") ? 2 : 0;
    if (i + secrets >= args.length) break;
    words.fill(HIDDEN, i + 1, i + 1 + secrets);
    i += secrets;
  }
  return words;
}

function redactedHello(args: Args): Args {
  const at = args.findIndex((word) => isWord(word, "AUTH"));
  return at === -1 ? args : args.map((word, i) => (i === at + 1 || i === at + 2 ? HIDDEN : word));
}

const SECRET_SETTINGS = new Set(["requirepass", "masterauth", "masteruser"]);

function redactedSettings(args: Args): Args {
  return args.map((word, i) =>
    i > 2 && i % 2 === 1 && SECRET_SETTINGS.has(args[i - 1].toLowerCase()) ? HIDDEN : word,
  );
}
