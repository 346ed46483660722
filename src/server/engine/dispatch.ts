/** What stands between a request and its handler: is it known, allowed now, to be queued, to be held back? */
import { ErrorReply, QUEUED, type ReplyValue } from "../../protocol/reply.js";
import { Flag } from "../../spec/command-spec.js";
import { noPermission } from "./acl/refusal.js";
import { Blocked } from "./blocking.js";
import { allowedWhenSubscribed, type Command } from "./command-table.js";
import { isMeasured, noteDuration } from "./command-timing.js";
import type { Engine } from "./engine.js";
import type { Args } from "./handler.js";
import { showMonitors } from "./monitor.js";
import { hasFlags } from "./request-flags.js";
import type { Session } from "./session.js";
import { refusalUnderStrain } from "./strain.js";
import { NO_AUTH, shown, unknownSubcommand, wrongArity } from "./texts.js";

/** Commands that act at once between MULTI and EXEC. */
const NOT_QUEUED = new Set(["EXEC", "DISCARD", "MULTI", "WATCH", "QUIT", "RESET"]);

/** The flags of commands that change data. */
const CHANGES = Flag.WRITE | Flag.MAY_REPLICATE;

/**
 * Run one request of a client.
 * @returns the reply; `undefined` when the session now waits
 */
export function dispatch(engine: Engine, session: Session, args: Args): ReplyValue | undefined {
  const command = engine.commands.find(args);
  if (command === undefined) return reject(session, unknownCommand(args));
  if (!isWellFormed(command, args)) return refuseForm(session, command, args);
  if (session.mustLogIn && !command.is(Flag.NO_AUTH)) return refuse(session, command, NO_AUTH);
  const { transaction } = session;
  if (transaction !== undefined && command.is(Flag.NO_MULTI)) {
    return refuse(session, command, "ERR Command not allowed inside a transaction");
  }
  if (!session.user.unrestricted) {
    session.lastCommand = command.displayName;
    const denial = engine.acl.refuse(session, command, args);
    if (denial !== undefined) return refuse(session, command, noPermission(session, denial, command));
  }
  if (engine.strained) {
    const refusal = refusalUnderStrain(session, command, args);
    if (refusal !== undefined) return refuse(session, command, refusal);
  }
  if (session.inSubscribedContext && !allowedWhenSubscribed(command)) {
    return refuse(session, command, notWhileSubscribed(command));
  }
  if (session.onlyListens && command.is(CHANGES | Flag.READONLY)) {
    return refuse(session, command, "ERR Replica can't interact with the keyspace");
  }
  if (command.group === "scripting" && !engine.scripting.ready && !command.is(Flag.ALLOW_BUSY)) {
    engine.holding.untilScripting(session, args);
    return undefined;
  }
  const { pause } = engine.holding;
  if (
    pause !== undefined &&
    !session.onlyListens &&
    (pause.all || hasFlags(session, command, args, CHANGES))
  ) {
    engine.holding.untilUnpaused(session, args);
    return undefined;
  }
  session.lastCommand = command.displayName;
  if (transaction !== undefined && !NOT_QUEUED.has(command.name)) {
    transaction.queue.push({ command, args });
    return QUEUED;
  }
  const result = invoke(session, command, args);
  if (typeof result === "object" && result instanceof Blocked) {
    engine.blocking.add({ session, command, args }, result, engine.now);
    engine.noteDeadline(engine.now + (result.timeoutMs || Number.POSITIVE_INFINITY));
    return undefined;
  }
  return result;
}

/**
 * Run a command that has been checked: in EXEC and from scripts, where nothing blocks.
 * @returns the reply, an `ErrorReply` when it failed
 */
export function run(session: Session, command: Command, args: Args): ReplyValue {
  const result = invoke(session, command, args);
  return typeof result === "object" && result instanceof Blocked ? result.onRefusal : result;
}

function invoke(session: Session, command: Command, args: Args): ReplyValue | Blocked {
  const { slowlog, latency, monitors } = session.engine;
  if (!slowlog.active && !latency.active && monitors.size === 0 && !isMeasured(command)) {
    return invokeNow(session, command, args);
  }
  return invokeWatched(session, command, args);
}

/** Somebody wants to know of it: how long it takes, or clients that MONITOR. These see it when it has run. */
function invokeWatched(session: Session, command: Command, args: Args): ReplyValue | Blocked {
  const { engine } = session;
  const before = engine.clock.micros();
  const reply = invokeNow(session, command, args);
  // What waits has only begun.
  if (!(reply instanceof Blocked)) noteDuration(session, command, args, engine.clock.micros() - before);
  if (engine.monitors.size !== 0 && !command.is(Flag.SKIP_MONITOR | Flag.ADMIN)) {
    showMonitors(session, args);
  }
  return reply;
}

function invokeNow(session: Session, command: Command, args: Args): ReplyValue | Blocked {
  const { engine } = session;
  engine.reading = command.reads;
  // A script reads for the client that has called it.
  const reader = engine.current;
  if (command.reads && reader?.tracking !== undefined) {
    // Afterwards: PFCOUNT, and whoever meets a key that has expired, changes what it reads.
    const reply = callHandler(session, command, args);
    engine.tracking.remember(reader, command, args, session.isScript);
    command.calls++;
    return reply;
  }
  const reply = callHandler(session, command, args);
  // Not before: INFO does not count the command that asks, nor the script or transaction around it.
  command.calls++;
  return reply;
}

function callHandler(session: Session, command: Command, args: Args): ReplyValue | Blocked {
  try {
    // dispatch has seen to it that there is one.
    return (command.handler as NonNullable<Command["handler"]>)(session, args);
  } catch (error) {
    command.failed++;
    if (error instanceof ErrorReply) {
      session.engine.statistics.countError(error.message);
      return error;
    }
    return session.engine.reportBug(error);
  }
}

/** The error for a name that is no command. */
export function unknownCommand(args: Args): string {
  let beginning = "";
  for (let i = 1; i < args.length && beginning.length < 128; i++) {
    beginning += `'${shown(args[i], 128 - beginning.length)}' `;
  }
  return `ERR unknown command '${shown(args[0])}', with args beginning with: ${beginning}`;
}

function refuseForm(session: Session, command: Command, args: Args): ErrorReply {
  if (command.subcommands !== undefined && args.length >= 2) {
    return reject(session, unknownSubcommand(args[1], command.name));
  }
  return refuse(session, command, wrongArity(command.displayName));
}

/** May this be run at all? A container is found only when the subcommand is unknown or missing. */
function isWellFormed(command: Command, args: Args): boolean {
  if (command.handler === undefined || !command.takes(args.length)) return false;
  return command.subcommands === undefined || args.length === 1;
}

function notWhileSubscribed(command: Command): string {
  return `ERR Can't execute '${command.displayName}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`;
}

/** Refuse a request as a server does that loads its data, or has become a replica; queued requests are spoiled by it. */
export function refuseRequest(session: Session, args: Args, text: string): ErrorReply {
  const command = session.engine.commands.find(args);
  return command === undefined ? reject(session, text) : refuse(session, command, text);
}

function refuse(session: Session, command: Command, text: string): ErrorReply {
  command.rejected++;
  if (command.name === "EXEC") {
    session.transaction = undefined;
    session.unwatch();
    return new ErrorReply(`EXECABORT Transaction discarded because of: ${text.replace(/^ERR /, "")}`);
  }
  return reject(session, text);
}

/** An error before the handler ran also spoils the transaction. */
function reject(session: Session, text: string): ErrorReply {
  if (session.transaction !== undefined) session.transaction.failed = true;
  session.engine.statistics.countError(text);
  return new ErrorReply(text);
}
