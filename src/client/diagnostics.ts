/**
 * Tracing channels of `node:diagnostics_channel`: `tracing:resplendent:command`, `:batch`, `:connect` and
 * `:acquire`, each with `:start`, `:end`, `:asyncStart`, `:asyncEnd` and `:error`. What they carry follows
 * OpenTelemetry's conventions for databases, and never holds keys, values or replies.
 *
 * Without a subscriber nothing is made: the hot path looks at one variable, which changes when one comes or goes.
 * @see https://nodejs.org/api/diagnostics_channel.html#class-tracingchannel
 * @see https://opentelemetry.io/docs/specs/semconv/database/redis/
 */
import type { Channel, TracingChannel } from "node:diagnostics_channel";
import { ReplyError } from "../errors.js";
import type { Command } from "./executor.js";

/** What is done, in OpenTelemetry's names: they can be given to a span or a metric as they are. */
export interface TraceAttributes {
  readonly "db.system.name": "redis";
  /** Number of the database, as text. Missing where a borrower of a connection may have chosen another. */
  readonly "db.namespace"?: string;
  /** `GET`; for batches `PIPELINE` or `MULTI`, with the name of the command behind it when all are the same. */
  readonly "db.operation.name"?: string;
  /** How many commands a batch has, when more than one. */
  readonly "db.operation.batch.size"?: number;
  /** Host, path of a Unix socket, or `in process`. */
  readonly "server.address": string;
  readonly "server.port"?: number;
  /** On `acquire`: which pool. */
  readonly "db.client.connection.pool.name"?: string;
  /** Code of the error, such as `WRONGTYPE` or `ETIMEDOUT`; there from `asyncEnd` on, when there was one. */
  "error.type"?: string;
  /** Code of the server's error, when it was the server that said no. */
  "db.response.status_code"?: string;
}

/** The message of all five events of one operation: the same object, so that a subscriber may keep things on it. */
export interface TraceContext {
  readonly attributes: TraceAttributes;
  /** Why it failed; of a batch, the first error. */
  error?: unknown;
}

/** The attributes that all operations on one server share. */
export type ServerAttributes = Pick<
  TraceAttributes,
  "db.system.name" | "db.namespace" | "server.address" | "server.port"
>;

/** One kind of operation that can be traced. */
class Tracing {
  readonly #start: Channel;
  readonly #end: Channel;
  readonly #asyncStart: Channel;
  readonly #asyncEnd: Channel;
  readonly #error: Channel;

  /** @param onChange told whether anyone listens, whenever somebody comes or goes */
  constructor(
    { start, end, asyncStart, asyncEnd, error }: TracingChannel,
    onChange?: (active: boolean) => void,
  ) {
    if (onChange !== undefined) {
      const changed = () => onChange(this.active);
      for (const channel of [start, end, asyncStart, asyncEnd, error]) watch(channel, changed);
    }
    this.#start = start;
    this.#end = end;
    this.#asyncStart = asyncStart;
    this.#asyncEnd = asyncEnd;
    this.#error = error;
  }

  /** Does anyone listen? */
  get active(): boolean {
    return (
      this.#start.hasSubscribers ||
      this.#asyncEnd.hasSubscribers ||
      this.#end.hasSubscribers ||
      this.#error.hasSubscribers ||
      this.#asyncStart.hasSubscribers
    );
  }

  /**
   * Do `work` as a traced operation. Stores that are bound to `start` hold during its synchronous part.
   * @param failureIn an error within what it resolves with
   */
  trace<T>(
    attributes: TraceAttributes,
    work: () => Promise<T>,
    failureIn?: (value: T) => unknown,
  ): Promise<T> {
    const context: TraceContext = { attributes };
    const finish = (error: unknown) => {
      if (error !== undefined) this.#fail(context, error);
      this.#asyncStart.publish(context);
      this.#asyncEnd.publish(context);
    };
    return this.#start.runStores(context, () => {
      try {
        return work().then(
          (value) => {
            finish(failureIn?.(value));
            return value;
          },
          (error) => {
            finish(error);
            throw error;
          },
        );
      } catch (error) {
        this.#fail(context, error);
        throw error;
      } finally {
        this.#end.publish(context);
      }
    });
  }

  #fail(context: TraceContext, error: unknown): void {
    const { code, name = "Error" } = error as { code?: string; name?: string };
    context.error = error;
    context.attributes["error.type"] = code ?? name;
    if (error instanceof ReplyError) context.attributes["db.response.status_code"] = error.code;
    this.#error.publish(context);
  }
}

/** To ask all five channels at each command costs a tenth of the command, so they tell when they change. */
function watch(channel: Channel, changed: () => void): void {
  for (const name of ["subscribe", "unsubscribe", "bindStore", "unbindStore"] as const) {
    // Another copy of this package may watch it as well.
    const own = Object.hasOwn(channel, name) ? channel[name] : undefined;
    const value = function (this: Channel, ...args: unknown[]): unknown {
      // The prototype of a channel depends on whether it has subscribers, so it is looked up at each call.
      const result = Reflect.apply(own ?? Object.getPrototypeOf(this)[name], this, args);
      changed();
      return result;
    };
    Object.defineProperty(channel, name, { value, configurable: true, writable: true });
  }
}

/** Does anyone listen to commands? */
export let commandsTraced = false;
/** Does anyone listen to batches? */
export let batchesTraced = false;

interface Channels {
  readonly commands: Tracing;
  readonly batches: Tracing;
  readonly connects: Tracing;
  readonly acquires: Tracing;
}

let channels: Channels | undefined;

/**
 * Look from now on whether anyone listens; whoever subscribed before counts, too. The first client asks for it, so
 * that loading this package is not slowed down by Node's module. Browsers have no such module, nor has Node before
 * 20.16 a way to ask for it: nothing is traced there.
 */
export function watchChannels(): void {
  const builtin = globalThis.process?.getBuiltinModule?.("node:diagnostics_channel");
  if (channels !== undefined || builtin === undefined) return;
  const tracingOf = (name: string, onChange?: (active: boolean) => void): Tracing => {
    const tracing = new Tracing(builtin.tracingChannel(`resplendent:${name}`), onChange);
    onChange?.(tracing.active);
    return tracing;
  };
  channels = {
    commands: tracingOf("command", (active) => {
      commandsTraced = active;
    }),
    batches: tracingOf("batch", (active) => {
      batchesTraced = active;
    }),
    connects: tracingOf("connect"),
    acquires: tracingOf("acquire"),
  };
}

/** Send a command, traced. Only where {@link commandsTraced}. */
export function traceCommand<T>(name: string, server: ServerAttributes, work: () => Promise<T>): Promise<T> {
  return (channels as Channels).commands.trace({ ...server, "db.operation.name": name }, work);
}

/** Send a pipeline or a transaction, traced. Only where {@link batchesTraced}. */
export function traceBatch(
  batch: readonly Command[],
  atomic: boolean,
  server: ServerAttributes,
  work: () => Promise<unknown[] | null>,
): Promise<unknown[] | null> {
  const name = batch[0]?.known.name;
  const alike = name !== undefined && batch.every(({ known }) => known.name === name);
  const kind = atomic ? "MULTI" : "PIPELINE";
  const attributes: TraceAttributes = {
    ...server,
    "db.operation.name": alike ? `${kind} ${name}` : kind,
    ...(batch.length > 1 ? { "db.operation.batch.size": batch.length } : {}),
  };
  return (channels as Channels).batches.trace(attributes, work, (replies) =>
    replies?.find((reply) => reply instanceof Error),
  );
}

/** Open a connection, traced where someone listens. */
export function traceConnect<T>(server: ServerAttributes, work: () => Promise<T>): Promise<T> {
  return channels?.connects.active ? channels.connects.trace({ ...server }, work) : work();
}

/** Borrow a connection from a pool, traced where someone listens. */
export function traceAcquire<T>(server: ServerAttributes, work: () => Promise<T>): Promise<T> {
  if (!channels?.acquires.active) return work();
  const { "server.address": host, "server.port": port } = server;
  const pool = port === undefined ? host : `${host}:${port}`;
  return channels.acquires.trace({ ...server, "db.client.connection.pool.name": pool }, work);
}

/** What all operations on the server at `address` (`host:port`, a path, `in process`) share. */
export function serverAttributes(address: string, db: number): ServerAttributes {
  const network = /^\[?([^/]*?)\]?:(\d+)$/.exec(address);
  return {
    "db.system.name": "redis",
    "db.namespace": String(db),
    ...(network === null
      ? { "server.address": address }
      : { "server.address": network[1], "server.port": Number(network[2]) }),
  };
}
