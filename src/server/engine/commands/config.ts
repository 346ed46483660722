/** CONFIG. */
import { ErrorReply, MapReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import type { ConfigProblem } from "../config.js";
import type { Engine } from "../engine.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import { FileProblem } from "../server-files.js";
import type { Session } from "../session.js";
import { KEEPS_NO_FILES, SYNTAX_ERROR, shown } from "../texts.js";

function get(session: Session, args: Args): ReplyValue {
  return new MapReply(session.engine.config.matching(args.slice(2)));
}

function set(session: Session, args: Args): ReplyValue {
  if (args.length % 2 !== 0) throw new ErrorReply(SYNTAX_ERROR);
  const { engine } = session;
  const pairs = args.slice(2);
  const before = pairs.map((text, i) => (i % 2 === 0 ? text : engine.config.get(pairs[i - 1].toLowerCase())));
  const dirBefore = engine.config.get("dir");
  let problem = engine.config.set(pairs, false, mayChangeProtected(session));
  if (problem === undefined && engine.config.get("dir") !== dirBefore) problem = moveTo(engine, before);
  problem ??= switchAppendOnly(engine, before);
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
  engine.configChanged();
  return OK;
}

function mayChangeProtected({ engine, address, isUnixSocket }: Session): boolean {
  const who = engine.config.get("enable-protected-configs");
  return who === "yes" || (who === "local" && (isUnixSocket || /^(127\.|\[?::1)/.test(address)));
}

/**
 * Go where `dir` is now.
 * @param before names and values in turn, as all that was set has been before
 * @returns why that is impossible; then all is as before
 */
function moveTo({ config, files }: Engine, before: readonly string[]): ConfigProblem | undefined {
  const dir = config.get("dir");
  if (files === undefined) return undefined;
  try {
    config.assign("dir", files.data.moveTo(dir));
    return undefined;
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    config.set(before, true);
    return { name: "dir", reason: error.reason };
  }
}

/**
 * Begin or end the append-only file, as `appendonly` has it now.
 * @param before names and values in turn, as all that was set has been before
 * @returns why that is impossible; then all is as before
 */
function switchAppendOnly(
  { appendOnly, config, files }: Engine,
  before: readonly string[],
): ConfigProblem | undefined {
  const wanted = config.get("appendonly") === "yes";
  if (wanted === (appendOnly.state !== "off")) return undefined;
  if (!wanted) appendOnly.stop();
  else if (files === undefined || !appendOnly.start(files.appendOnly)) {
    config.set(before, true);
    const reason = files === undefined ? KEEPS_NO_FILES : "Unable to turn on AOF. Check server logs.";
    return { name: "appendonly", reason };
  }
  return undefined;
}

function resetStat(session: Session, args: Args): ReplyValue {
  const { engine } = session;
  engine.resetStatistics();
  // It is itself the first command that is counted again.
  const self = engine.commands.find(args);
  if (self !== undefined) self.calls = 1;
  return OK;
}

function rewrite(session: Session): ReplyValue {
  const { files } = session.engine;
  if (files === undefined) throw new ErrorReply("ERR The server is running without a config file");
  files.rewriteConfig();
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
  "CONFIG REWRITE": rewrite,
  "CONFIG HELP": () => helpReply("CONFIG", HELP),
};
