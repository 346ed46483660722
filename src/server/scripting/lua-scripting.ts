/** Gives an engine its Lua. */
import type { Scripting, ScriptRunner } from "../engine/script-runner.js";
import { Interpreter } from "./interpreter.js";
import { Lua } from "./lua.js";
import { loadLuaModule } from "./lua-module.js";

/** The interpreter's code, once it has been loaded by any engine of the process. */
let loaded: Lua | undefined;

/** Scripting by Lua 5.1, loaded when the first script comes. */
export class LuaScripting implements Scripting {
  #interpreter: Interpreter | undefined;

  get ready(): boolean {
    if (this.#interpreter === undefined && loaded !== undefined) this.#interpreter = new Interpreter(loaded);
    return this.#interpreter !== undefined;
  }

  async load(): Promise<void> {
    const module = await loadLuaModule();
    loaded ??= new Lua(module);
    this.#interpreter ??= new Interpreter(loaded);
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
