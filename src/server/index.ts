/** The door `resplendent/server`: a Redis-compatible server for tests. */
export { type AcceptedClient, MiniServer, type MiniServerOptions } from "./mini-server.js";
export { ServerClock } from "./testing.js";
