/** Joins the families of commands to one class. */
import { CommandSet } from "./base.js";
import { BitmapCommands } from "./bitmaps.js";
import { CommandInfoCommands } from "./command-info.js";
import { ConnectionCommands } from "./connection.js";
import { DiagnosticCommands } from "./diagnostics.js";
import { FunctionCommands } from "./functions.js";
import { HashCommands } from "./hashes.js";
import { KeyCommands } from "./keys.js";
import { ListCommands } from "./lists.js";
import type { Mode } from "./mode.js";
import { PubSubCommands } from "./pubsub.js";
import { ScriptCommands } from "./scripting.js";
import { ServerCommands } from "./server.js";
import { SetCommands } from "./sets.js";
import { SortedSetAlgebraCommands } from "./sorted-set-algebra.js";
import { SortedSetRangeCommands } from "./sorted-set-ranges.js";
import { SortedSetCommands } from "./sorted-sets.js";
import { SortCommands } from "./sorting.js";
import { StringCommands } from "./strings.js";
import { TransferCommands } from "./transfer.js";

/**
 * Every Redis command as a method. What a call returns depends on the mode `M`: a promise on a client, a longer
 * chain on a pipeline. Two families with the same method would be a compile error here.
 */
export interface Commands<M extends Mode>
  extends BitmapCommands<M>,
    CommandInfoCommands<M>,
    ConnectionCommands<M>,
    DiagnosticCommands<M>,
    FunctionCommands<M>,
    HashCommands<M>,
    KeyCommands<M>,
    ListCommands<M>,
    PubSubCommands<M>,
    ScriptCommands<M>,
    ServerCommands<M>,
    SetCommands<M>,
    SortCommands<M>,
    SortedSetAlgebraCommands<M>,
    SortedSetCommands<M>,
    SortedSetRangeCommands<M>,
    StringCommands<M>,
    TransferCommands<M> {}

/** Base of all that takes commands: client, cluster, pipeline. It provides `run`, this provides the methods. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the loop below gives the class what the interface says
export abstract class Commands<M extends Mode> extends CommandSet<M> {}

// The families are classes only so that each has its own file: at run time every method sits on one prototype.
for (const family of [
  BitmapCommands,
  CommandInfoCommands,
  ConnectionCommands,
  DiagnosticCommands,
  FunctionCommands,
  HashCommands,
  KeyCommands,
  ListCommands,
  PubSubCommands,
  ScriptCommands,
  ServerCommands,
  SetCommands,
  SortCommands,
  SortedSetAlgebraCommands,
  SortedSetCommands,
  SortedSetRangeCommands,
  StringCommands,
  TransferCommands,
]) {
  const { constructor: _, ...methods } = Object.getOwnPropertyDescriptors(family.prototype);
  Object.defineProperties(Commands.prototype, methods);
}
