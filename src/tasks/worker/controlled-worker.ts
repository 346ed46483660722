/** What remote control needs of a worker. */
import type { EventDispatcher } from "../events/dispatcher.js";
import type { LamportClock } from "../lamport.js";
import type { TaskLog } from "../log.js";
import type { TaskMessage } from "../message.js";
import type { Settings } from "../settings.js";

/** A task the worker holds. */
export interface ControlledRequest {
  readonly message: Pick<
    TaskMessage,
    | "id"
    | "task"
    | "args"
    | "kwargs"
    | "argsrepr"
    | "kwargsrepr"
    | "eta"
    | "priority"
    | "exchange"
    | "routingKey"
    | "redelivered"
    | "shadow"
  >;
  /** Unix seconds of its start; `null` before. */
  readonly timeStart: number | null;
  readonly acknowledged: boolean;
  /** The process that runs it; `null` before its start. */
  readonly workerPid: number | null;
}

/** A task the worker knows, as `registered` shows it. */
export interface ControlledTask {
  readonly name: string;
  /** Its attributes by Celery's names (`rate_limit`, `max_retries`, ...); those without a value are left out. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The ids that must not run. */
export interface RevokedIds {
  add(id: string): void;
  /** Ids and the times they were added (seconds, monotonic), without the expired ones. */
  entries(): Iterable<readonly [id: string, time: number]>;
}

/** The pool as `stats` shows it. */
export interface ControlledPool {
  readonly kind: string;
  readonly concurrency: number;
  readonly processIds: readonly number[];
  readonly maxTasksPerChild: number | null;
  /** Default limits of tasks in seconds, 0 for none. */
  readonly timeLimits: readonly [soft: number, hard: number];
}

/** The heartbeat, as remote control uses it. */
export interface ControlledHeartbeat {
  /** Send `worker-heartbeat` now. */
  beat(): void;
}

/** Gossip, as remote control uses it. */
export interface ControlledGossip {
  /** Hold an election. */
  election(id: string, topic: string, action: unknown): void;
}

/** Now, or in a moment: what is not in memory has to be fetched. */
export type MaybeLater<T> = T | Promise<T>;

/** What remote control needs of a worker. */
export interface ControlledWorker {
  readonly hostname: string;
  readonly clock: LamportClock;
  readonly log: TaskLog;
  readonly settings: Settings;
  /** Name of the app. */
  readonly appName: string;
  readonly events: EventDispatcher;
  readonly heartbeat: ControlledHeartbeat | undefined;
  readonly gossip: ControlledGossip | undefined;
  readonly revoked: RevokedIds;
  readonly pool: ControlledPool;
  /** Names of the queues it consumes from. */
  readonly queues: readonly string[];
  /** `Date.now()` of its start. */
  readonly startedAt: number;
  /** How many tasks it has accepted, by name. */
  readonly totals: ReadonlyMap<string, number>;
  /** How many messages it may hold; 0 for any number. */
  readonly prefetchCount: number;

  /** Tasks that run. */
  activeRequests(): Iterable<ControlledRequest>;
  /** Tasks that wait for a place in the pool or for their rate limit: neither running nor waiting for an ETA. */
  reservedRequests(): Iterable<ControlledRequest>;
  /** Tasks that wait for their ETA. */
  scheduledRequests(): Promise<readonly ControlledRequest[]>;
  /** The task with this id, if it is held; `state` as `query_task` tells it. */
  findRequest(
    id: string,
  ): Promise<{ request: ControlledRequest; state: "active" | "reserved" | "ready" } | undefined>;
  /** All tasks of the app. */
  registeredTasks(): Iterable<ControlledTask>;

  /** Is called for revoked ids (they stand in `revoked` already): those held and not started may be finished now. */
  onRevoked(ids: readonly string[]): void;
  /**
   * End a task: a running one by this signal (`SIGTERM`, `SIGKILL`, ...), one that waits before its start.
   * @returns `false` when the worker does not hold it
   */
  terminateTask(id: string, signal: string): boolean;
  /** Set a task's rate limit (tasks a second; 0 for none, with the text as given). @returns `false` for an unknown task */
  setRateLimit(task: string, rateLimit: string | number | null): boolean;
  /** Set a task's limits in seconds. @returns `false` for an unknown task */
  setTimeLimits(task: string, soft: number | null, hard: number | null): boolean;
  /** Change the pool's size and with it the prefetch limit. */
  growPool(count: number): MaybeLater<void>;
  /** @throws RangeError when it would be smaller than 1 */
  shrinkPool(count: number): MaybeLater<void>;
  /** Begin to consume from a queue. */
  addQueue(
    queue: string,
    options: { exchange?: string | undefined; routingKey?: string | undefined },
  ): MaybeLater<void>;
  /** Consume no more from a queue. */
  cancelQueue(queue: string): MaybeLater<void>;
  /** Log why, and begin a warm shutdown; returns at once. */
  requestShutdown(why: string): void;
}
