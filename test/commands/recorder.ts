/** A carrier of commands that sends nothing: it notes what it was given and answers what it was told. */
import type { Arg } from "../../src/commands/base.js";
import { Commands } from "../../src/commands/index.js";
import type { Sync } from "../../src/commands/mode.js";
import type { Decode } from "../../src/commands/replies.js";
import type { RawReply } from "../../src/protocol/parser.js";

/** Names of all methods that the families have. */
export const methodNames: readonly string[] = Object.getOwnPropertyNames(Commands.prototype).filter(
  (name) => name !== "constructor",
);

/** Notes what each method sends. */
export class Recorder extends Commands<Sync> {
  /** The command of the last call. */
  name = "";
  /** Its arguments. */
  args: readonly Arg[] = [];
  /** Was it sent by `runBytes`? */
  bytes = false;
  /** What to decode; nothing is decoded while it is `undefined`. */
  answer: RawReply | undefined;

  protected override run<T>(name: string, args: readonly Arg[], decode: Decode<T>): T {
    this.name = name;
    this.args = args;
    this.bytes = false;
    return this.answer === undefined ? (undefined as T) : decode(this.answer);
  }

  protected override runBytes<T>(name: string, args: readonly Arg[], decode: Decode<T>): T {
    const value = this.run(name, args, decode);
    this.bytes = true;
    return value;
  }

  /** The last call as one would type it; nothing at all shows as `""`. */
  get line(): string {
    const words = this.args.map((arg) =>
      arg instanceof Uint8Array ? Buffer.from(arg).toString() : String(arg),
    );
    return [this.name, ...words.map((word) => (word === "" ? '""' : word))].join(" ");
  }
}
