/** How remote control shows a task that the worker holds. */
import type { ScheduledInfo, TaskInfo } from "../control/replies.js";
import { writeIsoDate } from "../iso-date.js";
import type { ControlledRequest } from "./controlled-worker.js";

/** Priority of the timers that hold tasks for their ETA, as Celery shows it. */
const TIMER_PRIORITY = 6;

/** @param safe show the arguments as text */
export function taskInfo(request: ControlledRequest, hostname: string, safe = false): TaskInfo {
  const { message } = request;
  return {
    id: message.id,
    name: message.shadow ?? message.task,
    args: safe ? message.argsrepr : message.args,
    kwargs: safe ? message.kwargsrepr : message.kwargs,
    type: message.task,
    hostname,
    time_start: request.timeStart,
    acknowledged: request.acknowledged,
    delivery_info: {
      exchange: message.exchange,
      routing_key: message.routingKey,
      priority: message.priority,
      redelivered: message.redelivered,
    },
    worker_pid: request.workerPid,
  };
}

/** A task that waits for its ETA. */
export function scheduledInfo(request: ControlledRequest, hostname: string): ScheduledInfo {
  const { eta } = request.message;
  return {
    eta: eta === null ? null : writeIsoDate(eta),
    priority: TIMER_PRIORITY,
    request: taskInfo(request, hostname),
  };
}
