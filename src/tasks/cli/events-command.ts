/** `events`: what happens in the cluster, as lines or as a live view. */
import { type Command, InvalidArgumentError } from "commander";
import { addTaskCommand } from "./global-options.js";
import { runCommand } from "./run-command.js";

/** What the options say. */
export interface EventsFlags {
  readonly dump?: boolean;
  readonly frequency: number;
}

function seconds(word: string): number {
  const value = Number(word);
  if (word.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a number of seconds above 0.");
}

/** Add the command to `program`. */
export function addEventsCommand(program: Command): void {
  addTaskCommand(program, "events", "watch workers and tasks")
    .option("-d, --dump", "print a line for every event")
    .option("-F, --frequency <seconds>", "how often the view is drawn", seconds, 1)
    .addHelpText(
      "after",
      "\nWithout --dump, a view of workers and tasks that is drawn again and again; the keys up and down move in it," +
        "\nq ends it. Tasks are seen when their workers send events of them: worker -E, or control enable_events.",
    )
    .action((flags: EventsFlags, command: Command) =>
      runCommand(command, async (run) => {
        if (flags.dump === true) {
          const { dumpEvents } = await import("./events-dump.js");
          return dumpEvents(run);
        }
        const { viewEvents } = await import("./events-view.js");
        return viewEvents(run, flags.frequency * 1000);
      }),
    );
}
