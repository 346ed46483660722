/** How clients run programs: by name first, and a second time when the server did not know the name. */
import type { Arg } from "../../commands/base.js";
import { callByName, callBySource, type Program, type ProgramWords } from "../../commands/program.js";
import { type Decode, status } from "../../commands/replies.js";
import { ReplyError } from "../../errors.js";
import { WANT_BYTES } from "../../protocol/parser.js";
import type { Executor, View } from "../executor.js";

/**
 * Run a program by its name. A script that the server does not know goes with its source then, a missing
 * function's library is loaded first: nothing had run, so nothing runs twice.
 */
export async function runProgram<T>(
  program: Program,
  words: ProgramWords,
  decode: Decode<T>,
  executor: Executor,
  view: View,
): Promise<T> {
  const own = program.bytes ? { ...view, wants: view.wants | WANT_BYTES } : view;
  const rest: readonly Arg[] = words();
  const byName = () => executor.send(callByName(program), [program.name, ...rest], decode, own);
  try {
    return await byName();
  } catch (error) {
    if (!isMissing(program, error)) throw error;
  }
  if (program.kind === "script") {
    return executor.send(callBySource(program), [program.source, ...rest], decode, own);
  }
  await executor.send("FUNCTION LOAD", ["REPLACE", program.source], status, view);
  return byName();
}

function isMissing({ kind }: Program, error: unknown): boolean {
  if (!(error instanceof ReplyError)) return false;
  return kind === "script" ? error.code === "NOSCRIPT" : error.message === "ERR Function not found";
}
