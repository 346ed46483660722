/** What may be wrong with a rule of ACL SETUSER, in the words of redis-server. */

export const UNKNOWN_COMMAND = "Unknown command or category name in ACL";
export const BAD_RULE = "Syntax error";
export const USELESS_KEY_PATTERN =
  "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns";
export const USELESS_CHANNEL_PATTERN =
  "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels";
export const NO_SUCH_PASSWORD = "The password you are trying to remove from the user does not exist";
export const BAD_PASSWORD_HASH =
  "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters";
export const FIRST_ARGUMENT_OF_SUBCOMMAND = "Allowing first-arg of a subcommand is not supported";

/** Patterns and names of users are separated by white space in a file, so that they cannot hold any. */
export function hasSpaces(text: string): boolean {
  return /[\0\t-\r ]/.test(text);
}
