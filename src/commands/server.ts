/** Commands about the server as a whole: its databases, configuration, files, role and end. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { type Arg, CommandSet, type Fields, listOf, type Many, pushFields, type Value } from "./base.js";
import type { Integer, Mode, Reply } from "./mode.js";
import { type Decode, number, plain, status, textRecord, texts } from "./replies.js";

/** Reply of {@link ServerCommands.role}. */
export type Role =
  | {
      role: "master";
      /** Position in the replication stream. */
      offset: number;
      replicas: { host: string; port: number; offset: number }[];
    }
  | {
      role: "slave";
      /** Host and port of its master. */
      host: string;
      port: number;
      state: "handshake" | "none" | "connect" | "connecting" | "sync" | "connected" | "unknown";
      /** Position in the replication stream; -1 before the first synchronisation. */
      offset: number;
    }
  | {
      role: "sentinel";
      /** Names of the masters that it watches. */
      masters: string[];
    };

/** Options of {@link ServerCommands.shutdown}. */
export interface ShutdownOptions {
  /** Write a snapshot before (`true`) or not (`false`); as the server is configured unless you say so. */
  save?: boolean;
  /** Do not wait for replicas that have not got everything. */
  now?: boolean;
  /** Go on when something fails, such as writing the snapshot. */
  force?: boolean;
}

const role: Decode<Role> = (reply) => {
  const [name, ...rest] = reply as RawReply[];
  switch (textOf(name)) {
    case "master": {
      const replicas = (rest[1] as RawReply[][]).map(([host, port, offset]) => ({
        host: textOf(host),
        port: number(textOf(port)),
        offset: number(textOf(offset)),
      }));
      return { role: "master", offset: number(rest[0]), replicas };
    }
    case "sentinel":
      return { role: "sentinel", masters: texts(rest[0]) };
    default:
      return {
        role: "slave",
        host: textOf(rest[0]),
        port: number(rest[1]),
        state: textOf(rest[2]) as "connected",
        offset: number(rest[3]),
      };
  }
};

const seconds: Decode<[seconds: number, microseconds: number]> = (reply) => {
  const [whole, micro] = reply as RawReply[];
  return [number(textOf(whole)), number(textOf(micro))];
};

/** Commands about the server. */
export abstract class ServerCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Rewrite the append-only file in the background.
   * @returns a sentence that says whether it has started or will start
   * @see https://redis.io/docs/latest/commands/bgrewriteaof/
   */
  bgrewriteaof(): Reply<M, string> {
    return this.run<string>("BGREWRITEAOF", [], status);
  }

  /**
   * Write a snapshot in the background.
   * @param options `schedule`: later, when the append-only file is being rewritten just now
   * @returns a sentence that says whether it has started or will start
   * @see https://redis.io/docs/latest/commands/bgsave/
   */
  bgsave(options?: { schedule?: boolean }): Reply<M, string> {
    return this.run<string>("BGSAVE", options?.schedule ? ["SCHEDULE"] : [], status);
  }

  /**
   * The parameters that match glob patterns, with their values.
   * @example
   * ```ts
   * await redis.configGet("maxmemory", "save"); // { maxmemory: "0", save: "3600 1 300 100 60 10000" }
   * ```
   * @see https://redis.io/docs/latest/commands/config-get/
   */
  configGet(...patterns: Many<string>): Reply<M, Record<string, string>> {
    return this.run("CONFIG GET", listOf(patterns), textRecord);
  }

  /**
   * Reset the statistics that INFO reports.
   * @see https://redis.io/docs/latest/commands/config-resetstat/
   */
  configResetstat(): Reply<M, "OK"> {
    return this.run<"OK">("CONFIG RESETSTAT", [], status);
  }

  /**
   * Write the configuration to the file that the server was started with.
   * @throws ReplyError `ERR` when it was started without one
   * @see https://redis.io/docs/latest/commands/config-rewrite/
   */
  configRewrite(): Reply<M, "OK"> {
    return this.run<"OK">("CONFIG REWRITE", [], status);
  }

  /**
   * Set several parameters: all or, when one is refused, none.
   * @throws ReplyError `ERR` for an unknown parameter or a wrong value
   * @see https://redis.io/docs/latest/commands/config-set/
   */
  configSet(parameters: Fields): Reply<M, "OK">;
  /**
   * Set a parameter.
   * @throws ReplyError `ERR` for an unknown parameter or a wrong value
   * @example
   * ```ts
   * await redis.configSet("maxmemory", "100mb");
   * ```
   * @see https://redis.io/docs/latest/commands/config-set/
   */
  configSet(parameter: string, value: Value): Reply<M, "OK">;
  configSet(parameters: Fields | string, value?: Value): Reply<M, "OK"> {
    const args: Arg[] = [];
    if (typeof parameters === "string") args.push(parameters, value as Value);
    else pushFields(args, parameters);
    return this.run<"OK">("CONFIG SET", args, status);
  }

  /**
   * How many keys the database has.
   * @see https://redis.io/docs/latest/commands/dbsize/
   */
  dbsize(): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("DBSIZE", [], plain);
  }

  /**
   * Delete all keys of all databases, freeing memory now (`sync`) or in the background (`async`); without a word as
   * the server is configured.
   * @see https://redis.io/docs/latest/commands/flushall/
   */
  flushall(mode?: "async" | "sync"): Reply<M, "OK"> {
    return this.run<"OK">("FLUSHALL", mode === undefined ? [] : [mode], status);
  }

  /**
   * Delete all keys of the database, freeing memory now (`sync`) or in the background (`async`); without a word as
   * the server is configured.
   * @see https://redis.io/docs/latest/commands/flushdb/
   */
  flushdb(mode?: "async" | "sync"): Reply<M, "OK"> {
    return this.run<"OK">("FLUSHDB", mode === undefined ? [] : [mode], status);
  }

  /**
   * Facts and figures about the server: lines `name:value` in sections, each under a line `# Section`.
   * @param sections such as `memory`; all usual ones when there are none, `everything` for really all
   * @example
   * ```ts
   * const text = await redis.info("memory", "clients");
   * ```
   * @see https://redis.io/docs/latest/commands/info/
   */
  info(...sections: Many<string>): Reply<M, string> {
    return this.run<string>("INFO", listOf(sections), status);
  }

  /**
   * Unix time in seconds of the last snapshot.
   * @see https://redis.io/docs/latest/commands/lastsave/
   */
  lastsave(): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("LASTSAVE", [], plain);
  }

  /**
   * A picture, and the version of the server.
   * @param options `version`: which picture, 5 or 6; `args`: measures of it
   * @see https://redis.io/docs/latest/commands/lolwut/
   */
  lolwut(options?: { version?: number; args?: readonly number[] }): Reply<M, string> {
    const args: Arg[] = [];
    if (options?.version !== undefined) args.push("VERSION", options.version);
    if (options?.args) for (const arg of options.args) args.push(arg);
    return this.run<string>("LOLWUT", args, status);
  }

  /**
   * What the server is in its replication: master, replica (Redis still says `slave`) or sentinel.
   * @see https://redis.io/docs/latest/commands/role/
   */
  role(): Reply<M, Role> {
    return this.run("ROLE", [], role);
  }

  /**
   * Write a snapshot now; nobody is served meanwhile. Prefer {@link ServerCommands.bgsave}.
   * @see https://redis.io/docs/latest/commands/save/
   */
  save(): Reply<M, "OK"> {
    return this.run<"OK">("SAVE", [], status);
  }

  /**
   * End the server. The promise is kept when the server has closed the connection instead of a reply.
   * @throws ReplyError `ERR` when the server goes on, for instance because it could not write the snapshot
   * @example
   * ```ts
   * await redis.shutdown({ save: false });
   * ```
   * @see https://redis.io/docs/latest/commands/shutdown/
   */
  shutdown(options?: ShutdownOptions): Reply<M, "OK"> {
    const args: Arg[] = [];
    if (options?.save !== undefined) args.push(options.save ? "SAVE" : "NOSAVE");
    if (options?.now) args.push("NOW");
    if (options?.force) args.push("FORCE");
    return this.run<"OK">("SHUTDOWN", args, status);
  }

  /**
   * Let the server go on that waits for its replicas before its end.
   * @throws ReplyError `ERR` when it does not
   * @see https://redis.io/docs/latest/commands/shutdown/
   */
  shutdownAbort(): Reply<M, "OK"> {
    return this.run<"OK">("SHUTDOWN", ["ABORT"], status);
  }

  /**
   * Exchange two databases: whoever uses the one sees the other from now on.
   * @see https://redis.io/docs/latest/commands/swapdb/
   */
  swapdb(first: number, second: number): Reply<M, "OK"> {
    return this.run<"OK">("SWAPDB", [first, second], status);
  }

  /**
   * The server's clock: Unix time in seconds, and the microseconds of that second.
   * @example
   * ```ts
   * const [seconds, microseconds] = await redis.time();
   * ```
   * @see https://redis.io/docs/latest/commands/time/
   */
  time(): Reply<M, [seconds: number, microseconds: number]> {
    return this.run("TIME", [], seconds);
  }
}
