/** Modules: libraries that give a server more commands and types. */
import type { RawReply } from "../protocol/parser.js";
import { type Arg, CommandSet, listOf, type Many, type Value } from "./base.js";
import type { Mode, Reply } from "./mode.js";
import { type Decode, shaped, status, texts } from "./replies.js";

/** A module that the server has loaded. */
export interface ModuleInfo {
  name: string;
  /** Its version. */
  ver: number;
  /** The file that it was loaded from. From Redis 7.0 on. */
  path: string;
  /** The arguments that it was loaded with. From Redis 7.0 on. */
  args: string[];
}

/** Options of {@link ModuleCommands.moduleLoadex}. */
export interface ModuleLoadexOptions {
  /** Parameters of the configuration that the module brings, with their values. */
  config?: Readonly<Record<string, Value>>;
  /** Arguments for the module. */
  args?: readonly Value[];
}

const modules: Decode<never> = (reply) =>
  (reply as RawReply[]).map((module) => shaped(module, { args: texts })) as never;

/** Commands on modules. */
export abstract class ModuleCommands<M extends Mode> extends CommandSet<M> {
  /**
   * The modules that the server has loaded.
   * @see https://redis.io/docs/latest/commands/module-list/
   */
  moduleList(): Reply<M, ModuleInfo[]> {
    return this.run<ModuleInfo[]>("MODULE LIST", [], modules);
  }

  /**
   * Load a module from a file of the server's.
   * @throws ReplyError `ERR` when that fails, or `enable-module-command` does not allow it
   * @example
   * ```ts
   * await redis.moduleLoad("/usr/lib/redis/modules/mymodule.so", "argument");
   * ```
   * @see https://redis.io/docs/latest/commands/module-load/
   */
  moduleLoad(path: string, ...args: Many<Value>): Reply<M, "OK"> {
    return this.run<"OK">("MODULE LOAD", [path, ...listOf(args)], status);
  }

  /**
   * Load a module from a file of the server's, with parameters of its configuration.
   * @throws ReplyError `ERR` when that fails, or `enable-module-command` does not allow it
   * @example
   * ```ts
   * await redis.moduleLoadex("/usr/lib/redis/modules/mymodule.so", { config: { "mymodule.size": 10 } });
   * ```
   * @see https://redis.io/docs/latest/commands/module-loadex/
   */
  moduleLoadex(path: string, options?: ModuleLoadexOptions): Reply<M, "OK"> {
    const args: Arg[] = [path];
    for (const [name, value] of Object.entries(options?.config ?? {})) args.push("CONFIG", name, value);
    if (options?.args) {
      args.push("ARGS");
      for (const arg of options.args) args.push(arg);
    }
    return this.run<"OK">("MODULE LOADEX", args, status);
  }

  /**
   * Unload a module.
   * @throws ReplyError `ERR` when that fails, for instance because it brought a type
   * @see https://redis.io/docs/latest/commands/module-unload/
   */
  moduleUnload(name: string): Reply<M, "OK"> {
    return this.run<"OK">("MODULE UNLOAD", [name], status);
  }
}
