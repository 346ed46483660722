/** Events as they are on the wire. */

/** What happened to a worker or a task. Further fields depend on `type`; names are those on the wire. */
export interface TaskEvent {
  /** Such as `worker-heartbeat`, `task-received`. */
  type: string;
  /** The node that sent it. */
  hostname: string;
  /** Unix seconds. */
  timestamp: number;
  /** The sender's logical clock. */
  clock: number;
  /** Hours from the sender's local time to UTC. */
  utcoffset?: number;
  /** The sender's process. */
  pid?: number;
  /** The task's id, in `task-*`. */
  uuid?: string;
  [field: string]: unknown;
}

/** The events in a message: one, or a list. What is no event is left out. */
export function eventsIn(body: unknown): TaskEvent[] {
  const list: unknown[] = Array.isArray(body) ? body : [body];
  return list.filter(isTaskEvent);
}

function isTaskEvent(value: unknown): value is TaskEvent {
  if (typeof value !== "object" || value === null) return false;
  const event = value as Record<string, unknown>;
  if (typeof event.type !== "string" || typeof event.hostname !== "string") return false;
  if (typeof event.timestamp !== "number") return false;
  // Some senders know no clock.
  if (typeof event.clock !== "number") event.clock = 0;
  return true;
}
