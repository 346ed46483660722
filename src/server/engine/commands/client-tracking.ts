/** CLIENT TRACKING and what belongs to it. */
import { ErrorReply, MapReply, OK, type ReplyValue, SetReply } from "../../../protocol/reply.js";
import { integerArg, isWord } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR, shown } from "../texts.js";
import type { SessionTracking } from "../tracking.js";

interface Options {
  redirect: number;
  broadcast: boolean;
  optIn: boolean;
  optOut: boolean;
  noLoop: boolean;
  readonly prefixes: string[];
}

/** @throws ErrorReply when there is no such session */
function redirectArg(session: Session, text: string, before: number): number {
  if (before !== 0) throw new ErrorReply("ERR A client can only redirect to a single other client");
  const id = integerArg(text);
  if (!session.engine.sessions.has(id)) {
    throw new ErrorReply("ERR The client ID you want redirect to does not exist");
  }
  return id;
}

function parseOptions(session: Session, args: Args): Options {
  const options: Options = {
    redirect: 0,
    broadcast: false,
    optIn: false,
    optOut: false,
    noLoop: false,
    prefixes: [],
  };
  for (let i = 3; i < args.length; i++) {
    const hasMore = i + 1 < args.length;
    if (isWord(args[i], "REDIRECT") && hasMore) {
      options.redirect = redirectArg(session, args[++i], options.redirect);
    } else if (isWord(args[i], "PREFIX") && hasMore) options.prefixes.push(args[++i]);
    else if (isWord(args[i], "BCAST")) options.broadcast = true;
    else if (isWord(args[i], "OPTIN")) options.optIn = true;
    else if (isWord(args[i], "OPTOUT")) options.optOut = true;
    else if (isWord(args[i], "NOLOOP")) options.noLoop = true;
    else throw new ErrorReply(SYNTAX_ERROR);
  }
  return options;
}

const NO_SWITCH = "before disabling tracking for this client, and then re-enabling it with a different mode.";

/** @throws ErrorReply where options contradict one another or those that hold already */
function checkOptions(options: Options, before: SessionTracking | undefined): void {
  const { broadcast, optIn, optOut, prefixes } = options;
  if (!broadcast && prefixes.length > 0) {
    throw new ErrorReply("ERR PREFIX option requires BCAST mode to be enabled");
  }
  if (before !== undefined && before.broadcast !== broadcast) {
    throw new ErrorReply(`ERR You can't switch BCAST mode on/off ${NO_SWITCH}`);
  }
  if (broadcast && (optIn || optOut))
    throw new ErrorReply("ERR OPTIN and OPTOUT are not compatible with BCAST");
  if (optIn && optOut) throw new ErrorReply("ERR You can't specify both OPTIN mode and OPTOUT mode");
  if ((optIn && before?.optOut) || (optOut && before?.optIn)) {
    throw new ErrorReply(`ERR You can't switch OPTIN/OPTOUT mode ${NO_SWITCH}`);
  }
  if (broadcast) checkPrefixes(prefixes, before?.prefixes ?? []);
}

function overlap(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

function checkPrefixes(prefixes: readonly string[], before: readonly string[]): void {
  prefixes.forEach((prefix, i) => {
    const old = before.find((other) => overlap(prefix, other));
    const twin = prefixes.slice(i + 1).find((other) => overlap(prefix, other));
    const which = old === undefined ? "another provided" : "an existing";
    const other = old ?? twin;
    if (other === undefined) return;
    throw new ErrorReply(
      `ERR Prefix '${shown(prefix)}' overlaps with ${which} prefix '${shown(other)}'. Prefixes for a single client must not overlap.`,
    );
  });
}

function tracking(session: Session, args: Args): ReplyValue {
  const options = parseOptions(session, args);
  const { tracking: before, engine } = session;
  if (isWord(args[2], "OFF")) {
    engine.tracking.stop(session);
    return OK;
  }
  if (!isWord(args[2], "ON")) throw new ErrorReply(SYNTAX_ERROR);
  checkOptions(options, before);
  const { redirect, broadcast, optIn, optOut, noLoop } = options;
  const given = [...(before?.prefixes ?? []), ...options.prefixes];
  const prefixes = broadcast && given.length === 0 ? [""] : given.sort();
  engine.tracking.start(session, {
    redirect,
    broadcast,
    prefixes,
    optIn,
    optOut,
    noLoop,
    caching: false,
    brokenRedirect: false,
  });
  return OK;
}

function caching(session: Session, args: Args): ReplyValue {
  const state = session.tracking;
  if (state === undefined || !(state.optIn || state.optOut)) {
    throw new ErrorReply(
      "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled",
    );
  }
  if (isWord(args[2], "YES")) {
    if (!state.optIn) {
      throw new ErrorReply("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
    }
  } else if (isWord(args[2], "NO")) {
    if (!state.optOut) {
      throw new ErrorReply("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
    }
  } else {
    throw new ErrorReply(SYNTAX_ERROR);
  }
  state.caching = true;
  return OK;
}

/** -1: it does not track; 0: it gets its messages itself. */
export function redirectionOf(session: Session): number {
  return session.tracking?.redirect ?? -1;
}

function flagsOf(state: SessionTracking | undefined): string[] {
  if (state === undefined) return ["off"];
  const flags = ["on"];
  if (state.broadcast) flags.push("bcast");
  if (state.optIn) flags.push("optin", ...(state.caching ? ["caching-yes"] : []));
  if (state.optOut) flags.push("optout", ...(state.caching ? ["caching-no"] : []));
  if (state.noLoop) flags.push("noloop");
  if (state.brokenRedirect) flags.push("broken_redirect");
  return flags;
}

function trackingInfo(session: Session): ReplyValue {
  return new MapReply([
    "flags",
    new SetReply(flagsOf(session.tracking)),
    "redirect",
    redirectionOf(session),
    "prefixes",
    [...(session.tracking?.prefixes ?? [])],
  ]);
}

/** The subcommands of CLIENT about client-side caching. */
export const clientTrackingHandlers: Handlers = {
  "CLIENT TRACKING": tracking,
  "CLIENT TRACKINGINFO": trackingInfo,
  "CLIENT CACHING": caching,
  "CLIENT GETREDIR": redirectionOf,
};
