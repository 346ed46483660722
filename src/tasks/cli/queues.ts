/** What `purge` and `list` do and print. */
import { createInterface } from "node:readline/promises";
import type { TaskApp } from "../app.js";
import { parseBinding } from "../binding.js";
import { bindingKey } from "../queue-keys.js";
import { colors, wantsColors } from "./colors.js";
import { counted } from "./python-text.js";
import { CommandFailure, type CommandRun, print } from "./run-command.js";

/** What the options of `purge` say. */
export interface PurgeFlags {
  readonly force?: boolean;
  readonly queues?: readonly string[];
  readonly excludeQueues?: readonly string[];
}

/** Remove all messages from queues, when the user says yes. */
export async function purgeQueues({ app, flags }: CommandRun, options: PurgeFlags): Promise<void> {
  const queues = queuesOf(app, options);
  if (queues.length === 0) return;
  const headline = queues.length === 1 ? "queue" : "queues";
  if (options.force !== true) {
    const warning = colors(wantsColors(process.stdout, !flags.color)).red("WARNING");
    await confirm(
      `${warning}: This will remove all tasks from ${headline}: ${[...queues].sort().join(", ")}.\n` +
        "         There is no undo for this operation!\n\n" +
        "(to skip this prompt use the -f option)\n" +
        "Are you sure you want to delete all tasks?",
    );
  }
  const broker = await app.broker();
  const messages = await broker.purge(queues);
  if (messages > 0) {
    print(`Purged ${counted(messages, "message")} from ${queues.length} known task ${headline}.`);
  } else {
    print(`No messages purged from ${queues.length} ${headline}.`);
  }
}

/** The queues that are named, or all of the app's, without those that are excluded. */
export function queuesOf(app: TaskApp, options: Pick<PurgeFlags, "queues" | "excludeQueues">): string[] {
  const { taskQueues, taskDefaultQueue } = app.settings;
  const named = options.queues ?? taskQueues ?? [taskDefaultQueue];
  return [...new Set(named)].filter((queue) => options.excludeQueues?.includes(queue) !== true);
}

async function confirm(question: string): Promise<void> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  // Without an answer, at the end of the input, it is a no.
  const ended = new Promise<string>((resolve) => prompt.once("close", () => resolve("")));
  try {
    for (;;) {
      const answer = (await Promise.race([prompt.question(`${question} [y/N]: `), ended]))
        .trim()
        .toLowerCase();
      if (answer === "y" || answer === "yes") return;
      if (answer === "" || answer === "n" || answer === "no")
        throw new CommandFailure("Aborted! Nothing was removed.");
      print("Error: invalid input");
    }
  } finally {
    prompt.close();
  }
}

/** The exchanges of remote control and events: no task queues. */
const NOT_OF_TASKS = new Set(["celery.pidbox", "reply.celery.pidbox", "celeryev"]);

/** Print which queue gets what. */
export async function listBindings({ app }: CommandRun): Promise<void> {
  const broker = await app.broker();
  for (const queue of queuesOf(app, {})) broker.declare(queue);
  const row = (queue: string, exchange: string, key: string): void =>
    print(`${queue.padEnd(28)} ${exchange.padEnd(28)} ${key}`);
  row("Queue", "Exchange", "Routing Key");
  row("-".repeat(16), "-".repeat(16), "-".repeat(16));
  const prefix = bindingKey("");
  const keys = new Set<string>();
  for await (const key of broker.redis.scanIterator({ match: `${prefix}*` })) keys.add(String(key));
  for (const key of [...keys].sort()) {
    const exchange = key.slice(prefix.length);
    if (NOT_OF_TASKS.has(exchange)) continue;
    for (const member of [...(await broker.redis.smembers(key))].sort()) {
      const binding = parseBinding(member);
      if (binding !== undefined) row(binding.queue, exchange, binding.routingKey || exchange);
    }
  }
}
