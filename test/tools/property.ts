/** fast-check with the seed of `PROPERTY_SEED`: the same cases in every run unless it says otherwise. */
import fc from "fast-check";
import { seedFrom } from "./seed.js";

fc.configureGlobal({ seed: seedFrom("PROPERTY_SEED") });

export { fc };
