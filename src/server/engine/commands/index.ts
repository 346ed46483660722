/** All handlers, family by family. */
import type { Handlers } from "../handler.js";
import { aclHandlers } from "./acl.js";
import { bitmapHandlers } from "./bitmaps.js";
import { connectionHandlers } from "./connection.js";
import { functionHandlers } from "./functions.js";
import { geoHandlers } from "./geo.js";
import { hashHandlers } from "./hashes.js";
import { hyperLogLogHandlers } from "./hyperloglog.js";
import { keyHandlers } from "./keys.js";
import { listHandlers } from "./lists.js";
import { pubsubHandlers } from "./pubsub.js";
import { scriptingHandlers } from "./scripting.js";
import { serverHandlers } from "./server.js";
import { setHandlers } from "./sets.js";
import { sortedSetHandlers } from "./sorted-sets.js";
import { streamHandlers } from "./streams.js";
import { stringHandlers } from "./strings.js";
import { transactionHandlers } from "./transactions.js";

/** Every command that the engine runs, by its name in the spec. */
export const handlers: Handlers = {
  ...keyHandlers,
  ...stringHandlers,
  ...bitmapHandlers,
  ...listHandlers,
  ...hashHandlers,
  ...setHandlers,
  ...sortedSetHandlers,
  ...streamHandlers,
  ...geoHandlers,
  ...hyperLogLogHandlers,
  ...scriptingHandlers,
  ...functionHandlers,
  ...transactionHandlers,
  ...pubsubHandlers,
  ...connectionHandlers,
  ...serverHandlers,
  ...aclHandlers,
};
