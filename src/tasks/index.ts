/**
 * The door `resplendent/tasks`: a task queue that speaks Celery's protocol over Redis. In the order to read it:
 *
 * - `app.ts`, `task.ts`, `async-result.ts`: what a producer holds;
 * - `worker/worker.ts` and below: what runs tasks; `worker/pools/`: in the event loop, in threads, in processes;
 * - `message.ts`, `broker.ts`, `backend.ts`: what stands in Redis, as Kombu and Celery write it;
 * - `control/`, `events/`: remote control and monitoring, both sides; `cli/`: the command line.
 * @module
 */
export { type SignatureOptions, TaskApp } from "./app.js";
export { AsyncResult, type GetOptions, GroupResult, type RevokeOptions } from "./async-result.js";
export type { Backend, ResultMeta, ResultTuple, TaskState } from "./backend.js";
export type { Broker, Delivery } from "./broker.js";
export type { ApplyOptions } from "./call-options.js";
export {
  type AddConsumerOptions,
  type CommandOptions,
  Control,
  type NodeReply,
  type RevokeCommandOptions,
} from "./control/control.js";
export { Inspect, type InspectOptions } from "./control/inspect.js";
export type {
  ByNode,
  CommandReply,
  QueueInfo,
  ScheduledInfo,
  TaskInfo,
  WorkerStats,
} from "./control/replies.js";
export {
  ChordError,
  Ignore,
  MaxRetriesExceededError,
  MessageError,
  NotRegisteredError,
  Reject,
  Retry,
  type RetryOptions,
  SettingsError,
  SoftTimeLimitExceeded,
  TaskError,
  type TaskFailure,
  TaskQueueError,
  TaskRevokedError,
  TaskTimeoutError,
  TimeLimitExceeded,
  WorkerLostError,
} from "./errors.js";
export { EventReceiver, type EventReceiverOptions } from "./events/receiver.js";
export {
  ClusterState,
  type ClusterStateOptions,
  type SeenState,
  type TaskView,
  type WorkerView,
} from "./events/state.js";
export type { TaskEvent } from "./events/task-event.js";
export type { TaskLog } from "./log.js";
export type {
  Route,
  RouteFunction,
  RouteItem,
  RouteMap,
  RouteOptions,
  RoutePair,
  TaskRoutes,
} from "./routing.js";
export type {
  BrokerTransportOptions,
  PublishRetryPolicy,
  ResultBackendTransportOptions,
  Settings,
  TaskAppOptions,
} from "./settings.js";
export { Signature, type SignatureChanges, type SignatureJson, type SignatureLike } from "./signature.js";
export type { SomeOf, Task } from "./task.js";
export {
  type ContextApp,
  currentTask,
  type RetryCallOptions,
  TaskContext,
  type TaskRequest,
} from "./task-context.js";
export type { TaskOptions } from "./task-options.js";
export { loadApp } from "./worker/pools/load-app.js";
export type { Job, JobOutcome, Pool, PoolKind } from "./worker/pools/pool.js";
export { Worker, type WorkerOptions } from "./worker/worker.js";
