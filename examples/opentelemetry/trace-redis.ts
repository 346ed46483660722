/**
 * Spans of OpenTelemetry from resplendent's tracing channels. Give it the tracer of `@opentelemetry/api`:
 *
 *   import { trace } from "@opentelemetry/api";
 *   const stop = traceRedis(trace.getTracer("redis"));
 *
 * It asks for the shape of a tracer and not for the package, so that it compiles and is tested without it.
 */
import { tracingChannel } from "node:diagnostics_channel";
import type { TraceAttributes, TraceContext } from "../../src/index.js";

/** What is used of OpenTelemetry's `Span`. */
export interface Span {
  setAttributes(attributes: Record<string, string | number>): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
}

/** What is used of OpenTelemetry's `Tracer`. */
export interface Tracer {
  startSpan(name: string, options: { kind: number; attributes: Record<string, string | number> }): Span;
}

/** `SpanKind.CLIENT` and `SpanStatusCode.ERROR` of OpenTelemetry. */
const CLIENT = 2;
const ERROR = 2;

/** The operations that become spans. `acquire` and `connect` happen within the others. */
const KINDS = ["command", "batch", "connect", "acquire"] as const;

/**
 * Make a span of every command, batch, connect and loan; its parent is the span that was active at the call.
 * @returns a function that ends that
 */
export function traceRedis(tracer: Tracer): () => void {
  const ends = KINDS.map((kind) => {
    const channel = tracingChannel<unknown, TraceContext>(`resplendent:${kind}`);
    const spans = new WeakMap<object, Span>();
    const handlers = {
      start(context: TraceContext): void {
        const { attributes } = context;
        const name = attributes["db.operation.name"] ?? kind;
        spans.set(context, tracer.startSpan(name, { kind: CLIENT, attributes: plain(attributes) }));
      },
      end(): void {},
      asyncStart(): void {},
      asyncEnd(context: TraceContext): void {
        const span = spans.get(context);
        if (span === undefined) return;
        span.setAttributes(plain(context.attributes));
        if (context.error !== undefined) span.setStatus({ code: ERROR });
        span.end();
      },
      error(): void {},
    };
    channel.subscribe(handlers as never);
    return () => void channel.unsubscribe(handlers as never);
  });
  return () => {
    for (const end of ends) end();
  };
}

function plain(attributes: TraceAttributes): Record<string, string | number> {
  return { ...attributes } as Record<string, string | number>;
}
