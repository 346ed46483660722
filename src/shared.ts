/**
 * What both the client and the server need: one file of the package, which each of them loads beside its own. No
 * source imports it: `tsup.config.ts` leads imports of these modules here. `test/architecture.test.ts` knows which
 * ones they must be.
 */
export * from "./protocol/bytes.js";
export * from "./protocol/double.js";
export * from "./protocol/sha1.js";
export * from "./spec/additions.js";
export * from "./spec/administration.js";
export * from "./spec/command-spec.js";
export * from "./spec/data-types.js";
export * from "./spec/keys.js";
export * from "./spec/lookup.js";
export * from "./spec/row.js";
export * from "./spec/words.js";
export * from "./version.js";
