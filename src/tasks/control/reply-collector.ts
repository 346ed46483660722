/** Sends a remote control request and waits for the answers. */
import type { Redis } from "../../index.js";
import { AbortError } from "../../index.js";
import type { LamportClock } from "../lamport.js";
import {
  type ControlReply,
  type ControlRequest,
  controlChannel,
  decodeReply,
  encodeRequest,
  REPLY_BINDINGS,
  type ReplyAddress,
  replyAddress,
  replyBinding,
  replyQueue,
} from "./pidbox.js";

/** What to send, and how long to wait. */
export interface Question {
  method: string;
  args: Readonly<Record<string, unknown>>;
  destination: readonly string[] | null;
  pattern: string | null;
  matcher: string | null;
  /** Seconds to wait for an answer, and for the next one after each. */
  timeout: number;
  /** Answers after which to wait no more. */
  limit: number | undefined;
  onReply: ((reply: Record<string, unknown>) => void) | undefined;
  signal: AbortSignal | undefined;
}

/** The broker, as remote control needs it. */
export interface ControlConnection {
  readonly redis: Redis;
  /** Number of the broker's database. */
  readonly db: number;
}

/** Send a request that nobody answers. */
export async function tell(
  { redis, db }: ControlConnection,
  clock: LamportClock,
  question: Question,
): Promise<void> {
  await redis.publish(controlChannel(db), encodeRequest(requestOf(question, clock, null, null), 0));
}

/**
 * Send a request and gather the answers. It ends when nobody else can answer: when as many have answered
 * as were asked, or as listen at all; else when `timeout` passes without an answer.
 */
export async function collectReplies(
  { redis, db }: ControlConnection,
  clock: LamportClock,
  question: Question,
): Promise<Record<string, unknown>[]> {
  // A queue for every question: questions at the same time do not take each other's answers.
  const id = crypto.randomUUID();
  const ticket = crypto.randomUUID();
  const queue = replyQueue(id);
  const request = requestOf(question, clock, ticket, replyAddress(id));
  const replies: Record<string, unknown>[] = [];
  await redis.sadd(REPLY_BINDINGS, replyBinding(id));
  try {
    const text = encodeRequest(request, question.timeout);
    const listeners = Number(await redis.publish(controlChannel(db), text));
    const asked = question.limit ?? question.destination?.length ?? listeners;
    const most = Math.min(asked, listeners);
    const { signal } = question;
    // BRPOP has a connection of its own.
    const waiting = signal === undefined ? redis : redis.with({ signal });
    while (replies.length < most && signal?.aborted !== true) {
      const popped = await waiting.brpop(queue, Math.max(question.timeout, 0.001));
      if (popped === null) break;
      const body = replyIn(popped.value, ticket, clock);
      if (body === undefined) continue;
      replies.push(body);
      question.onReply?.(body);
    }
  } catch (error) {
    if (!(error instanceof AbortError)) throw error;
  } finally {
    await redis.pipeline().srem(REPLY_BINDINGS, replyBinding(id)).del(queue).exec();
  }
  return replies;
}

/** What a node answered; `undefined` for what is no answer to this question. */
function replyIn(raw: string, ticket: string, clock: LamportClock): Record<string, unknown> | undefined {
  let reply: ControlReply;
  try {
    reply = decodeReply(raw);
  } catch {
    return undefined;
  }
  clock.adjust(reply.clock);
  return reply.ticket === null || reply.ticket === ticket ? reply.body : undefined;
}

function requestOf(
  question: Question,
  clock: LamportClock,
  ticket: string | null,
  replyTo: ReplyAddress | null,
): ControlRequest {
  const { method, args, destination, pattern, matcher } = question;
  return { method, args, destination, pattern, matcher, ticket, replyTo, clock: clock.forward() };
}
