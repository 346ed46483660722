/** The methods of remote control that change something in the worker. */
import { type ControlHandler, NO_REPLY } from "../control/mailbox.js";
import type { CommandReply } from "../control/replies.js";
import { softwareInfo } from "../node-facts.js";
import { pythonRepr } from "../python-repr.js";
import {
  type ControlArguments,
  countIn,
  idsIn,
  pythonError,
  required,
  requiredText,
  secondsIn,
  signalIn,
  textIn,
} from "./control-arguments.js";
import type { ControlledWorker, MaybeLater } from "./controlled-worker.js";
import { parseRateLimit } from "./rate-limit.js";

const ok = (text: string): CommandReply => ({ ok: text });
const refused = (text: string): CommandReply => ({ error: text });

/** `revoke`, `rate_limit`, `pool_grow`, ... */
export function commandHandlers(worker: ControlledWorker): Record<string, ControlHandler> {
  const { events, log } = worker;

  /** Begun, not awaited: the answer says that it will happen. */
  const begin = (what: string, step: () => MaybeLater<void>): void => {
    const under = step();
    if (under instanceof Promise) {
      under.catch((error: unknown) => log.error(`control: ${what} failed: ${String(error)}`));
    }
  };

  const revoke = (method: string, args: ControlArguments, terminate: boolean): CommandReply => {
    const ids = idsIn(method, args, "task_id");
    const signal = terminate ? signalIn(args) : "";
    for (const id of ids) worker.revoked.add(id);
    if (terminate) {
      const known = ids.filter((id) => worker.terminateTask(id, signal));
      for (const id of known) log.info(`Terminating ${id} (${signal})`);
      worker.onRevoked(ids);
      return ok(known.length === 0 ? "terminate: tasks unknown" : `terminate: ${known.join(", ")}`);
    }
    worker.onRevoked(ids);
    log.info(`Tasks flagged as revoked: ${ids.join(", ")}`);
    return ok(`tasks ${ids.join(", ")} flagged as revoked`);
  };

  const rateLimit: ControlHandler = (args) => {
    const task = requiredText("rate_limit", args, "task_name");
    const given = required("rate_limit", args, "rate_limit");
    const limit = typeof given === "number" || typeof given === "string" ? given : null;
    let rate: number;
    try {
      rate = parseRateLimit(limit);
    } catch {
      const complaint = `could not convert string to float: ${pythonRepr(given)}`;
      return refused(`Invalid rate limit string: ValueError(${pythonRepr(complaint)})`);
    }
    if (!worker.setRateLimit(task, rate === 0 ? null : limit)) {
      log.error(`Rate limit attempt for unknown task ${task}`);
      return refused("unknown task");
    }
    if (rate === 0) {
      log.info(`Rate limits disabled for tasks of type ${task}`);
      return ok("rate limit disabled successfully");
    }
    log.info(`New rate limit for tasks of type ${task}: ${String(limit)}.`);
    return ok("new rate limit set successfully");
  };

  const timeLimit: ControlHandler = (args) => {
    const task = requiredText("time_limit", args, "task_name");
    const soft = secondsIn("time_limit", args, "soft");
    const hard = secondsIn("time_limit", args, "hard");
    if (!worker.setTimeLimits(task, soft, hard)) {
      log.error(`Change time limit attempt for unknown task ${task}`);
      return refused("unknown task");
    }
    log.info(`New time limits for tasks of type ${task}: soft=${String(soft)} hard=${String(hard)}`);
    return ok("time limits set successfully");
  };

  const setEvents = (enabled: boolean): CommandReply => {
    const word = enabled ? "enabled" : "disabled";
    if (events.enabled === enabled) return ok(`task events already ${word}`);
    if (!enabled) void events.flush();
    events.enabled = enabled;
    log.info(`Events of group {task} ${word} by remote.`);
    return ok(`task events ${word}`);
  };

  return {
    revoke: (args) => revoke("revoke", args, args.terminate === true),
    terminate: (args) => revoke("terminate", args, true),
    rate_limit: rateLimit,
    time_limit: timeLimit,
    enable_events: () => setEvents(true),
    disable_events: () => setEvents(false),
    heartbeat: () => {
      log.debug("Heartbeat requested by remote.");
      if (worker.heartbeat !== undefined) worker.heartbeat.beat();
      else events.send("worker-heartbeat", { freq: 5, ...softwareInfo() });
      return null;
    },
    pool_grow: (args) => {
      const count = countIn("pool_grow", args, "n", 1);
      begin("pool_grow", () => worker.growPool(count));
      return ok("pool will grow");
    },
    pool_shrink: (args) => {
      const count = countIn("pool_shrink", args, "n", 1);
      begin("pool_shrink", () => worker.shrinkPool(count));
      return ok("pool will shrink");
    },
    pool_restart: () => {
      throw pythonError("ValueError", "Pool restarts not enabled");
    },
    autoscale: () => {
      throw pythonError("ValueError", "Autoscale not enabled");
    },
    add_consumer: (args) => {
      const queue = requiredText("add_consumer", args, "queue");
      const options = { exchange: textIn(args, "exchange"), routingKey: textIn(args, "routing_key") };
      begin("add_consumer", () => worker.addQueue(queue, options));
      return ok(`add consumer ${queue}`);
    },
    cancel_consumer: (args) => {
      const queue = requiredText("cancel_consumer", args, "queue");
      begin("cancel_consumer", () => worker.cancelQueue(queue));
      return ok(`no longer consuming from ${queue}`);
    },
    shutdown: (args) => {
      worker.requestShutdown(textIn(args, "msg") ?? "Got shutdown from remote");
      return NO_REPLY;
    },
    election: (args) => {
      const id = requiredText("election", args, "id");
      worker.gossip?.election(id, requiredText("election", args, "topic"), args.action ?? null);
      return null;
    },
  };
}
