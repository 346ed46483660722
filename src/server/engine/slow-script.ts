/** What is answered while a script runs past its time limit, and how it is stopped. */
import { ErrorReply, OK, type ReplyValue } from "../../protocol/reply.js";
import { Flag } from "../../spec/command-spec.js";
import { dispatch, refuseRequest } from "./dispatch.js";
import type { Engine } from "./engine.js";
import type { Args } from "./handler.js";
import type { RunningScript } from "./running-script.js";
import type { Session } from "./session.js";

/** Said while a script runs. */
export const BUSY_SCRIPT =
  "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
/** Said while a function runs. */
export const BUSY_FUNCTION =
  "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";
const NOT_BUSY = "NOTBUSY No scripts in execution right now.";
const UNKILLABLE =
  "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script " +
  "termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.";

/** Why a request cannot be run beside this one. */
export function busyText({ invocation }: RunningScript): string {
  return invocation.functionName === undefined ? BUSY_SCRIPT : BUSY_FUNCTION;
}

/** SCRIPT KILL and FUNCTION KILL. @throws ErrorReply when there is none of this kind, or it has written */
export function killScript({ slowScript }: Engine, kind: "script" | "function"): ReplyValue {
  if (slowScript === undefined) throw new ErrorReply(NOT_BUSY);
  if (slowScript.hasWritten) throw new ErrorReply(UNKILLABLE);
  const isFunction = slowScript.invocation.functionName !== undefined;
  if (isFunction !== (kind === "function")) throw new ErrorReply(busyText(slowScript));
  slowScript.stop();
  return OK;
}

/** Run a request that came while a script runs past its time limit: but few of them may. */
export function executeBesideScript(
  engine: Engine,
  script: RunningScript,
  session: Session,
  args: Args,
): ReplyValue | undefined {
  engine.statistics.commands++;
  const command = engine.commands.find(args);
  const outer = engine.current;
  engine.current = session;
  // What is not well-formed or not allowed anyhow is refused as always, and not run.
  const isRun = command?.handler !== undefined && command.takes(args.length) && !session.mustLogIn;
  // A script of the append-only file: most hear that all is being loaded.
  const isLoading = engine.appendOnly.loading !== undefined && command?.is(Flag.LOADING) === false;
  const reply =
    isRun && !isLoading && !command.is(Flag.ALLOW_BUSY)
      ? refuseRequest(session, args, busyText(script))
      : dispatch(engine, session, args);
  engine.current = outer;
  return reply;
}
