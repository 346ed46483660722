/** What `inspect`, `control` and `status` do and print. */
import { type Colors, colors, wantsColors } from "./colors.js";
import { counted, indented, pythonJson, pythonStr } from "./python-text.js";
import { CommandFailure, type CommandRun, print, UNAVAILABLE } from "./run-command.js";

/** The options of all three. */
export interface RemoteOptions {
  /** Seconds to wait for replies. */
  readonly timeout: number;
  /** Names of the nodes; all when there is none. */
  readonly destination?: readonly string[];
  /** Print JSON. */
  readonly json?: boolean;
}

/** Ask the workers, print what they say and how many there are. */
export async function inspectWorkers(
  run: CommandRun,
  method: string,
  args: Record<string, unknown>,
  options: RemoteOptions,
): Promise<void> {
  const replies = merged(await ask(run, method, args, options, true));
  if (options.json === true) print(pythonJson(replies));
  else if (run.flags.quiet !== true) print(`\n${counted(Object.keys(replies).length, "node")} online.`);
}

/** Command the workers, and print what they answer. */
export async function controlWorkers(
  run: CommandRun,
  method: string,
  args: Record<string, unknown>,
  options: RemoteOptions,
): Promise<void> {
  const replies = await ask(run, method, args, options, true);
  if (options.json === true) print(pythonJson(replies));
}

/** Print the workers that answer. */
export async function workersOnline(run: CommandRun, options: RemoteOptions): Promise<void> {
  const replies = merged(await ask(run, "ping", {}, options, false));
  if (options.json === true) print(pythonJson(replies));
  print(`\n${counted(Object.keys(replies).length, "node")} online.`);
}

async function ask(
  { app, flags }: CommandRun,
  method: string,
  args: Record<string, unknown>,
  { timeout, destination, json }: RemoteOptions,
  showBody: boolean,
): Promise<Record<string, unknown>[]> {
  const paint = colors(wantsColors(process.stdout, !flags.color));
  const replies = await app.control.broadcast(method, args, {
    reply: true,
    timeout,
    destination,
    onReply: (reply) => {
      if (json !== true) sayReply(reply, paint, flags.quiet === true, showBody);
    },
  });
  if (replies.length > 0) return replies;
  throw new CommandFailure("No nodes replied within time constraint", UNAVAILABLE);
}

function merged(replies: readonly Record<string, unknown>[]): Record<string, unknown> {
  return Object.assign({}, ...replies);
}

function sayReply(reply: Record<string, unknown>, paint: Colors, quiet: boolean, showBody: boolean): void {
  for (const [node, value] of Object.entries(reply)) {
    const { ok, body } = prettyReply(value, paint);
    const status = ok ? paint.green("OK") : paint.red("ERROR");
    print(`${quiet ? "" : `${paint.white("->")} `} ${paint.cyan(`${node}: `)}${status}`);
    if (showBody && body !== "") print(indented(body, 4));
  }
}

/** A reply as text, and whether it is one. */
export function prettyReply(value: unknown, paint: Colors = colors(false)): { ok: boolean; body: string } {
  if (Array.isArray(value)) {
    if (value.length === 0) return { ok: true, body: "- empty -" };
    return { ok: true, body: value.map((item) => `${paint.white("*")} ${pythonStr(item)}`).join("\n") };
  }
  if (typeof value === "object" && value !== null) {
    const answer = value as Record<string, unknown>;
    if ("ok" in answer) return { ok: true, body: indented(prettyReply(answer.ok, paint).body, 4) };
    if ("error" in answer) return { ok: false, body: indented(prettyReply(answer.error, paint).body, 4) };
    return { ok: true, body: pythonJson(value, 4) };
  }
  return { ok: true, body: pythonStr(value) };
}
