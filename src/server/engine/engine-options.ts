/** What an engine needs from outside: the time, randomness, settings, and what only a process has. */
import type { SpecLookup } from "./command-table.js";
import type { ConfigParameter } from "./config-values.js";
import type { Engine } from "./engine.js";
import type { Handlers } from "./handler.js";
import type { Scripting } from "./script-runner.js";
import type { Alongside, OtherServers, ServerFiles, ServerLog } from "./server-files.js";
import type { CompatVersion } from "./version.js";

/** Where the engine takes the time from. */
export interface EngineClock {
  /** Milliseconds since 1970, an integer. */
  now(): number;
  /** Microseconds since 1970, an integer, in step with `now`. */
  micros(): number;
}

/** What INFO tells of the process. */
export interface Platform {
  readonly os: string;
  readonly processId: number;
  readonly executable: string;
  /** Bytes. */
  usedMemory(): number;
  /** Bytes. */
  residentMemory(): number;
  /** Of the whole machine, bytes; 0: unknown. */
  systemMemory(): number;
  cpuSeconds(): { readonly system: number; readonly user: number };
}

/** What a version later than 7.0 brings to an engine; `compat/release.ts` makes it. */
export interface Release {
  readonly compat: CompatVersion;
  /** What HELLO and INFO report. */
  readonly version: string;
  /** New commands, and those that have learned something. */
  readonly handlers: Handlers;
  /** Parameters that are new, or have changed. */
  readonly parameters: readonly ConfigParameter[];
  /** The wire facts of all commands that the version has. */
  readonly specOf: SpecLookup;
  /** Prepare the engine, before any client comes. */
  prepare(engine: Engine): void;
}

/** What an engine needs from outside. */
export interface EngineOptions {
  readonly clock: EngineClock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Number of databases; 16 when left out. */
  readonly databases?: number;
  /** Settings as CONFIG SET takes them. */
  readonly config?: Readonly<Record<string, string>>;
  /** Makes the scripting side; commands of the scripting group wait until it has loaded. */
  readonly scripting?: (engine: Engine) => Scripting;
  /** What INFO tells of the process; unknown when left out. */
  readonly platform?: Platform;
  /** The files of a server that has some; without them what needs one is refused. */
  readonly files?: ServerFiles | undefined;
  /** Does what takes long; all at once, when left out: then no session may have a host whose output waits. */
  readonly alongside?: Alongside;
  /** Takes what `redis.log` writes; dropped when left out. */
  readonly log?: ServerLog | undefined;
  /** Reaches other servers; without it MIGRATE is refused. */
  readonly otherServers?: OtherServers | undefined;
  /** Other names for commands by their own (upper case), empty for none: `rename-command`. */
  readonly renamedCommands?: ReadonlyMap<string, string> | undefined;
  /** What later versions of Redis have added; Redis 7.0 when left out. */
  readonly release?: Release | undefined;
  /** Called for SHUTDOWN when all is saved; without it the command is refused. */
  readonly onShutdown?: () => void;
  /** Called for DEBUG SEGFAULT and its kin, which end the server at once; `onShutdown` when left out. */
  readonly onCrash?: (() => void) | undefined;
  /** Told of an exception that is no error reply: a bug of a handler. */
  readonly onBug?: (error: unknown) => void;
}

/** Nobody is there who could be served. */
export const AT_ONCE: Alongside = (step) => {
  while (step() !== undefined);
};

/** A process of which nothing is known. */
export const NO_PLATFORM: Platform = {
  os: "unknown",
  processId: 0,
  executable: "",
  usedMemory: () => 0,
  residentMemory: () => 0,
  systemMemory: () => 0,
  cpuSeconds: () => ({ system: 0, user: 0 }),
};
