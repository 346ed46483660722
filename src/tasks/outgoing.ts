/** From a call and its options to the message that is sent. */
import type { ApplyOptions } from "./call-options.js";
import { SettingsError } from "./errors.js";
import { readIsoDate } from "./iso-date.js";
import { type Embed, NO_EMBED, type OutgoingTask } from "./message.js";
import type { RoutedCall } from "./routing.js";
import { type SignatureJson, type SignatureLike, signatureJson } from "./signature-json.js";

/** A call, with all that is not in its options. */
export interface Call {
  readonly task: string;
  readonly id: string;
  readonly args: readonly unknown[];
  readonly kwargs: Record<string, unknown>;
  /** The request of the task that makes the call, if one does. */
  readonly parent: { readonly id: string; readonly rootId: string } | undefined;
  /** Who sends: `gen<pid>@<host>`. */
  readonly origin: string;
  /** Names the sending process. */
  readonly replyTo: string;
  readonly ignoreResult: boolean | undefined;
  readonly compression: "gzip" | undefined;
}

/**
 * The message of a call.
 * @throws SettingsError for a moment that is none
 */
export function outgoingTask(call: Call, routed: RoutedCall): OutgoingTask {
  const { options } = routed;
  const { id, parent } = call;
  return {
    task: call.task,
    id,
    args: call.args,
    kwargs: call.kwargs,
    embed: embedOf(options),
    rootId: options.rootId ?? parent?.rootId ?? id,
    parentId: options.parentId ?? parent?.id ?? null,
    group: options.groupId ?? null,
    groupIndex: options.groupIndex ?? null,
    retries: 0,
    eta: etaOf(options),
    expires: expiresOf(options),
    timelimit: [options.timeLimit ?? null, options.softTimeLimit ?? null],
    ignoreResult: call.ignoreResult,
    shadow: options.shadow ?? null,
    headers: options.headers,
    replyTo: options.replyTo ?? call.replyTo,
    priority: routed.priority,
    exchange: routed.exchange,
    routingKey: routed.routingKey,
    origin: call.origin,
    compression: call.compression,
  };
}

function embedOf({ link, linkError, chain, chord }: ApplyOptions): Embed {
  if (link === undefined && linkError === undefined && chain === undefined && chord === undefined)
    return NO_EMBED;
  return {
    callbacks: listOf(link),
    errbacks: listOf(linkError),
    chain: chain === undefined ? null : [...chain],
    chord: chord ?? null,
  };
}

function listOf(given: SignatureLike | readonly SignatureLike[] | undefined): SignatureJson[] | null {
  if (given === undefined) return null;
  return (Array.isArray(given) ? (given as readonly SignatureLike[]) : [given as SignatureLike]).map(
    signatureJson,
  );
}

function etaOf({ countdown, eta }: ApplyOptions): Date | null {
  if (countdown !== undefined) return inSeconds("countdown", countdown);
  return eta === undefined ? null : moment("eta", eta);
}

function expiresOf({ expires }: ApplyOptions): Date | null {
  if (expires === undefined) return null;
  return typeof expires === "number" ? inSeconds("expires", expires) : moment("expires", expires);
}

function inSeconds(name: string, seconds: number): Date {
  const date = new Date(Date.now() + seconds * 1000);
  if (Number.isNaN(date.getTime())) throw new SettingsError(name, `The option ${name} takes seconds`);
  return date;
}

function moment(name: string, given: Date | string): Date {
  const date = typeof given === "string" ? readIsoDate(given) : given;
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) {
    throw new SettingsError(name, `The option ${name} is no moment; allowed: a Date, or ISO 8601 text`);
  }
  return date;
}
