/** What is answered to who lacks a permission. */
import type { Command } from "../command-table.js";
import type { Denial } from "./permission.js";

type Reason = Denial["reason"];

const TOUCHES: Readonly<Record<Reason, (command: Command) => string>> = {
  command: ({ displayName }) => `run the '${displayName}' command`,
  key: () => "access one of the keys used as arguments",
  channel: () => "access one of the channels used as arguments",
};

/** To a request. */
export function noPermission({ reason }: Denial, command: Command): string {
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
export function noPermissionInScript({ reason }: Denial): string {
  return `ERR The user executing the script ${CANNOT[reason]}`;
}

/** What ACL DRYRUN answers. */
export function noPermissionOnTrial({ reason }: Denial, command: string, object: string): string {
  if (reason === "command") return `This user has no permissions to run the '${command}' command`;
  return `This user has no permissions to access the '${object}' ${reason}`;
}
