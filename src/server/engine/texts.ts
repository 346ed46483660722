/** Error texts that more than one handler answers. They must equal those of redis-server 7.0. */

export const WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";
export const SYNTAX_ERROR = "ERR syntax error";
export const NOT_AN_INTEGER = "ERR value is not an integer or out of range";
export const OUT_OF_RANGE = "ERR value is out of range";
export const NOT_POSITIVE = "ERR value is out of range, must be positive";
export const NOT_A_FLOAT = "ERR value is not a valid float";
export const NO_SUCH_KEY = "ERR no such key";
export const INDEX_OUT_OF_RANGE = "ERR index out of range";
export const OVERFLOW = "ERR increment or decrement would overflow";
export const NAN_OR_INFINITY = "ERR increment would produce NaN or Infinity";
export const STRING_TOO_LONG = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";
export const INVALID_CURSOR = "ERR invalid cursor";
export const DB_INDEX_OUT_OF_RANGE = "ERR DB index is out of range";
export const SAME_OBJECT = "ERR source and destination objects are the same";
export const TIMEOUT_NOT_FLOAT = "ERR timeout is not a float or out of range";
export const TIMEOUT_NOT_INTEGER = "ERR timeout is not an integer or out of range";
export const TIMEOUT_NEGATIVE = "ERR timeout is negative";
export const NO_SCRIPT = "NOSCRIPT No matching script. Please use EVAL.";
export const NO_AUTH = "NOAUTH Authentication required.";
export const WRONG_PASS = "WRONGPASS invalid username-password pair or user is disabled.";
export const EXEC_ABORT = "EXECABORT Transaction discarded because of previous errors.";
export const KEEPS_NO_FILES = "this server keeps no files";
export const NO_REPLICAS = "NOREPLICAS Not enough good replicas to write.";
export const LOADING = "LOADING Redis is loading the dataset in memory";
export const MISCONF =
  "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.";
export const OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'.";
export const NUMKEYS_NOT_POSITIVE = "ERR numkeys should be greater than 0";
export const COUNT_NOT_POSITIVE = "ERR count should be greater than 0";
export const LIMIT_NEGATIVE = "ERR LIMIT can't be negative";
export const INTERNAL_ERROR = "ERR internal error";

/** `name` in lower case, a subcommand as `config|get`. */
export function wrongArity(name: string): string {
  return `ERR wrong number of arguments for '${name}' command`;
}

/** For EXPIRE, SET, GETEX, RESTORE...: `name` in lower case. */
export function invalidExpire(name: string): string {
  return `ERR invalid expire time in '${name}' command`;
}

/** What error texts show of a client's word: up to 128 bytes, and nothing from a NUL on. */
export function shown(word: string, limit = 128): string {
  const end = word.indexOf("\0");
  return word.slice(0, end === -1 ? limit : Math.min(end, limit));
}

/** As {@link shown}, for a word that ends a text: redis-server cuts line ends off the end of what it formats. */
export function shownLast(word: string): string {
  return shown(word, word.length).replace(/[\r\n]+$/, "");
}

/** `name` as the client sent it. */
export function unknownSubcommand(name: string, container: string): string {
  return `ERR unknown subcommand '${shown(name)}'. Try ${container} HELP.`;
}

/** What a subcommand answers to words that it does not understand; `name` as the client sent it. */
export function subcommandSyntax(name: string, container: string): string {
  return `ERR unknown subcommand or wrong number of arguments for '${shown(name)}'. Try ${container} HELP.`;
}
