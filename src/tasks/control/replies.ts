/** What workers answer, by Celery's own names. */

/** A task that a worker holds. */
export interface TaskInfo {
  id: string;
  name: string;
  args: unknown;
  kwargs: unknown;
  type: string;
  /** Name of the node. */
  hostname: string;
  /** Unix seconds of its start; `null` before. */
  time_start: number | null;
  acknowledged: boolean;
  delivery_info: {
    exchange: string;
    routing_key: string;
    priority: number;
    redelivered: boolean | null;
  };
  /** The process that runs it; `null` before its start. */
  worker_pid: number | null;
}

/** A task that waits for its time. */
export interface ScheduledInfo {
  /** When it is due: ISO 8601. */
  eta: string | null;
  priority: number;
  request: TaskInfo;
}

/** A queue that a worker consumes from. */
export interface QueueInfo {
  name: string;
  exchange: { name: string; type: string; [more: string]: unknown };
  routing_key: string;
  [more: string]: unknown;
}

/** What a worker tells about itself. */
export interface WorkerStats {
  /** How many tasks it has accepted, by name. */
  total: Record<string, number>;
  pid: number;
  /** Its logical clock, as text. */
  clock: string;
  /** Seconds since its start. */
  uptime: number;
  pool: Record<string, unknown>;
  broker: Record<string, unknown>;
  /** How many messages it may hold; 0 for any number. */
  prefetch_count: number;
  /** Resources it has used, by the names of getrusage(2); `"N/A"` where the platform does not tell. */
  rusage: Record<string, number> | string;
}

/** Answer of a command. */
export type CommandReply = { ok: string } | { error: string };

/** Answers by the name of their node. */
export type ByNode<T> = Record<string, T>;
