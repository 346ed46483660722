/** A message that a worker holds, from its receipt until it is settled. */
import type { Delivery } from "../broker.js";
import type { TaskMessage } from "../message.js";
import type { TaskRequest } from "../task-context.js";
import type { ControlledRequest } from "./controlled-worker.js";

/** What counts for one run of a task, from its message, its own options and the worker's settings. */
export interface Policy {
  /** Acknowledge after the run instead of before. */
  readonly acksLate: boolean;
  readonly acksOnFailureOrTimeout: boolean;
  readonly rejectOnWorkerLost: boolean;
  /** Store no result (a failure only with `storeErrors`). */
  readonly ignoreResult: boolean;
  readonly storeErrors: boolean;
  readonly trackStarted: boolean;
  /** Seconds, or null. */
  readonly timeLimit: number | null;
  /** Seconds, or null. */
  readonly softTimeLimit: number | null;
}

let lastKey = 0;

/** One message in the hands of a worker. */
export class HeldTask implements ControlledRequest {
  /** A number that no other held message has: an id may be held twice. */
  readonly key: number;
  readonly message: TaskMessage;
  readonly delivery: Delivery;
  readonly policy: Policy;
  timeStart: number | null = null;
  acknowledged = false;
  workerPid: number | null = null;
  /** The signal that it was told to end by; undefined: none. */
  terminatedBy: string | undefined;
  /** Results of what it sent, as tuples. */
  children: unknown[] = [];
  /** The store of STARTED, which must come before that of the outcome. */
  started: Promise<unknown> | undefined;

  constructor(message: TaskMessage, delivery: Delivery, policy: Policy) {
    lastKey++;
    this.key = lastKey;
    this.message = message;
    this.delivery = delivery;
    this.policy = policy;
  }

  get id(): string {
    return this.message.id;
  }

  /** "name[id]", as log lines have it. */
  get label(): string {
    const { shadow, task, id } = this.message;
    return `${shadow ?? task}[${id}]`;
  }

  /** The first task of the workflow. */
  get rootId(): string {
    return this.message.rootId ?? this.message.id;
  }

  /** What the task's context shows of it. */
  toRequest(hostname: string): TaskRequest {
    const { message } = this;
    return {
      id: message.id,
      task: message.task,
      args: message.args,
      kwargs: message.kwargs,
      rootId: this.rootId,
      parentId: message.parentId,
      group: message.group,
      groupIndex: message.groupIndex,
      retries: message.retries,
      hostname,
      eta: message.eta,
      expires: message.expires,
      timelimit: message.timelimit,
      deliveryInfo: {
        exchange: message.exchange,
        routingKey: message.routingKey,
        priority: message.priority,
        redelivered: message.redelivered,
      },
      correlationId: message.correlationId,
      replyTo: message.replyTo,
      origin: message.origin,
      isEager: false,
      headers: message.headers,
      chord: message.embed.chord,
      children: this.children,
    };
  }
}

/**
 * A message that waits for its ETA. Of 100,000 of them only this is in memory: the message itself stays in the
 * broker's hash of unacknowledged ones, and is read again when its time has come.
 */
export interface Scheduled {
  /** When it is due, in milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
  readonly tag: string;
  readonly queue: string;
  readonly key: string;
}
