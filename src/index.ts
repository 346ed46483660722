/**
 * The client. In the order to read it:
 *
 * - `commands/`: every command of Redis, one method each, one file a family;
 * - `client/redis.ts`, `pipeline.ts`, `session.ts`, `pubsub.ts`: what a user holds;
 * - `client/pool.ts` and below: connections, queues, deadlines, retries;
 * - `protocol/`: RESP, bytes to values and back; `transport/`: sockets, or none;
 * - `errors.ts`: everything that can go wrong.
 * @module
 */

export type {
  Confirmation,
  Gap,
  GetMessageOptions,
  Message,
  MessageHandler,
  PublishedMessage,
  PubSubOptions,
} from "./client/messages.js";
export { type Chained, Pipeline, type Settled } from "./client/pipeline.js";
export { ConnectionPool, type PoolEvents, type PoolStatistics, type Status } from "./client/pool.js";
export type {
  Credentials,
  OfflineQueueOptions,
  PoolOptions,
  RetryOptions,
  ViewOptions,
} from "./client/pool-options.js";
export { PubSub } from "./client/pubsub.js";
export { Redis, type RedisOptions, type TransactionOptions } from "./client/redis.js";
export { Session } from "./client/session.js";
export type { Arg, Fields, Key, Many, Value } from "./commands/base.js";
export { Commands } from "./commands/index.js";
export type { Integer, Mode, Promised, Reply, Sync, Text } from "./commands/mode.js";
export type { Scored } from "./commands/replies.js";
export type { StreamEntry, StreamId, StreamMessages } from "./commands/streams.js";
export {
  AbortError,
  ArgumentError,
  ClosedError,
  ConnectionError,
  DecodeError,
  OptionError,
  PipelineError,
  ProtocolError,
  QueueFullError,
  RedisError,
  ReplyError,
  type Sent,
  TimeoutError,
  WatchError,
} from "./errors.js";
export {
  DEFAULT_LIMITS,
  type Parser,
  type ParserFactory,
  type ParserLimits,
  type RawReply,
  type ReplySink,
  RespMap,
  WANT_BIGINT,
  WANT_BYTES,
} from "./protocol/parser.js";
export type {
  Connector,
  InProcessPeer,
  InProcessServer,
  Transport,
  TransportHandler,
} from "./transport/transport.js";
export { VERSION } from "./version.js";
