/** CONFIG. */
import { ErrorReply, MapReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import { lowerCase } from "../arguments.js";
import { Blocked } from "../blocking.js";
import type { Config, ConfigProblem } from "../config.js";
import type { ConfigParameter, ConfigValue } from "../config-values.js";
import type { Engine } from "../engine.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import { FileProblem, type LogLevel } from "../server-files.js";
import type { Session } from "../session.js";
import { Statistics } from "../statistics.js";
import { KEEPS_NO_FILES, LOADING, SYNTAX_ERROR, shown } from "../texts.js";

function get(session: Session, args: Args): ReplyValue {
  return new MapReply(session.engine.config.matching(args.slice(2)));
}

function set(session: Session, args: Args): ReplyValue | Blocked {
  if (args.length % 2 !== 0) throw new ErrorReply(SYNTAX_ERROR);
  const { engine } = session;
  const { config } = engine;
  const mayProtected = mayChangeProtected(session);
  if (engine.persistence.loading !== undefined) refuseWhileLoading(config, args, mayProtected);
  const before = config.values();
  const problem = config.set(args.slice(2), false, mayProtected) ?? apply(engine, before);
  if (problem !== undefined) takeBack(engine, before);
  if (problem?.reason === "unknown") {
    throw new ErrorReply(
      `ERR Unknown option or number of arguments for CONFIG SET - '${shown(problem.name)}'`,
    );
  }
  if (problem !== undefined) {
    throw new ErrorReply(
      `ERR CONFIG SET failed (possibly related to argument '${problem.name}') - ${problem.reason}`,
    );
  }
  const ofPorts = changedPorts(config, before, args);
  if (ofPorts !== undefined) return reopenPorts(session, ofPorts, before);
  engine.configChanged();
  return OK;
}

/** That a parameter must wait counts more than anything that is wrong with the others. */
function refuseWhileLoading(config: Config, args: Args, mayProtected: boolean): void {
  for (let i = 2; i < args.length; i += 2) {
    const parameter = config.parameter(lowerCase(args[i]));
    if (parameter?.notWhileLoading && (mayProtected || !parameter.protected)) throw new ErrorReply(LOADING);
  }
}

/**
 * Do what has been set, as far as it may fail.
 * @returns what is impossible
 */
function apply(engine: Engine, before: ReadonlyMap<string, ConfigValue>): ConfigProblem | undefined {
  const problem = engine.config.get("dir") === before.get("dir") ? undefined : moveTo(engine);
  return problem ?? switchAppendOnly(engine) ?? adjustOomScore(engine, before);
}

/** Have everything as it was, what had been done already included. */
function takeBack(engine: Engine, before: ReadonlyMap<string, ConfigValue>): void {
  const { config } = engine;
  const present = config.values();
  config.restore(before);
  apply(engine, present);
}

/**
 * Have the operating system know `oom-score-adj` as it is now.
 * @returns why that is impossible
 */
function adjustOomScore(
  { config, files }: Engine,
  before: ReadonlyMap<string, ConfigValue>,
): ConfigProblem | undefined {
  const name = ["oom-score-adj", "oom-score-adj-values"].find((one) => config.get(one) !== before.get(one));
  if (name === undefined || files === undefined || files.adjustOomScore()) return undefined;
  return { name, reason: "Failed to set current oom_score_adj. Check server logs." };
}

function mayChangeProtected({ engine, address, isUnixSocket }: Session): boolean {
  const who = engine.config.get("enable-protected-configs");
  return who === "yes" || (who === "local" && (isUnixSocket || /^(127\.|\[?::1)/.test(address)));
}

/**
 * Go where `dir` is now.
 * @returns why that is impossible
 */
function moveTo({ config, files }: Engine): ConfigProblem | undefined {
  const dir = config.get("dir");
  if (files === undefined) return undefined;
  try {
    config.assign("dir", files.data.moveTo(dir));
    return undefined;
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return { name: "dir", reason: error.reason };
  }
}

/**
 * Begin or end the append-only file, as `appendonly` has it now.
 * @returns why that is impossible
 */
function switchAppendOnly({ appendOnly, config, files }: Engine): ConfigProblem | undefined {
  const wanted = config.get("appendonly") === "yes";
  if (wanted === (appendOnly.state !== "off")) return undefined;
  if (!wanted) appendOnly.stop();
  else if (files === undefined || !appendOnly.start(files.appendOnly)) {
    const reason = files === undefined ? KEEPS_NO_FILES : "Unable to turn on AOF. Check server logs.";
    return { name: "appendonly", reason };
  }
  return undefined;
}

/** The first of the parameters in a request that lets the ports be opened anew. */
function changedPorts(
  config: Config,
  before: ReadonlyMap<string, ConfigValue>,
  args: Args,
): ConfigParameter | undefined {
  const after = config.values();
  const names = args.filter((_, i) => i % 2 === 0).slice(1);
  const changed = names
    .map((name) => config.parameter(name.toLowerCase()))
    .filter((parameter) => parameter?.ofPorts && after.get(parameter.name) !== before.get(parameter.name));
  const speaksTls = config.number("tls-port") !== 0;
  return changed.find((parameter) => speaksTls || PORTS.has(parameter?.name ?? ""));
}

const WARNING: LogLevel = 3;
const PORTS = new Set(["port", "tls-port", "bind"]);

/** Listen elsewhere; nobody is served meanwhile, and nothing at all has been set when it fails. */
function reopenPorts(
  session: Session,
  { name }: ConfigParameter,
  before: ReadonlyMap<string, ConfigValue>,
): Blocked {
  const { engine } = session;
  const fail = (reason: string): ErrorReply => {
    takeBack(engine, before);
    return new ErrorReply(`ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`);
  };
  if (engine.reopenPorts === undefined) throw fail("this server has no sockets");
  if (session.isInTransaction)
    throw fail("ports cannot be changed inside MULTI here, because it takes a while");
  const resume = engine.holding.everybodyFor(session);
  engine.reopenPorts().then(
    () =>
      resume(() => {
        engine.configChanged();
        return OK;
      }),
    (error: unknown) => {
      engine.log?.(WARNING, error instanceof Error ? error.message : String(error));
      resume(() => fail(reopenProblem(name)));
    },
  );
  return new Blocked([], 0, () => undefined, null);
}

function reopenProblem(name: string): string {
  if (name === "bind") return "Failed to bind to specified addresses.";
  return name === "port" || name === "tls-port"
    ? "Unable to listen on this port. Check server logs."
    : "Unable to update TLS configuration. Check server logs.";
}

/** It is itself the first command that is counted again: commands are when they have run. */
function resetStat({ engine }: Session): ReplyValue {
  engine.statistics = new Statistics();
  for (const command of engine.commands.runnable()) command.resetCounts();
  return OK;
}

/**
 * Write the configuration file.
 * @param everything also parameters that have their first values
 */
export function rewriteConfig({ engine }: Session, everything: boolean): ReplyValue {
  const { files } = engine;
  if (files === undefined) throw new ErrorReply("ERR The server is running without a config file");
  files.rewriteConfig(everything);
  return OK;
}

const HELP = [
  "GET <pattern> [<pattern> ...]",
  "    Show the parameters that match, with their values.",
  "SET <parameter> <value> [<parameter> <value> ...]",
  "    Change parameters, all or none.",
  "RESETSTAT",
  "    Start the counts of INFO anew.",
  "REWRITE",
  "    Write the parameters to the configuration file.",
];

export const configHandlers: Handlers = {
  "CONFIG GET": get,
  "CONFIG SET": set,
  "CONFIG RESETSTAT": resetStat,
  "CONFIG REWRITE": (session) => rewriteConfig(session, false),
  "CONFIG HELP": () => helpReply("CONFIG", HELP),
};
