/** Users as lines of text: in the ACL file, and in redis.conf. */
import { splitWords } from "../split-words.js";
import { joinSelectors } from "./selector-words.js";
import { User } from "./user.js";

const WARNING = "WARNING: ACL errors detected, no change to the previously active ACL rules was performed\n";

/** The users of an ACL file, or what is wrong with it. */
export type ParsedUsers = { readonly users: readonly User[] } | { readonly problem: string };

/**
 * Read an ACL file: `user NAME RULE...` a line, no comments.
 * @param text the file, a one-byte string
 * @param path as messages name it
 * @param allChannels what `acl-pubsub-default` says
 */
export function parseUsers(text: string, path: string, allChannels: boolean): ParsedUsers {
  const users: User[] = [];
  const problems: string[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i].trim();
    if (line === "") continue;
    const place = `${path}:${i + 1}`;
    const words = splitWords(line);
    if (words === undefined) {
      problems.push(`${place}: unbalanced quotes in acl line. `);
      continue;
    }
    if (words[0]?.toLowerCase() !== "user" || words.length < 2) {
      problems.push(`${place} should start with user keyword followed by the username. `);
      continue;
    }
    const name = words[1];
    if (/[\s\0]/.test(name)) {
      problems.push(`'${place}: username '${name}' contains invalid characters. `);
    } else if (users.some((user) => user.name === name)) {
      problems.push(`WARNING: Duplicate user '${name}' found on line ${i + 1}. `);
    } else {
      const user = new User(name, allChannels);
      problems.push(...applyAll(user, words.slice(2), allChannels, place));
      users.push(user);
    }
  }
  return problems.length === 0 ? { users } : { problem: problems.join("") + WARNING };
}

function applyAll(user: User, words: readonly string[], allChannels: boolean, place: string): string[] {
  const { rules, unmatched } = joinSelectors(words);
  if (unmatched !== undefined) return [`${place}: Unmatched parenthesis in selector definition.`];
  const problems: string[] = [];
  for (const rule of rules) {
    const problem = user.apply(rule, allChannels);
    if (problem === undefined) continue;
    // Beyond the first one, what cannot be read at all says nothing new.
    if (problem === "Syntax error") return [`${place}: ${problem}. `];
    problems.push(`${place}: Error in applying operation '${rule}': ${problem}. `);
  }
  return problems;
}
