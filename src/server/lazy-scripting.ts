/** Lua is loaded when the first script comes. */
import type { Engine } from "./engine/engine.js";
import type { Scripting } from "./engine/script-runner.js";
import { LuaScripting } from "./scripting/lua-scripting.js";

/** The scripting side of a new engine. */
export function lazyScripting(engine: Engine): Scripting {
  return new LuaScripting(engine.version);
}
