/** Gives an engine its Lua. */
import type { Scripting, ScriptRunner } from "../engine/script-runner.js";
import { SERVER_VERSION } from "../engine/version.js";
import { Interpreter } from "./interpreter.js";
import { Lua } from "./lua.js";
import { loadLuaModule } from "./lua-module.js";

/** The interpreter's code, once it has been loaded by any engine of the process. */
let loaded: Lua | undefined;

/** Scripting by Lua 5.1, loaded when the first script comes. */
export class LuaScripting implements Scripting {
  readonly #version: string;
  #interpreter: Interpreter | undefined;

  /** @param version the server's, as `redis.REDIS_VERSION` */
  constructor(version: string = SERVER_VERSION) {
    this.#version = version;
  }

  get ready(): boolean {
    if (this.#interpreter === undefined && loaded !== undefined) {
      this.#interpreter = new Interpreter(loaded, this.#version);
    }
    return this.#interpreter !== undefined;
  }

  async load(): Promise<void> {
    const module = await loadLuaModule();
    loaded ??= new Lua(module);
    this.#interpreter ??= new Interpreter(loaded, this.#version);
  }

  get runner(): ScriptRunner {
    if (this.#interpreter === undefined) throw new Error("Lua has not been loaded");
    return this.#interpreter;
  }

  close(): void {
    this.#interpreter?.close();
    this.#interpreter = undefined;
  }
}
