/** Lua is loaded when the first script comes. */
import type { Scripting } from "./engine/script-runner.js";
import { LuaScripting } from "./scripting/lua-scripting.js";

/** The scripting side of a new engine. */
export function lazyScripting(): Scripting {
  return new LuaScripting();
}
