/** The methods of remote control that only ask. */
import type { ControlHandler } from "../control/mailbox.js";
import type { TaskInfo } from "../control/replies.js";
import { residentBytes } from "../node-facts.js";
import { pythonRepr } from "../python-repr.js";
import { idsIn, requiredText } from "./control-arguments.js";
import { reportOf, settingsTable, statsOf } from "./control-facts.js";
import type { ControlledTask, ControlledWorker } from "./controlled-worker.js";
import { queueInfo } from "./queue-info.js";
import { scheduledInfo, taskInfo } from "./task-info.js";

/** Attributes that `registered` shows unless others are asked for. */
const SHOWN_ATTRIBUTES = ["exchange", "routing_key", "rate_limit"];

/** `ping`, `active`, `reserved`, ...: what changes nothing in the worker. */
export function questionHandlers(worker: ControlledWorker): Record<string, ControlHandler> {
  const { hostname } = worker;

  const active: ControlHandler = ({ safe }) =>
    Array.from(worker.activeRequests(), (request) => taskInfo(request, hostname, safe === true));

  const reserved: ControlHandler = () =>
    Array.from(worker.reservedRequests(), (request) => taskInfo(request, hostname));

  const scheduled: ControlHandler = async () =>
    Array.from(await worker.scheduledRequests(), (request) => scheduledInfo(request, hostname));

  const registered: ControlHandler = ({ taskinfoitems, builtins }) => {
    const given = Array.isArray(taskinfoitems) ? taskinfoitems.map(String) : [];
    const items = given.length > 0 ? given : SHOWN_ATTRIBUTES;
    return [...worker.registeredTasks()]
      .filter(({ name }) => builtins === true || !name.startsWith("celery."))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map((task) => describe(task, items));
  };

  const revoked: ControlHandler = () => Array.from(worker.revoked.entries(), ([id]) => id);

  const conf: ControlHandler = (args) => settingsTable(worker.settings, args.with_defaults === true);

  const queryTask: ControlHandler = async (args) => {
    const ids = idsIn("query_task", args, "ids");
    const found = await Promise.all(ids.map((id) => worker.findRequest(id)));
    const table: Record<string, [state: string, task: TaskInfo]> = {};
    for (const one of found) {
      if (one !== undefined) table[one.request.message.id] = [one.state, taskInfo(one.request, hostname)];
    }
    return table;
  };

  const hello: ControlHandler = (args) => {
    const node = requiredText("hello", args, "from_node");
    if (node === hostname) return null;
    worker.log.info(`sync with ${node}`);
    // The times are those of the other's clock; what is told now is known from now on.
    if (typeof args.revoked === "object" && args.revoked !== null) {
      for (const id of Object.keys(args.revoked)) worker.revoked.add(id);
    }
    return { revoked: revokedTable(worker), clock: worker.clock.forward() };
  };

  return {
    ping: () => ({ ok: "pong" }),
    active,
    dump_active: active,
    reserved,
    dump_reserved: reserved,
    scheduled,
    dump_schedule: scheduled,
    registered,
    dump_tasks: registered,
    revoked,
    dump_revoked: revoked,
    conf,
    dump_conf: conf,
    query_task: queryTask,
    active_queues: () => worker.queues.map((queue) => queueInfo(queue)),
    stats: () => statsOf(worker),
    report: () => ({ ok: reportOf(worker) }),
    clock: () => ({ clock: worker.clock.value }),
    memsample: () => `${(residentBytes() / 2 ** 20).toFixed(2)}MB`,
    hello,
  };
}

/** The revoked ids as nodes tell them each other. */
export function revokedTable({
  revoked,
}: Pick<ControlledWorker, "revoked">): Record<string, [number, string]> {
  const table: Record<string, [number, string]> = {};
  for (const [id, time] of revoked.entries()) table[id] = [withFraction(time), id];
  return table;
}

/** Python takes a number without a fraction for an integer, and insists on a float here. */
function withFraction(time: number): number {
  return Number.isInteger(time) ? time + 2 ** -10 : time;
}

function describe({ name, attributes }: ControlledTask, items: readonly string[]): string {
  const shown = items
    .filter(
      (item) =>
        Object.hasOwn(attributes, item) && attributes[item] !== null && attributes[item] !== undefined,
    )
    .map(
      (item) =>
        `${item}=${typeof attributes[item] === "string" ? attributes[item] : pythonRepr(attributes[item])}`,
    );
  return shown.length === 0 ? name : `${name} [${shown.join(" ")}]`;
}
