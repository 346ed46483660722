/** Who is whose replica. */
import { type Arg, CommandSet } from "./base.js";
import type { Mode, Reply } from "./mode.js";
import { status } from "./replies.js";

/** Address of a server. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Options of {@link ReplicationCommands.failover}. */
export interface FailoverOptions {
  /** This replica; any unless you say so. */
  to?: ServerAddress;
  /** When `timeout` has passed, go on although the replica, `to`, has not got everything. */
  force?: boolean;
  /** Give up the failover that is going on. */
  abort?: boolean;
  /** How long to wait for the replica to get everything, in milliseconds; without end unless you say so. */
  timeout?: number;
}

function masterArgs(master: ServerAddress | "no one"): Arg[] {
  return master === "no one" ? ["NO", "ONE"] : [master.host, master.port];
}

/** Commands on replication. */
export abstract class ReplicationCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Let a replica of this master take its place. The reply comes before that is done.
   * @throws ReplyError `ERR` when there is no such replica, or (not) a failover going on already
   * @example
   * ```ts
   * await redis.failover({ to: { host: "10.0.0.2", port: 6379 }, timeout: 5000 });
   * ```
   * @see https://redis.io/docs/latest/commands/failover/
   */
  failover(options?: FailoverOptions): Reply<M, "OK"> {
    const args: Arg[] = [];
    if (options?.to) args.push("TO", options.to.host, options.to.port);
    if (options?.force) args.push("FORCE");
    if (options?.abort) args.push("ABORT");
    if (options?.timeout !== undefined) args.push("TIMEOUT", options.timeout);
    return this.run<"OK">("FAILOVER", args, status);
  }

  /**
   * Make the server a replica of another, whose data replace its own; or a master again, which keeps what it has.
   * @returns `"OK"`, or a sentence that begins with it when there was nothing to change
   * @example
   * ```ts
   * await redis.replicaof({ host: "10.0.0.1", port: 6379 });
   * await redis.replicaof("no one");
   * ```
   * @see https://redis.io/docs/latest/commands/replicaof/
   */
  replicaof(master: ServerAddress | "no one"): Reply<M, string> {
    return this.run<string>("REPLICAOF", masterArgs(master), status);
  }

  /**
   * Make the server a replica, or a master again. Deprecated: {@link ReplicationCommands.replicaof} is the same.
   * @deprecated since Redis 5.0
   * @see https://redis.io/docs/latest/commands/slaveof/
   */
  slaveof(master: ServerAddress | "no one"): Reply<M, string> {
    return this.run<string>("SLAVEOF", masterArgs(master), status);
  }
}
