/** LATENCY: this server takes no samples, so that there is nothing to report, in the usual shapes. */
import { ErrorReply, MapReply, type ReplyValue, Verbatim } from "../../../protocol/reply.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import type { Session } from "../session.js";
import { shown } from "../texts.js";

function graph(_session: Session, args: Args): ReplyValue {
  throw new ErrorReply(`ERR No samples available for event '${shown(args[2])}'`);
}

function doctor(): ReplyValue {
  return new Verbatim("txt", "Latency is not monitored by this server, so there is nothing to diagnose.\n");
}

const HELP = [
  "DOCTOR",
  "    A report for people.",
  "GRAPH <event>",
  "    A drawing of the latency of <event>.",
  "HISTOGRAM [<command> ...]",
  "    How many calls of each command took how long.",
  "HISTORY <event>",
  "    The samples of <event>.",
  "LATEST",
  "    The last sample of each event.",
  "RESET [<event> ...]",
  "    Forget the samples of some events, or of all.",
];

/** The subcommands of LATENCY. */
export const latencyHandlers: Handlers = {
  "LATENCY DOCTOR": doctor,
  "LATENCY GRAPH": graph,
  "LATENCY HISTOGRAM": () => new MapReply([]),
  "LATENCY HISTORY": () => [],
  "LATENCY LATEST": () => [],
  "LATENCY RESET": () => 0,
  "LATENCY HELP": () => helpReply("LATENCY", HELP),
};
