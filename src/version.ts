/** The version of this package; a test ties it to `package.json` and the change log. */
export const VERSION = "0.3.0";
