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
  BatchEntries,
  BatchOptions,
  BatchOutcomes,
  BatchReplies,
} from "./client/batch.js";
export type { CacheStatistics, ClientCache } from "./client/cache/caching-executor.js";
export { type Call, Calls, type Written } from "./client/calls.js";
export type { CircuitState } from "./client/circuit-breaker.js";
export { type BytesCodec, type Codec, json, type TextCodec } from "./client/codec.js";
export type { TraceAttributes, TraceContext } from "./client/diagnostics.js";
export type { ByteSource } from "./client/huge-values/byte-source.js";
export type { SetStreamOptions } from "./client/huge-values/store-stream.js";
export type { GetStreamOptions, ValueStream } from "./client/huge-values/stream-value.js";
export type { MaintenanceEvent, MaintenanceType } from "./client/maintenance/maintenance.js";
export { Monitor, type MonitorGap, type MonitorOptions } from "./client/monitor.js";
export type { MonitoredCommand } from "./client/monitor-line.js";
export type {
  CacheOptions,
  CircuitBreakerOptions,
  Credentials,
  MaintenanceOptions,
  OfflineQueueOptions,
  PoolOptions,
  RetryOptions,
  ViewOptions,
} from "./client/options/pool-options.js";
export { parseUrl } from "./client/options/url.js";
export { type Chained, Pipeline, type Settled } from "./client/pipeline.js";
export { ConnectionPool, type PoolEvents, type PoolStatistics, type Status } from "./client/pool/pool.js";
export type { KnownKeyspaceEvent } from "./client/pubsub/keyspace-classes.js";
export {
  type KeyspaceEvent,
  KeyspaceEvents,
  type KeyspaceEventsOptions,
  type KeyspaceHandler,
} from "./client/pubsub/keyspace-events.js";
export type {
  Confirmation,
  Dropped,
  Gap,
  GetMessageOptions,
  Message,
  MessageHandler,
  Notice,
  OverflowPolicy,
  PublishedMessage,
  PubSubEvents,
  PubSubOptions,
} from "./client/pubsub/messages.js";
export { PubSub } from "./client/pubsub/pubsub.js";
export { Redis, type RedisOptions } from "./client/redis.js";
export { Scan } from "./client/scan.js";
export {
  type DefinedFunction,
  defineFunction,
  defineLibrary,
  type FunctionDefinition,
  type Library,
  type LibraryCalls,
  type LibraryDefinition,
} from "./client/scripts/function-library.js";
export {
  addCommands,
  type CallableProgram,
  type KeysOf,
  type MethodOf,
  type ProgramKeys,
  type ProgramOptions,
} from "./client/scripts/program-definition.js";
export { defineScript, type Script, type ScriptDefinition } from "./client/scripts/script.js";
export { Session } from "./client/session.js";
export type {
  GroupReaderOptions,
  ReaderStreams,
  StreamReaderOptions,
} from "./client/streams/stream-options.js";
export { type ConsumedEntry, type ReadEntry, StreamReader } from "./client/streams/stream-reader.js";
export { type ScoredValue, type ValueFields, Values } from "./client/values.js";
export type { Arg, Fields, Key, Many, Value } from "./commands/base.js";
export { Commands } from "./commands/index.js";
export type { Integer, Mode, Promised, Reply, Sync, Text } from "./commands/mode.js";
export type { Scored } from "./commands/replies.js";
export type { StreamEntry, StreamId, StreamMessages } from "./commands/streams.js";
export {
  AbortError,
  ArgumentError,
  BatchError,
  CircuitOpenError,
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
  WANT_REPEATS,
} from "./protocol/parser.js";
export type {
  AddressResolver,
  Connector,
  HostAndPort,
  InProcessPeer,
  InProcessServer,
  Transport,
  TransportHandler,
} from "./transport/transport.js";
export { VERSION } from "./version.js";
