/**
 * Shows the spans of a few commands, with a tracer that prints them.
 *
 *   npx tsx examples/opentelemetry/main.ts
 */
import { Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";
import { type Tracer, traceRedis } from "./trace-redis.js";

const printing: Tracer = {
  startSpan(name, { attributes }) {
    let all = attributes;
    let status = "ok";
    return {
      setAttributes: (more) => {
        all = { ...all, ...more };
      },
      setStatus: () => {
        status = "error";
      },
      end: () => console.log(name, status, JSON.stringify(all)),
    };
  },
};

const server = await MiniServer.start();
const redis = new Redis({ server });
const stop = traceRedis(printing);
await redis.set("user:1", "Ada");
await redis.incr("user:1").catch(() => {});
await redis.pipeline().get("user:1").get("user:2").exec();
stop();
await redis.close();
await server.close();
