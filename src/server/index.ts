/** The door `resplendent/server`: a Redis-compatible server for tests. */
export type { CommandLog, CommandLogOptions, LoggedCommand } from "./command-log.js";
export type { CompatVersion } from "./engine/version.js";
export type { Fault, FaultDelay } from "./fault-options.js";
export type { FaultHandle, Faults } from "./faults.js";
export type { BlockedClient, IdleServer } from "./idle.js";
export { type AcceptedClient, MiniServer } from "./mini-server.js";
export type { MiniServerOptions } from "./mini-server-options.js";
export type { PlainKey, PlainValue } from "./plain-data.js";
export type { PlainReply } from "./plain-reply.js";
export type { PlainText } from "./plain-text.js";
export type { RedisContainerPackage } from "./redis-container.js";
export type { RequestFilter } from "./request-filter.js";
export type { ServerSnapshot } from "./snapshot.js";
export {
  startTestServer,
  type TestServer,
  type TestServerKind,
  type TestServerOptions,
} from "./test-server.js";
export { ServerClock } from "./testing.js";
