/** The users of one engine, and what follows when they change. */
import { clientInfo } from "../client-info.js";
import type { Command } from "../command-table.js";
import type { Engine } from "../engine.js";
import type { Args } from "../handler.js";
import type { Session } from "../session.js";
import { AclLog, type SecurityEvent } from "./acl-log.js";
import { type RuledCommand, ruledCommandNamed } from "./command-index.js";
import { type Denial, denialOf, mayReadAllKeys } from "./permission.js";
import { channelIsAmong } from "./selector.js";
import { User } from "./user.js";

/** The user that every connection begins as. */
const DEFAULT_USER = "default";

/** The users of one engine. */
export class Acl {
  readonly defaultUser = openUser();
  readonly log = new AclLog();
  readonly #engine: Engine;
  readonly #users = new Map<string, User>([[DEFAULT_USER, this.defaultUser]]);
  #requirepass = "";

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** `acl-pubsub-default`: may new users use all channels? */
  get allChannelsByDefault(): boolean {
    return this.#engine.config.get("acl-pubsub-default") === "allchannels";
  }

  /** A user by its name. */
  user(name: string): User | undefined {
    return this.#users.get(name);
  }

  /** All users, sorted by name. */
  users(): User[] {
    return [...this.#users.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The user as it is, to be changed and given to {@link Acl.replace}; a new one when there is none. */
  draft(name: string): User {
    return this.#users.get(name)?.copy() ?? new User(name, this.allChannelsByDefault);
  }

  /** Put a changed user in place. Subscribers to channels that it may no longer use are cut off. */
  replace(draft: User): void {
    const user = this.#users.get(draft.name);
    if (user === undefined) {
      this.#users.set(draft.name, draft);
      return;
    }
    this.#endForbiddenSubscriptions(user, draft);
    user.become(draft);
  }

  /** Delete a user and cut off who is logged in as it. @returns whether there was one */
  remove(name: string): boolean {
    const user = this.#users.get(name);
    if (user === undefined) return false;
    this.#users.delete(name);
    for (const session of [...this.#engine.sessions.values()]) {
      if (session.user !== user) continue;
      session.user = this.defaultUser;
      session.authenticated = false;
      session.end();
    }
    return true;
  }

  /**
   * Let there be these users and no others; the default user is as at first unless it is among them. Whoever is logged
   * in as another one is cut off, even if that has stayed the same.
   */
  replaceAll(users: readonly User[]): void {
    for (const name of [...this.#users.keys()]) if (name !== DEFAULT_USER) this.remove(name);
    this.defaultUser.become(users.find(({ name }) => name === DEFAULT_USER) ?? openUser());
    for (const user of users) if (user.name !== DEFAULT_USER) this.#users.set(user.name, user);
  }

  /**
   * Log a session in, as AUTH and HELLO do; a failure is logged.
   * @param args the command that does so
   * @returns whether it has succeeded
   */
  logIn(session: Session, args: Args, username: string, password: string): boolean {
    const user = this.#users.get(username);
    if (user?.accepts(password)) {
      session.user = user;
      session.authenticated = true;
      return true;
    }
    this.#note(session, "auth", session.isInTransaction ? "multi" : "toplevel", args[0], username);
    return false;
  }

  /** Make a session what it was when it connected. */
  logOut(session: Session): void {
    session.user = this.defaultUser;
    session.authenticated = this.defaultUser.open;
  }

  /** `requirepass` is the password of the default user; to be called when settings have changed. */
  configure(): void {
    const { requirepass } = this.#engine.config;
    if (requirepass === this.#requirepass) return;
    this.#requirepass = requirepass;
    this.defaultUser.apply("resetpass", false);
    this.defaultUser.apply(requirepass === "" ? "nopass" : `>${requirepass}`, false);
  }

  /**
   * May a session's user run a command? A refusal is logged.
   * @param context how the command came; when left out, as a request or between MULTI and EXEC
   * @returns why not; `undefined` when it may
   */
  refuse(session: Session, command: Command, args: Args, context?: "lua"): Denial | undefined {
    const denial = denialOf(session.user, ruled(command), args);
    if (denial === undefined) return undefined;
    const object = denial.reason === "command" ? command.displayName : args[denial.at];
    const way = context ?? (session.isInTransaction ? "multi" : "toplevel");
    this.#note(session, denial.reason, way, object, session.user.name);
    return denial;
  }

  /** The same without a trace in the log. */
  allows(user: User, command: Command, args: Args): boolean {
    return user.unrestricted || denialOf(user, ruled(command), args) === undefined;
  }

  /** May a user run this command and read every key besides? */
  allowsReadingAllKeys(user: User, command: Command, args: Args): boolean {
    return user.unrestricted || mayReadAllKeys(user, ruled(command), args);
  }

  #note(
    session: Session,
    reason: SecurityEvent["reason"],
    context: SecurityEvent["context"],
    object: string,
    username: string,
  ): void {
    const engine = this.#engine;
    // Of a script, who has called it.
    const client = clientInfo(session.isScript ? (engine.current ?? session) : session);
    const event = { reason, context, object, username, client, at: engine.now };
    this.log.add(event, engine.config.number("acllog-max-len"));
  }

  /** As in redis-server, it is the patterns of all selectors together that count. */
  #endForbiddenSubscriptions(user: User, changed: User): void {
    if (changed.selectors.some((selector) => selector.allChannels)) return;
    const allowed = changed.selectors.flatMap((selector) => selector.channels);
    const loses = user.selectors.some(
      (selector) => selector.allChannels || selector.channels.some((pattern) => !allowed.includes(pattern)),
    );
    if (!loses) return;
    for (const session of [...this.#engine.sessions.values()]) {
      if (session.user === user && subscribesBeyond(session, allowed)) session.end();
    }
  }
}

/** The default user as it is at first: nothing is forbidden. */
function openUser(): User {
  const user = new User(DEFAULT_USER, true);
  for (const rule of ["on", "nopass", "allkeys", "allcommands"]) user.apply(rule, true);
  return user;
}

/** What the rules know of a command: its row in the table has made sure that there is something. */
function ruled(command: Command): RuledCommand {
  return ruledCommandNamed(command.displayName) as RuledCommand;
}

/** Has it subscriptions beyond these patterns? */
function subscribesBeyond(session: Session, allowed: readonly string[]): boolean {
  for (const pattern of session.patterns ?? []) if (!channelIsAmong(allowed, pattern, true)) return true;
  for (const channel of session.channels ?? []) if (!channelIsAmong(allowed, channel, false)) return true;
  for (const channel of session.shardChannels ?? []) {
    if (!channelIsAmong(allowed, channel, false)) return true;
  }
  return false;
}
