/** What is stored of a task's state, as Celery writes it. */
import { doneAt, READY_STATES, type ResultMeta } from "../backend.js";
import type { TaskMessage } from "../message.js";

/** The state of a task. */
export interface TaskState {
  readonly status: string;
  readonly result: unknown;
  readonly traceback?: string | null | undefined;
  readonly children?: readonly unknown[] | undefined;
}

/**
 * The stored form of a state.
 *
 * @param extended - the node's name where `resultExtended` asks for the call too
 */
export function resultMeta(message: TaskMessage, state: TaskState, extended: string | undefined): ResultMeta {
  const meta: Record<string, unknown> = {
    status: state.status,
    result: state.result === undefined ? null : state.result,
    traceback: state.traceback ?? null,
    children: state.children ?? [],
    date_done: READY_STATES.has(state.status) ? doneAt() : null,
  };
  if (message.group !== null) meta.group_id = message.group;
  if (message.parentId !== null) meta.parent_id = message.parentId;
  if (extended !== undefined) {
    meta.name = message.task;
    meta.args = message.args;
    meta.kwargs = message.kwargs;
    meta.worker = extended;
    meta.retries = message.retries;
    meta.queue = message.routingKey;
  }
  meta.task_id = message.id;
  return meta as ResultMeta;
}

/** The stored form of a failure of a task that was not sent, for it will never run. */
export function unsentMeta(
  taskId: string,
  status: string,
  result: unknown,
  traceback: string | null,
): ResultMeta {
  const meta: Record<string, unknown> = { status, result, traceback, children: [], date_done: doneAt() };
  meta.task_id = taskId;
  return meta as ResultMeta;
}
