/** Commands about connections, one's own and others'. What changes the state of a shared one is not here. */
import type { RawReply } from "../protocol/parser.js";
import { type Arg, CommandSet, type OneOrMore, pushAll, type Value } from "./base.js";
import { type ClientInfo, clientInfo, clientList } from "./client-info.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { boolean, type Decode, number, plain, record, status, statusOrNull, texts } from "./replies.js";

/** What a connection is there for. */
export type ClientType = "normal" | "master" | "replica" | "pubsub";

/** Options of {@link ConnectionCommands.clientList}. */
export interface ClientListOptions {
  /** Only connections of this type. */
  type?: ClientType;
  /** Only the connections with these ids. */
  id?: OneOrMore<number | bigint>;
}

/** Which connections {@link ConnectionCommands.clientKill} closes: those to which all of it applies. */
export interface ClientKillFilter {
  id?: number | bigint;
  type?: ClientType;
  /** Name of the user that authenticated. */
  user?: string;
  /** Its address, such as `127.0.0.1:6379`. */
  addr?: string;
  /** The server's address that it connected to. */
  laddr?: string;
  /** Spare the connection that sends this (`true` unless you say otherwise). */
  skipMe?: boolean;
  /** Only connections that are older than this many seconds. Needs Redis 7.4. */
  maxAge?: number;
}

/** Reply of {@link ConnectionCommands.clientTrackinginfo}. */
export interface TrackingInfo<T = string> {
  /** Such as `off`, `on`, `bcast`. */
  flags: string[];
  /** Id of the connection that gets the invalidations; 0: this one, -1: tracking is off. */
  redirect: number;
  /** The prefixes that are tracked in broadcasting mode. */
  prefixes: T[];
}

const trackingInfo: Decode<never> = (reply) => {
  const { flags, redirect, prefixes } = record(reply) as Record<string, RawReply>;
  return { flags: texts(flags), redirect: number(redirect), prefixes } as never;
};

/** Commands about connections. */
export abstract class ConnectionCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Name of the connection; `null` when it has none.
   * @see https://redis.io/docs/latest/commands/client-getname/
   */
  clientGetname(): Reply<M, string | null> {
    return this.run<string | null>("CLIENT GETNAME", [], statusOrNull);
  }

  /**
   * Id of the connection that gets this one's invalidations; 0: this one, -1: tracking is off.
   * @see https://redis.io/docs/latest/commands/client-getredir/
   */
  clientGetredir(): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("CLIENT GETREDIR", [], plain);
  }

  /**
   * Id of the connection, never used twice while the server runs.
   * @see https://redis.io/docs/latest/commands/client-id/
   */
  clientId(): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("CLIENT ID", [], plain);
  }

  /**
   * What the server knows of the connection.
   * @example
   * ```ts
   * const { addr, db, resp } = await redis.clientInfo();
   * ```
   * @see https://redis.io/docs/latest/commands/client-info/
   */
  clientInfo(): Reply<M, ClientInfo> {
    return this.run("CLIENT INFO", [], clientInfo);
  }

  /**
   * Close connections.
   * @returns how many there were
   * @example
   * ```ts
   * await redis.clientKill({ type: "pubsub", skipMe: true }); // 3
   * ```
   * @see https://redis.io/docs/latest/commands/client-kill/
   */
  clientKill(filter: ClientKillFilter): Reply<M, Integer<M>> {
    const args: Arg[] = [];
    if (filter.id !== undefined) args.push("ID", filter.id);
    if (filter.type !== undefined) args.push("TYPE", filter.type);
    if (filter.user !== undefined) args.push("USER", filter.user);
    if (filter.addr !== undefined) args.push("ADDR", filter.addr);
    if (filter.laddr !== undefined) args.push("LADDR", filter.laddr);
    if (filter.skipMe !== undefined) args.push("SKIPME", filter.skipMe ? "yes" : "no");
    if (filter.maxAge !== undefined) args.push("MAXAGE", filter.maxAge);
    return this.run<Integer<M>>("CLIENT KILL", args, plain);
  }

  /**
   * What the server knows of all connections, or of some.
   * @example
   * ```ts
   * for (const { id, name, cmd } of await redis.clientList({ type: "normal" })) console.log(id, name, cmd);
   * ```
   * @see https://redis.io/docs/latest/commands/client-list/
   */
  clientList(options?: ClientListOptions): Reply<M, ClientInfo[]> {
    const args: Arg[] = [];
    if (options?.type !== undefined) args.push("TYPE", options.type);
    if (options?.id !== undefined) {
      args.push("ID");
      pushAll(args, options.id);
    }
    return this.run("CLIENT LIST", args, clientList);
  }

  /**
   * Spare the connection when the server closes some to save memory (`true`), or not.
   * @see https://redis.io/docs/latest/commands/client-no-evict/
   */
  clientNoEvict(on: boolean): Reply<M, "OK"> {
    return this.run<"OK">("CLIENT NO-EVICT", [on ? "ON" : "OFF"], status);
  }

  /**
   * Have commands of the connection leave alone when keys were last used (`true`), or not. Needs Redis 7.2.
   * @see https://redis.io/docs/latest/commands/client-no-touch/
   */
  clientNoTouch(on: boolean): Reply<M, "OK"> {
    return this.run<"OK">("CLIENT NO-TOUCH", [on ? "ON" : "OFF"], status);
  }

  /**
   * Hold up the commands of all clients for `milliseconds`.
   * @param mode `write`: only commands that may write; `all`: every one (the default)
   * @see https://redis.io/docs/latest/commands/client-pause/
   */
  clientPause(milliseconds: number, mode?: "write" | "all"): Reply<M, "OK"> {
    return this.run<"OK">("CLIENT PAUSE", mode === undefined ? [milliseconds] : [milliseconds, mode], status);
  }

  /**
   * How the connection takes part in client-side caching.
   * @see https://redis.io/docs/latest/commands/client-trackinginfo/
   */
  clientTrackinginfo(): Reply<M, TrackingInfo<Text<M>>> {
    return this.run<TrackingInfo<Text<M>>>("CLIENT TRACKINGINFO", [], trackingInfo);
  }

  /**
   * End the wait of a connection that is blocked in a command such as BLPOP.
   * @param how `timeout`: as if its time were up (the default); `error`: with an error `UNBLOCKED`
   * @returns `false` when it was not blocked
   * @see https://redis.io/docs/latest/commands/client-unblock/
   */
  clientUnblock(id: number | bigint, how?: "timeout" | "error"): Reply<M, boolean> {
    return this.run("CLIENT UNBLOCK", how === undefined ? [id] : [id, how], boolean);
  }

  /**
   * End what {@link ConnectionCommands.clientPause} began.
   * @see https://redis.io/docs/latest/commands/client-unpause/
   */
  clientUnpause(): Reply<M, "OK"> {
    return this.run<"OK">("CLIENT UNPAUSE", [], status);
  }

  /**
   * Get `message` back.
   * @see https://redis.io/docs/latest/commands/echo/
   */
  echo(message: Value): Reply<M, Text<M>> {
    return this.run<Text<M>>("ECHO", [message], plain);
  }

  /**
   * Is the server there?
   * @see https://redis.io/docs/latest/commands/ping/
   */
  ping(): Reply<M, "PONG">;
  /**
   * Is the server there? It sends `message` back.
   * @see https://redis.io/docs/latest/commands/ping/
   */
  ping(message: Value): Reply<M, Text<M>>;
  ping(message?: Value): Reply<M, "PONG"> | Reply<M, Text<M>> {
    if (message === undefined) return this.run<"PONG">("PING", [], status);
    return this.run<Text<M>>("PING", [message], plain);
  }
}
