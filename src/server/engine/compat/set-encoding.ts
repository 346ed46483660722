/** SADD where small sets of any strings are listpacks (Redis 7.2). */
import { setForWriting, setHandlers } from "../commands/sets.js";
import type { Handlers } from "../handler.js";

/** SADD in place of that of Redis 7.0. */
export const setEncodingHandlers: Handlers = {
  SADD: (session, args) => {
    setForWriting(session, args[1]).expect(args.length - 2, args[2]);
    return setHandlers.SADD(session, args);
  },
};
