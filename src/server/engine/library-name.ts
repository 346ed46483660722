/** What libraries and functions may be called. */

/** The error for a name that breaks the rule; Redis uses it for functions as well. */
export const LIBRARY_NAME_RULE =
  "Library names can only contain letters, numbers, or underscores(_) and must be at least one character long";

/** May a library or a function have this name? */
export function isLibraryName(name: string): boolean {
  return /^\w+$/.test(name);
}
