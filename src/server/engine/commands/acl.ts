/** ACL: users and what they may do. */
import { Double, ErrorReply, MapReply, OK, type ReplyValue, SetReply } from "../../../protocol/reply.js";
import { ACL_CATEGORIES } from "../../../spec/categories.js";
import { commandOf } from "../../../spec/lookup.js";
import { ruledCommandOf, ruledCommands } from "../acl/command-index.js";
import { denialOf } from "../acl/permission.js";
import { noPermissionOnTrial } from "../acl/refusal.js";
import { hasSpaces } from "../acl/rule-problem.js";
import type { Selector } from "../acl/selector.js";
import { joinSelectors } from "../acl/selector-words.js";
import { integerArg, isWord, lowerCase } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import type { ServerFiles } from "../server-files.js";
import type { Session } from "../session.js";
import { shown, subcommandSyntax, wrongArity } from "../texts.js";

const NO_FILE =
  "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.";

/** Has the server this command of a later version than 7.0? */
function runs({ engine }: Session, name: string): boolean {
  return engine.commands.find(name.split(" "))?.name === name;
}

/** ACL CAT [category] */
function cat(session: Session, args: Args): ReplyValue {
  if (args.length === 2) return ACL_CATEGORIES;
  if (args.length > 3) throw new ErrorReply(subcommandSyntax(args[1], "ACL"));
  const wanted = lowerCase(args[2]);
  const category = ACL_CATEGORIES.find((known) => known === wanted);
  if (category === undefined) throw new ErrorReply(`ERR Unknown category '${whole(args[2])}'`);
  return ruledCommands().flatMap(({ name, spec, categories }) => {
    const isOffered = commandOf(spec.name) !== undefined || runs(session, spec.name);
    return categories.has(category) && isOffered ? [name] : [];
  });
}

/** ACL SETUSER username [rule ...] */
function setUser(session: Session, args: Args): ReplyValue {
  const { acl } = session.engine;
  const name = args[2];
  if (hasSpaces(name)) throw new ErrorReply("ERR Usernames can't contain spaces or null characters");
  const { rules, unmatched } = joinSelectors(args.slice(3));
  if (unmatched !== undefined) {
    throw new ErrorReply(`ERR Unmatched parenthesis in acl selector starting at '${whole(unmatched)}'.`);
  }
  const draft = acl.draft(name);
  for (const rule of rules) {
    const problem = draft.apply(rule, acl.allChannelsByDefault);
    if (problem !== undefined) {
      throw new ErrorReply(`ERR Error in ACL SETUSER modifier '${whole(rule)}': ${problem}`);
    }
  }
  acl.replace(draft);
  return OK;
}

/** ACL DELUSER username [username ...] */
function deleteUsers(session: Session, args: Args): ReplyValue {
  const { acl } = session.engine;
  const names = args.slice(2);
  if (names.includes(acl.defaultUser.name)) throw new ErrorReply("ERR The 'default' user cannot be removed");
  let deleted = 0;
  for (const name of names) if (acl.remove(name)) deleted++;
  return deleted;
}

function permissionsOf(selector: Selector, later: boolean): ReplyValue[] {
  return [
    "commands",
    selector.describeCommands(later),
    "keys",
    selector.describeKeys(),
    "channels",
    selector.describeChannels(),
  ];
}

/** ACL GETUSER username */
function getUser(session: Session, args: Args): ReplyValue {
  const user = session.engine.acl.user(args[2]);
  if (user === undefined) return null;
  const [own, ...others] = user.selectors;
  const later = session.engine.isAtLeast("7.2");
  return new MapReply([
    "flags",
    new SetReply(user.flags(later)),
    "passwords",
    user.passwords,
    ...permissionsOf(own, later),
    "selectors",
    others.map((selector) => new MapReply(permissionsOf(selector, later))),
  ]);
}

/** ACL DRYRUN username command [argument ...] */
function dryRun(session: Session, args: Args): ReplyValue {
  const user = session.engine.acl.user(args[2]);
  if (user === undefined) throw new ErrorReply(`ERR User '${whole(args[2])}' not found`);
  const call = args.slice(3);
  const command = ruledCommandOf(call);
  if (command === undefined) throw new ErrorReply(`ERR Command '${whole(call[0])}' not found`);
  const { arity } = command.spec;
  if (arity >= 0 ? call.length !== arity : call.length < -arity) {
    throw new ErrorReply(wrongArity(command.name));
  }
  const denial = denialOf(user, command, call);
  if (denial === undefined) return OK;
  return noPermissionOnTrial(session, user.name, denial, command.name, call[denial.at]);
}

const BITS = 256;
const MAX_BITS = 4096;
const BITS_A_DIGIT = 4;

/** ACL GENPASS [bits] */
function generatePassword(session: Session, args: Args): ReplyValue {
  if (args.length > 3) throw new ErrorReply(subcommandSyntax(args[1], "ACL"));
  const bits = args.length === 3 ? integerArg(args[2]) : BITS;
  if (bits < 1 || bits > MAX_BITS) {
    throw new ErrorReply(
      `ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to ${MAX_BITS}`,
    );
  }
  const { random } = session.engine;
  const digit = (): string => Math.floor(random() * 16).toString(16);
  return Array.from({ length: Math.ceil(bits / BITS_A_DIGIT) }, digit).join("");
}

const DEFAULT_ENTRIES = 10;

/** ACL LOG [count | RESET] */
function log(session: Session, args: Args): ReplyValue {
  if (args.length > 3) throw new ErrorReply(subcommandSyntax(args[1], "ACL"));
  const { acl, now } = session.engine;
  if (args.length === 3 && isWord(args[2], "RESET")) {
    acl.log.clear();
    return OK;
  }
  const count = args.length === 3 ? integerArg(args[2]) : DEFAULT_ENTRIES;
  return acl.log.entries
    .slice(0, Math.max(0, count))
    .map(
      ({ count, id, since, event }) =>
        new MapReply([
          "count",
          count,
          "reason",
          event.reason,
          "context",
          event.context,
          "object",
          event.object,
          "username",
          event.username,
          "age-seconds",
          new Double((now - event.at) / 1000),
          "client-info",
          event.client,
          ...(session.engine.isAtLeast("7.2")
            ? ["entry-id", id, "timestamp-created", since, "timestamp-last-updated", event.at]
            : []),
        ]),
    );
}

/** ACL LOAD and ACL SAVE. @throws ErrorReply when there is no ACL file */
function withFile(session: Session, act: (files: ServerFiles) => void): ReplyValue {
  const { files, config } = session.engine;
  if (files === undefined || config.get("aclfile") === "") throw new ErrorReply(NO_FILE);
  act(files);
  return OK;
}

/** A word as error texts of ACL show it: all of it, but nothing from a NUL on. */
function whole(word: string): string {
  return shown(word, word.length);
}

const HELP = [
  "CAT [<category>]",
  "    List the categories of commands, or the commands of one category.",
  "DELUSER <username> [<username> ...]",
  "    Delete users and end their connections.",
  "DRYRUN <username> <command> [<arg> ...]",
  "    Tell whether a user may run a command, without running it.",
  "GENPASS [<bits>]",
  "    Make up a password; of 256 bits when nothing else is asked for.",
  "GETUSER <username>",
  "    Show the rules of a user.",
  "LIST",
  "    Show all users in the form of a configuration file.",
  "LOAD",
  "    Read the users from the ACL file.",
  "LOG [<count> | RESET]",
  "    Show what was refused lately, or forget it.",
  "SAVE",
  "    Write the users to the ACL file.",
  "SETUSER <username> <rule> [<rule> ...]",
  "    Make a user, or change one.",
  "USERS",
  "    List the names of all users.",
  "WHOAMI",
  "    Tell as which user this connection is logged in.",
];

/** The subcommands of ACL. */
export const aclHandlers: Handlers = {
  "ACL CAT": cat,
  "ACL DELUSER": deleteUsers,
  "ACL DRYRUN": dryRun,
  "ACL GENPASS": generatePassword,
  "ACL GETUSER": getUser,
  "ACL LIST": ({ engine }) => engine.acl.users().map((user) => user.describe(engine.isAtLeast("7.2"))),
  "ACL LOAD": (session) => withFile(session, (files) => files.loadUsers()),
  "ACL LOG": log,
  "ACL SAVE": (session) => withFile(session, (files) => files.saveUsers()),
  "ACL SETUSER": setUser,
  "ACL USERS": (session) => session.engine.acl.users().map(({ name }) => name),
  "ACL WHOAMI": (session) => session.user.name,
  "ACL HELP": () => helpReply("ACL", HELP),
};
