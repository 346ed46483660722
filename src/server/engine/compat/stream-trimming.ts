/** XADD and XTRIM with KEEPREF, DELREF and ACKED (Redis 8.2). */
import { isWord } from "../arguments.js";
import type { Trimming } from "../commands/stream-arguments.js";
import { addEntry, streamHandlers, type Trim, trimStream } from "../commands/streams.js";
import type { Args, Handler, Handlers } from "../handler.js";
import type { StreamValue } from "../types/stream.js";
import { policyWord, type ReferencePolicy } from "./reference-policy.js";

/** The policy among the words of a call, and the other words. */
interface PolicyArgs {
  readonly policy: ReferencePolicy | undefined;
  readonly others: Args;
}

/** Look for a policy as far as options go: the id of XADD ends them. */
function policyArgs(args: Args): PolicyArgs {
  let policy: ReferencePolicy | undefined;
  const others = args.slice(0, 2);
  let at = 2;
  for (; at < args.length; at++) {
    const found = policy === undefined ? policyWord(args[at]) : undefined;
    const words = optionLength(args, at);
    if (found === undefined && words === 0) break;
    if (found === undefined) others.push(...args.slice(at, at + words));
    else policy = found;
    at += Math.max(words, 1) - 1;
  }
  return { policy, others: [...others, ...args.slice(at)] };
}

/** How many words the option at `at` has that XADD and XTRIM knew before; 0: it is none. */
function optionLength(args: Args, at: number): number {
  const word = args[at];
  if (isWord(word, "NOMKSTREAM")) return 1;
  if (isWord(word, "LIMIT")) return 2;
  if (!isWord(word, "MAXLEN") && !isWord(word, "MINID")) return 0;
  return args[at + 1] === "~" || args[at + 1] === "=" ? 3 : 2;
}

function trimByPolicy(policy: ReferencePolicy): Trim {
  return (stream: StreamValue, { rule, approximate, limit }: Trimming): number => {
    if (policy === "KEEPREF") return stream.trim(rule, approximate, limit);
    return stream.trimThose(rule, approximate, limit, (entry) => {
      if (policy === "ACKED") return !stream.isReferenced(entry);
      stream.dropReferences(entry);
      return true;
    });
  };
}

function byPolicy(
  plain: Handler,
  run: (...call: Parameters<typeof addEntry>) => ReturnType<Handler>,
): Handler {
  return (session, args) => {
    const { policy, others } = policyArgs(args);
    if (policy === undefined) return plain(session, args);
    return run(session, others, trimByPolicy(policy));
  };
}

/** XADD and XTRIM in place of those of Redis 7.0. */
export const streamTrimmingHandlers: Handlers = {
  XADD: byPolicy(streamHandlers.XADD, addEntry),
  XTRIM: byPolicy(streamHandlers.XTRIM, trimStream),
};
