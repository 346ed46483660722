/** What is answered to who lacks a permission. */
import type { Command } from "../command-table.js";
import type { Session } from "../session.js";
import type { Denial } from "./permission.js";

type Reason = Denial["reason"];

const TOUCHES: Readonly<Record<Reason, (command: Command) => string>> = {
  command: ({ displayName }) => `run the '${displayName}' command`,
  key: () => "access one of the keys used as arguments",
  channel: () => "access one of the channels used as arguments",
};

/** The texts of Redis 7.2 and later. */
const LATER: Readonly<Record<Reason, (user: string, command: string) => string>> = {
  command: (user, command) => `User ${user} has no permissions to run the '${command}' command`,
  key: () => "No permissions to access a key",
  channel: () => "No permissions to access a channel",
};

function isLater({ engine }: Session): boolean {
  return engine.isAtLeast("7.2");
}

/** To a request. */
export function noPermission(session: Session, { reason }: Denial, command: Command): string {
  if (isLater(session)) return `NOPERM ${LATER[reason](session.user.name, command.displayName)}`;
  return `NOPERM this user has no permissions to ${TOUCHES[reason](command)}`;
}

const LOST: Readonly<Record<Reason, string>> = {
  command: "no permission to execute the command or subcommand",
  key: "no permission to touch the specified keys",
  channel: "no permission to access one of the channels used as arguments",
};

/** To a command of a transaction that was allowed when it was queued. */
export function noPermissionAtExec({ reason }: Denial): string {
  return `NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: ${LOST[reason]}`;
}

const CANNOT: Readonly<Record<Reason, string>> = {
  command: "can't run this command or subcommand",
  key: "can't access at least one of the keys mentioned in the command arguments",
  channel: "can't publish to the channel mentioned in the command",
};

/** To a command of a script. */
export function noPermissionInScript(session: Session, { reason }: Denial, command: Command): string {
  if (isLater(session)) {
    return `ERR ACL failure in script: ${LATER[reason](session.user.name, command.displayName)}`;
  }
  return `ERR The user executing the script ${CANNOT[reason]}`;
}

/** What ACL DRYRUN answers. @param user whom it is about */
export function noPermissionOnTrial(
  session: Session,
  user: string,
  { reason }: Denial,
  command: string,
  object: string,
): string {
  const who = isLater(session) ? `User ${user}` : "This user";
  if (reason === "command") return `${who} has no permissions to run the '${command}' command`;
  return `${who} has no permissions to access the '${object}' ${reason}`;
}
