/** Values on their way between servers: serialised, restored, migrated, replicated. */

import type { RawReply } from "../protocol/parser.js";
import { type Arg, CommandSet, type Key, type OneOrMore, pushAll } from "./base.js";
import type { Integer, Mode, Reply } from "./mode.js";
import { type Decode, number, plain, status } from "./replies.js";

/** Options of {@link TransferCommands.restore}. */
export interface RestoreOptions {
  /** Replace what the key holds. */
  replace?: boolean;
  /** The time to live is a Unix time in milliseconds. */
  absTtl?: boolean;
  /** Seconds since the last access, for eviction by LRU. */
  idletime?: number;
  /** Access counter, for eviction by LFU. */
  freq?: number;
}

/** Reply of {@link TransferCommands.waitaof}: how many append-only files have it. */
export interface AofAcknowledgement {
  /** 1 when the server's own has, else 0. */
  local: number;
  /** Of how many replicas. */
  replicas: number;
}

const aofAcknowledgement: Decode<AofAcknowledgement> = (reply) => {
  const [local, replicas] = (reply as RawReply[]).map(number);
  return { local, replicas };
};

/** The server that {@link TransferCommands.migrate} sends keys to. */
export interface MigrateTarget {
  host: string;
  port: number;
  /** Number of the database there (0 unless you say so). */
  db?: number;
  password?: string;
  /** Name of the user; needs `password`. */
  username?: string;
}

/** Options of {@link TransferCommands.migrate}. */
export interface MigrateOptions {
  /** Leave the keys here as well. */
  copy?: boolean;
  /** Replace what the keys hold there. */
  replace?: boolean;
}

/** Commands that move values between servers. */
export abstract class TransferCommands<M extends Mode> extends CommandSet<M> {
  /**
   * The value at `key` in Redis's own serialisation, for {@link TransferCommands.restore}; `null` without key.
   * It is bytes in every view.
   * @example
   * ```ts
   * const payload = await redis.dump("user:1");
   * if (payload) await other.restore("user:1", 0, payload);
   * ```
   * @see https://redis.io/docs/latest/commands/dump/
   */
  dump(key: Key): Reply<M, Uint8Array | null> {
    return this.runBytes<Uint8Array | null>("DUMP", [key], plain);
  }

  /**
   * Move keys to another server; only once they are there are they deleted here.
   * @param timeout longest pause in milliseconds of the talk between the servers
   * @returns `"NOKEY"` when none of the keys exists
   * @throws ReplyError `IOERR` when the talk failed: keys may then be on both servers; `BUSYKEY` when a key is
   * there already
   * @example
   * ```ts
   * await redis.migrate({ host: "10.0.0.2", port: 6379 }, ["a", "b"], 5000, { replace: true }); // "OK"
   * ```
   * @see https://redis.io/docs/latest/commands/migrate/
   */
  migrate(
    target: MigrateTarget,
    keys: OneOrMore<Key>,
    timeout: number,
    options?: MigrateOptions,
  ): Reply<M, "OK" | "NOKEY"> {
    const one = typeof keys === "string" || keys instanceof Uint8Array;
    const args: Arg[] = [target.host, target.port, one ? keys : "", target.db ?? 0, timeout];
    if (options?.copy) args.push("COPY");
    if (options?.replace) args.push("REPLACE");
    if (target.username !== undefined) args.push("AUTH2", target.username, target.password ?? "");
    else if (target.password !== undefined) args.push("AUTH", target.password);
    if (!one) {
      args.push("KEYS");
      pushAll(args, keys);
    }
    return this.run<"OK" | "NOKEY">("MIGRATE", args, status);
  }

  /**
   * Make `key` from what {@link TransferCommands.dump} gave.
   * @param ttl time to live in milliseconds; 0: none
   * @throws ReplyError `BUSYKEY` when the key exists and `replace` is not set; `ERR` when the payload is damaged
   * or from a newer server
   * @see https://redis.io/docs/latest/commands/restore/
   */
  restore(key: Key, ttl: number, payload: Uint8Array, options?: RestoreOptions): Reply<M, "OK"> {
    const args: Arg[] = [key, ttl, payload];
    if (options?.replace) args.push("REPLACE");
    if (options?.absTtl) args.push("ABSTTL");
    if (options?.idletime !== undefined) args.push("IDLETIME", options.idletime);
    if (options?.freq !== undefined) args.push("FREQ", options.freq);
    return this.run<"OK">("RESTORE", args, status);
  }

  /**
   * Wait until at least `replicas` replicas have got all that this connection wrote, for at most `timeout`
   * milliseconds (0: without end).
   * @returns how many have got it
   * @see https://redis.io/docs/latest/commands/wait/
   */
  wait(replicas: number, timeout: number): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("WAIT", [replicas, timeout], plain);
  }

  /**
   * Wait until what this connection wrote is on disk: in the append-only files of the server itself (`local` is 1)
   * and of at least `replicas` replicas, for at most `timeout` milliseconds (0: without end). Needs Redis 7.2.
   * @returns whose files have it
   * @throws ReplyError `ERR` when `local` is 1 and the server keeps no append-only file
   * @example
   * ```ts
   * const { local, replicas } = await redis.waitaof(1, 2, 500);
   * ```
   * @see https://redis.io/docs/latest/commands/waitaof/
   */
  waitaof(local: 0 | 1, replicas: number, timeout: number): Reply<M, AofAcknowledgement> {
    return this.run("WAITAOF", [local, replicas, timeout], aofAcknowledgement);
  }
}
