/** Which commands the conformance cases use, by their names in the spec. */
import { commandOf } from "../../src/spec/lookup.js";
import { families } from "./families.js";
import { parseCase } from "./notation.js";

/** The commands of one case, such as `GET` and `CONFIG GET`; what redis-server does not know is left out. */
export function commandsOfCase(text: string): Set<string> {
  const names = new Set<string>();
  for (const { words } of parseCase(text)) {
    const name = (words[0] ?? "").toUpperCase();
    const whole = `${name} ${(words[1] ?? "").toUpperCase()}`;
    if (commandOf(whole) !== undefined) names.add(whole);
    else if (commandOf(name) !== undefined) names.add(name);
  }
  return names;
}

/** The commands of all cases. */
export const coveredCommands: ReadonlySet<string> = new Set(
  families.flatMap(({ cases }) => Object.values(cases).flatMap((text) => [...commandsOfCase(text)])),
);
