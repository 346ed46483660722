/** The libraries of functions of one engine (FUNCTION LOAD, FCALL). */
import { ErrorReply } from "../../protocol/reply.js";
import { lowerCase } from "./arguments.js";
import type { Engine } from "./engine.js";
import { isLibraryName, LIBRARY_NAME_RULE } from "./library-name.js";
import type { RegisteredFunction } from "./script-runner.js";
import { splitWords } from "./split-words.js";

/** A library. */
export interface Library {
  readonly name: string;
  /** Its whole source. */
  readonly source: string;
  readonly functions: readonly RegisteredFunction[];
}

/** All libraries of an engine. */
export class Functions {
  readonly #engine: Engine;
  readonly #libraries = new Map<string, Library>();
  /** By name in lower case: functions are called in any case. */
  readonly #byName = new Map<string, RegisteredFunction>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** In the order in which they came. */
  get libraries(): Iterable<Library> {
    return this.#libraries.values();
  }

  /** Number of libraries. */
  get size(): number {
    return this.#libraries.size;
  }

  /** Number of functions. */
  get functionCount(): number {
    return this.#byName.size;
  }

  /** A function by its name in any case. */
  find(name: string): RegisteredFunction | undefined {
    return this.#byName.get(lowerCase(name));
  }

  /**
   * Load a library.
   * @param replace may it take the place of the one with its name?
   * @returns its name
   * @throws ErrorReply when it is wrong or in the way; then nothing has changed
   */
  load(source: string, replace: boolean): string {
    const { name, code } = parseLibrary(source);
    if (!replace && this.#libraries.has(name)) throw new ErrorReply(`ERR Library '${name}' already exists`);
    const library = this.#create(name, source, code);
    this.#link([library], replace ? new Set([name]) : new Set());
    return name;
  }

  /**
   * Load several libraries, all of them or none.
   * @param policy `append`: none may exist already; `replace`: those that exist are replaced; `flush`: all others go
   */
  restore(sources: readonly string[], policy: "append" | "replace" | "flush"): void {
    const libraries = new Map<string, Library>();
    try {
      for (const source of sources) {
        const { name, code } = parseLibrary(source);
        if (libraries.has(name)) throw new ErrorReply(`ERR Library '${name}' already exists`);
        libraries.set(name, this.#create(name, source, code));
      }
      if (policy === "append") {
        for (const name of libraries.keys()) {
          if (this.#libraries.has(name)) throw new ErrorReply(`ERR Library ${name} already exists`);
        }
      }
    } catch (error) {
      this.#release(libraries.values());
      throw error;
    }
    const gone = policy === "flush" ? this.#libraries.keys() : libraries.keys();
    this.#link([...libraries.values()], new Set(gone));
  }

  /** Remove a library. @returns false when there is none of that name */
  delete(name: string): boolean {
    const library = this.#libraries.get(name);
    if (library === undefined) return false;
    this.#unlink(library);
    return true;
  }

  /** Remove all libraries. */
  flush(): void {
    for (const library of [...this.#libraries.values()]) this.#unlink(library);
  }

  #create(name: string, source: string, code: string): Library {
    const functions = this.#engine.scripting.runner.loadLibrary(code);
    if (functions.length === 0) throw new ErrorReply("ERR No functions registered");
    return { name, source, functions };
  }

  /** Put libraries in the place of those named in `gone`, unless a function's name is taken. */
  #link(libraries: readonly Library[], gone: ReadonlySet<string>): void {
    const taken = new Set<string>();
    for (const library of this.#libraries.values()) {
      if (gone.has(library.name)) continue;
      for (const { name } of library.functions) taken.add(lowerCase(name));
    }
    for (const { functions } of libraries) {
      for (const { name } of functions) {
        const folded = lowerCase(name);
        if (taken.has(folded)) {
          this.#release(libraries);
          throw new ErrorReply(`ERR Function ${name} already exists`);
        }
        taken.add(folded);
      }
    }
    for (const name of gone) this.delete(name);
    for (const library of libraries) {
      this.#libraries.set(library.name, library);
      for (const fn of library.functions) this.#byName.set(lowerCase(fn.name), fn);
    }
  }

  #unlink(library: Library): void {
    this.#libraries.delete(library.name);
    for (const { name } of library.functions) this.#byName.delete(lowerCase(name));
    this.#release([library]);
  }

  #release(libraries: Iterable<Library>): void {
    for (const { functions } of libraries) this.#engine.scripting.runner.releaseFunctions(functions);
  }
}

/** Read the shebang line `#!lua name=mylib`. */
function parseLibrary(source: string): { name: string; code: string } {
  if (!source.startsWith("#!")) throw new ErrorReply("ERR Missing library metadata");
  const end = source.indexOf("\n");
  const words = end === -1 ? undefined : splitWords(source.slice(0, end));
  if (words === undefined) throw new ErrorReply("ERR Invalid library metadata");
  let name: string | undefined;
  for (const word of words.slice(1)) {
    if (!lowerCase(word).startsWith("name=")) {
      throw new ErrorReply(`ERR Invalid metadata value given: ${word}`);
    }
    if (name !== undefined) {
      throw new ErrorReply("ERR Invalid metadata value, name argument was given multiple times");
    }
    name = word.slice("name=".length);
  }
  if (name === undefined) throw new ErrorReply("ERR Library name was not given");
  if (!isLibraryName(name)) throw new ErrorReply(`ERR ${LIBRARY_NAME_RULE}`);
  const engine = words[0].slice(2);
  if (lowerCase(engine) !== "lua") throw new ErrorReply(`ERR Engine '${engine}' not found`);
  return { name, code: source.slice(end) };
}
