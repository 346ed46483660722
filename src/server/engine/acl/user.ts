/** A user: who may log in, how, and with which permissions. */
import { lowerCase } from "../arguments.js";
import { sha256 } from "../sha256.js";
import { splitWords } from "../split-words.js";
import { BAD_PASSWORD_HASH, NO_SUCH_PASSWORD } from "./rule-problem.js";
import { Selector } from "./selector.js";

/** Whether RESTORE looks through what this user sends, once somebody has said so. */
type Sanitizing = "sanitize-payload" | "skip-sanitize-payload";

/** One user. */
export class User {
  readonly name: string;
  /** May it log in? */
  enabled = false;
  /** Any password will do. */
  nopass = false;
  /** Does nothing bind it? Dispatch looks at this before every command. */
  unrestricted = false;
  /** SHA-256 digests. */
  #passwords: string[] = [];
  /** The first one is that of the user itself, the others stand in parentheses. */
  #selectors: Selector[];
  #sanitizing: Sanitizing | undefined = undefined;

  /** @param allChannels what `acl-pubsub-default` says */
  constructor(name: string, allChannels: boolean) {
    this.name = name;
    this.#selectors = [new Selector(allChannels)];
  }

  get passwords(): readonly string[] {
    return this.#passwords;
  }

  get selectors(): readonly Selector[] {
    return this.#selectors;
  }

  /** Need nobody log in to be this user? */
  get open(): boolean {
    return this.nopass && this.enabled;
  }

  /** Is this its password, and may it log in? */
  accepts(password: string): boolean {
    return this.enabled && (this.nopass || this.#passwords.includes(sha256(password)));
  }

  /**
   * Change it by one rule of ACL SETUSER.
   * @param allChannels what `acl-pubsub-default` says
   * @returns what is wrong with the rule; `undefined` when it has been applied
   */
  apply(rule: string, allChannels: boolean): string | undefined {
    const problem = this.#apply(rule, allChannels);
    this.#refresh();
    return problem;
  }

  /** A user of the same name with the same rules. */
  copy(): User {
    const twin = new User(this.name, false);
    twin.become(this);
    return twin;
  }

  /** Take over the rules of another user. */
  become(other: User): void {
    this.enabled = other.enabled;
    this.nopass = other.nopass;
    this.#passwords = [...other.#passwords];
    this.#selectors = other.#selectors.map((selector) => selector.copy());
    this.#sanitizing = other.#sanitizing;
    this.#refresh();
  }

  /** The flags as ACL GETUSER prints them. @param later with what is so by default: since Redis 7.2 */
  flags(later: boolean): string[] {
    const flags = [this.enabled ? "on" : "off"];
    if (this.nopass) flags.push("nopass");
    const sanitizing = this.#sanitizing ?? (later ? "sanitize-payload" : undefined);
    if (sanitizing !== undefined) flags.push(sanitizing);
    return flags;
  }

  /** The line of ACL LIST. @param later as Redis 7.2 and later print it */
  describe(later: boolean): string {
    const [own, ...others] = this.#selectors.map((selector) => selector.describe(later));
    const passwords = this.#passwords.map((hash) => `#${hash}`);
    const words = ["user", this.name, ...this.flags(later), ...passwords, own];
    return [...words, ...others.map((rules) => `(${rules})`)].join(" ");
  }

  #refresh(): void {
    this.unrestricted = this.#selectors.some((selector) => selector.unrestricted);
  }

  #apply(rule: string, allChannels: boolean): string | undefined {
    switch (lowerCase(rule)) {
      case "on":
        this.enabled = true;
        return undefined;
      case "off":
        this.enabled = false;
        return undefined;
      case "nopass":
        this.nopass = true;
        this.#passwords = [];
        return undefined;
      case "resetpass":
        this.nopass = false;
        this.#passwords = [];
        return undefined;
      case "sanitize-payload":
        this.#sanitizing = "sanitize-payload";
        return undefined;
      case "skip-sanitize-payload":
        this.#sanitizing = "skip-sanitize-payload";
        return undefined;
      case "clearselectors":
        this.#selectors.length = 1;
        return undefined;
      case "reset":
        this.enabled = false;
        this.nopass = false;
        this.#passwords = [];
        this.#sanitizing = "sanitize-payload";
        this.#selectors = [new Selector(allChannels)];
        return undefined;
    }
    switch (rule[0]) {
      case ">":
        return this.#addPassword(sha256(rule.slice(1)));
      case "#":
        return isDigest(rule.slice(1)) ? this.#addPassword(rule.slice(1)) : BAD_PASSWORD_HASH;
      case "<":
        return this.#removePassword(sha256(rule.slice(1)));
      case "!":
        return isDigest(rule.slice(1)) ? this.#removePassword(rule.slice(1)) : BAD_PASSWORD_HASH;
      case "(":
        if (rule.endsWith(")")) return this.#addSelector(rule.slice(1, -1), allChannels);
    }
    return this.#selectors[0].apply(rule);
  }

  #addPassword(digest: string): undefined {
    if (!this.#passwords.includes(digest)) this.#passwords.push(digest);
    this.nopass = false;
  }

  #removePassword(digest: string): string | undefined {
    if (!this.#passwords.includes(digest)) return NO_SUCH_PASSWORD;
    this.#passwords = this.#passwords.filter((known) => known !== digest);
    return undefined;
  }

  #addSelector(rules: string, allChannels: boolean): string | undefined {
    const selector = new Selector(allChannels);
    // Unbalanced quotes are no rules at all, as in redis-server.
    for (const rule of splitWords(rules) ?? []) {
      const problem = selector.apply(rule);
      if (problem !== undefined) return problem;
    }
    this.#selectors.push(selector);
    return undefined;
  }
}

function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
