/** DEBUG: what tests and clients' test suites use of it. */
import {
  AttributeReply,
  BigNumber,
  Double,
  ErrorReply,
  MapReply,
  OK,
  PushReply,
  Replies,
  type ReplyValue,
  SetReply,
  SimpleString,
  Verbatim,
} from "../../../protocol/reply.js";
import { integerArg, isWord, lowerCase, positiveArg } from "../arguments.js";
import { Blocked } from "../blocking.js";
import { REPLY_PEAK_MS } from "../client-usage.js";
import { noteDuration } from "../command-timing.js";
import { digestOfAll, digestOfKey } from "../dataset-digest.js";
import { globMatches } from "../glob.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import { parseMemory } from "../memory-amount.js";
import { Notify } from "../notify.js";
import { isAllowedTo, notAllowed } from "../protected-actions.js";
import type { Session } from "../session.js";
import { subcommandSyntax } from "../texts.js";
import { rewriteConfig } from "./config.js";
import { checksEncoding, describeObject, stringLengths } from "./debug-values.js";
import { loadAppendOnly, reload } from "./persistence.js";

const GUARD = "enable-debug-command";

/** Nobody is served for a while, which is what other clients see of a server that sleeps. */
function sleep(session: Session, args: Args): ReplyValue | Blocked {
  const seconds = Number.parseFloat(args[2]);
  const milliseconds = seconds > 0 ? Math.ceil(seconds * 1000) : 0;
  if (milliseconds === 0) return OK;
  if (session.isScript || session.executing !== undefined) return sleepAtOnce(milliseconds);
  const command = session.engine.commands.find(args);
  if (command !== undefined) noteDuration(session, command, args, milliseconds * 1000);
  session.engine.holding.pauseClients("work", true, session.engine.now + milliseconds);
  return new Blocked([], milliseconds, () => undefined, OK);
}

/** Inside of EXEC or a script no command can wait: the whole thread does, where the host lets it (no browser's page). */
function sleepAtOnce(milliseconds: number): ReplyValue {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  } catch {
    throw new ErrorReply("ERR this server cannot sleep inside of a transaction or a script");
  }
  return OK;
}

/** DEBUG AOF-FLUSH-SLEEP microseconds: the process does nothing for so long before it writes to the append-only file. */
function sleepBeforeWriting({ engine }: Session, args: Args): ReplyValue {
  engine.appendOnly.writer.sleepsBefore = (Number.parseInt(args[2], 10) || 0) / 1000;
  return OK;
}

function setActiveExpire(session: Session, args: Args): ReplyValue {
  return switchExpiry(session, Number.parseInt(args[2], 10) === 0);
}

/** Leave expired keys alone until somebody looks at them, or not. */
function switchExpiry({ engine }: Session, off: boolean): ReplyValue {
  engine.activeExpiry = !off;
  const next = engine.nextDeadline();
  if (next !== undefined) engine.noteDeadline(next);
  return OK;
}

function allowAllToScripts({ engine }: Session, args: Args): ReplyValue {
  engine.scripts.runAnything = (Number.parseInt(args[2], 10) || 0) !== 0;
  return OK;
}

/** DEBUG POPULATE count [prefix] [size]: keys `prefix:0` and so on, as many as are not there yet. */
function populate(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const count = positiveArg(args[2]);
  const prefix = args[3] ?? "key";
  const size = args.length > 4 ? positiveArg(args[4]) : undefined;
  for (let i = 0; i < count; i++) {
    const key = `${prefix}:${i}`;
    if (db.has(key)) continue;
    const text = `value:${i}`;
    db.put(key, size === undefined ? text : text.slice(0, size).padEnd(size, "\0"));
    db.modified(key, Notify.STRING, "set");
  }
  return OK;
}

const SAMPLES: { readonly [type: string]: ReplyValue } = {
  string: "Hello World",
  integer: 12345,
  double: new Double(Number("3.141")),
  null: null,
  array: [0, 1, 2],
  set: new SetReply([0, 1, 2]),
  map: new MapReply([0, false, 1, true, 2, false]),
  attrib: new Replies([
    new AttributeReply(["key-popularity", ["key:123", 90]]),
    "Some real reply following the attribute",
  ]),
  bignum: new BigNumber("1234567999999999999999999999999999999"),
  verbatim: new Verbatim("txt", "This is a verbatim\nstring"),
  true: true,
  false: false,
};

function protocol(session: Session, args: Args): ReplyValue {
  if (isWord(args[2], "PUSH")) {
    if (session.protocol === 2) throw new ErrorReply("ERR RESP2 is not supported by this command");
    const push = new PushReply(["server-cpu-usage", 42]);
    return new Replies([push, "Some real reply following the push reply"]);
  }
  const sample = SAMPLES[lowerCase(args[2])];
  if (sample !== undefined) return sample;
  throw new ErrorReply(
    "ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false",
  );
}

function digestValue(session: Session, args: Args): ReplyValue {
  return args.slice(2).map((key) => new SimpleString(digestOfKey(session.db, key)));
}

function changeReplicationId(session: Session): ReplyValue {
  const { engine } = session;
  engine.replicationId = engine.randomId();
  return OK;
}

function skipChecksums({ engine }: Session, args: Args): ReplyValue {
  engine.skipsChecksums = Number.parseInt(args[2], 10) !== 0;
  return OK;
}

/** Settings of parts that this server does not have: right whatever they are. */
function ignore(): ReplyValue {
  return OK;
}

function ignoreInteger(_session: Session, args: Args): ReplyValue {
  integerArg(args[2]);
  return OK;
}

function clientEviction({ engine }: Session): ReplyValue {
  const { active, limit, total } = engine.clientMemory;
  if (limit === 0 || !active) throw new ErrorReply("ERR maxmemory-clients is disabled.");
  return new Verbatim("txt", `tot-mem: ${total}, limit: ${limit}, clients: ${engine.sessions.size}\n`);
}

function clusterLink(): ReplyValue {
  throw new ErrorReply("ERR Debug option only available for cluster mode enabled setup!");
}

function replyBuffer({ engine }: Session, args: Args): ReplyValue {
  const { replyBuffers } = engine;
  if (isWord(args[2], "PEAK-RESET-TIME")) {
    if (isWord(args[3], "NEVER")) replyBuffers.resetAfter = undefined;
    else replyBuffers.resetAfter = isWord(args[3], "RESET") ? REPLY_PEAK_MS : integerArg(args[3]);
    return OK;
  }
  if (isWord(args[2], "RESIZING")) {
    replyBuffers.resizes = Number.parseInt(args[3], 10) !== 0;
    return OK;
  }
  throw new ErrorReply(subcommandSyntax(args[1], "DEBUG"));
}

/** What redis-server does now and then is here the expiry of keys, and that a signal is acted on. */
function pauseCron(session: Session, args: Args): ReplyValue {
  const isPaused = Number.parseInt(args[2], 10) > 0;
  session.engine.pausesRounds = isPaused;
  return switchExpiry(session, isPaused);
}

/** Random patterns on random texts: an error would show as an exception. */
function testGlob({ engine }: Session): ReplyValue {
  const letter = (): string => String.fromCharCode(Math.floor(engine.random() * 128));
  const word = (): string => Array.from({ length: Math.floor(engine.random() * 32) }, letter).join("");
  for (let round = 0; round < 10_000; round++) globMatches(word(), word());
  return new SimpleString("Apparently Redis did not crash: test passed");
}

/** DEBUG SEGFAULT and its kin: gone without a reply, and without saving. */
function crash({ engine }: Session): ReplyValue {
  if (engine.onCrash === undefined) throw new ErrorReply("ERR this server cannot be ended by a command");
  engine.onCrash();
  return new Replies([]);
}

/** Lists have no nodes here, so that only the form of the threshold counts. */
function packedThreshold(_session: Session, args: Args): ReplyValue {
  const bytes = parseMemory(args[2]);
  if (bytes === undefined || bytes > 4 * 1024 ** 3) {
    throw new ErrorReply("ERR argument must be a memory value bigger than 1 and smaller than 4gb");
  }
  return OK;
}

/** One form of DEBUG: how many words it takes, DEBUG and itself included. */
interface Form {
  readonly min: number;
  readonly max: number;
  readonly run: (session: Session, args: Args) => ReplyValue | Blocked;
}

const FORMS: { readonly [name: string]: Form } = {
  "AOF-FLUSH-SLEEP": { min: 3, max: 3, run: sleepBeforeWriting },
  ASSERT: { min: 2, max: 2, run: crash },
  "CHANGE-REPL-ID": { min: 2, max: 2, run: changeReplicationId },
  "CLIENT-EVICTION": { min: 2, max: 2, run: clientEviction },
  CLUSTERLINK: { min: 4, max: 5, run: clusterLink },
  "CONFIG-REWRITE-FORCE-ALL": { min: 2, max: 2, run: (session) => rewriteConfig(session, true) },
  DIGEST: { min: 2, max: 2, run: ({ engine }) => new SimpleString(digestOfAll(engine)) },
  "DIGEST-VALUE": { min: 2, max: Number.POSITIVE_INFINITY, run: digestValue },
  "DROP-CLUSTER-PACKET-FILTER": { min: 3, max: 3, run: ignoreInteger },
  ERROR: { min: 3, max: 3, run: (_session, args) => new ErrorReply(args[2].replace(/[\r\n]/g, " ")) },
  HELP: { min: 2, max: 2, run: () => helpReply("DEBUG", HELP) },
  LEAK: { min: 3, max: 3, run: ignore },
  LISTPACK: { min: 3, max: 3, run: checksEncoding("listpack") },
  LOG: { min: 3, max: 3, run: ignore },
  OBJECT: { min: 3, max: 4, run: describeObject },
  OOM: { min: 2, max: 2, run: crash },
  PANIC: { min: 2, max: 2, run: crash },
  "PAUSE-CRON": { min: 3, max: 3, run: pauseCron },
  POPULATE: { min: 3, max: 5, run: populate },
  PROTOCOL: { min: 3, max: 3, run: protocol },
  QUICKLIST: { min: 3, max: 4, run: checksEncoding("quicklist") },
  "QUICKLIST-PACKED-THRESHOLD": { min: 3, max: 3, run: packedThreshold },
  LOADAOF: { min: 2, max: 2, run: loadAppendOnly },
  RELOAD: { min: 2, max: Number.POSITIVE_INFINITY, run: reload },
  REPLYBUFFER: { min: 4, max: 4, run: replyBuffer },
  SDSLEN: { min: 3, max: 3, run: stringLengths },
  SEGFAULT: { min: 2, max: 2, run: crash },
  "SET-ACTIVE-EXPIRE": { min: 3, max: 3, run: setActiveExpire },
  "SET-DISABLE-DENY-SCRIPTS": { min: 3, max: 3, run: allowAllToScripts },
  "SET-SKIP-CHECKSUM-VALIDATION": { min: 3, max: 3, run: skipChecksums },
  SLEEP: { min: 3, max: 3, run: sleep },
  "STRINGMATCH-TEST": { min: 2, max: 2, run: testGlob },
};

const HELP = [
  "ASSERT, OOM, PANIC, SEGFAULT",
  "    End the server at once.",
  "CHANGE-REPL-ID",
  "    Take another replication id.",
  "CONFIG-REWRITE-FORCE-ALL",
  "    CONFIG REWRITE with all parameters, those too that have their first values.",
  "DIGEST",
  "    A digest of all data, the same on every server with the same data.",
  "DIGEST-VALUE [<key> ...]",
  "    A digest of each value.",
  "ERROR <text>",
  "    Answer an error with that text.",
  "LISTPACK <key>, QUICKLIST <key>",
  "    Tell whether <key> is kept in that encoding.",
  "OBJECT <key>",
  "    Describe the value of <key>.",
  "PAUSE-CRON <0|1>",
  "    The same as SET-ACTIVE-EXPIRE with the other number.",
  "POPULATE <count> [<prefix>] [<size>]",
  "    Make string keys <prefix>:<n>.",
  "PROTOCOL <type>",
  "    Answer a sample of that type of the protocol.",
  "LOADAOF",
  "    Forget all data and load it from the append-only file.",
  "RELOAD [NOSAVE] [NOFLUSH] [MERGE]",
  "    Save all data and load it again. NOSAVE loads what was saved before; NOFLUSH keeps what is there, and then",
  "    fails for keys that are in the file as well, unless MERGE lets these take the place of the others.",
  "SDSLEN <key>",
  "    The lengths of <key> and of its value, a string.",
  "SET-ACTIVE-EXPIRE <0|1>",
  "    Leave expired keys alone until somebody looks at them, or not.",
  "SET-DISABLE-DENY-SCRIPTS <0|1>",
  "    Let scripts run what is refused to them otherwise, or not.",
  "SET-SKIP-CHECKSUM-VALIDATION <0|1>",
  "    Take payloads and files with wrong checksums, or not.",
  "SLEEP <seconds>",
  "    Serve nobody for that long.",
  "STRINGMATCH-TEST",
  "    Try random patterns on random texts.",
];

function debug(session: Session, args: Args): ReplyValue | Blocked {
  // Of a script, who has called it.
  const client = session.isScript ? (session.engine.current ?? session) : session;
  if (!isAllowedTo(client, GUARD)) throw new ErrorReply(notAllowed("DEBUG", GUARD));
  const name = Object.keys(FORMS).find((word) => isWord(args[1], word));
  const form = name === undefined ? undefined : FORMS[name];
  if (form === undefined || args.length < form.min || args.length > form.max) {
    throw new ErrorReply(subcommandSyntax(args[1], "DEBUG"));
  }
  return form.run(session, args);
}

export const debugHandlers: Handlers = { DEBUG: debug };
