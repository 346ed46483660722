/** Commands that are written down but not sent: every method gives the call that it would have made. */
import type { Arg } from "../commands/base.js";
import { Commands } from "../commands/index.js";
import type { Mode } from "../commands/mode.js";
import type { Decode } from "../commands/replies.js";
import { WANT_BYTES } from "../protocol/parser.js";
import type { Executor, View } from "./executor.js";

/** A command with its arguments; `V` is what its reply will be. */
export interface Call<V> {
  readonly name: string;
  readonly args: readonly Arg[];
  readonly decode: Decode<V>;
  /** Bulk strings in its reply are bytes in every view. */
  readonly bytes: boolean;
}

/** Calls that are written down. */
export interface Written<T = string, I = number> extends Mode {
  readonly text: T;
  readonly integer: I;
  readonly result: Call<this["reply"]>;
}

/** All commands, each as a {@link Call}: what the functions of `redis.batch()` get. */
export class Calls<T = string, I = number> extends Commands<Written<T, I>> {
  protected override run<V>(name: string, args: readonly Arg[], decode: Decode<V>): Call<V> {
    return { name, args, decode, bytes: false };
  }

  protected override runBytes<V>(name: string, args: readonly Arg[], decode: Decode<V>): Call<V> {
    return { name, args, decode, bytes: true };
  }
}

/** Carry out a call at once. Rejects with what `write` throws. */
export async function carryCall<V>(write: () => Call<V>, executor: Executor, view: View): Promise<V> {
  const { name, args, decode, bytes } = write();
  const own = bytes ? { ...view, wants: view.wants | WANT_BYTES } : view;
  return executor.send(name, args, decode, own);
}
