/** Which commands a selector allows, and how that is written down as rules. */
import { ACL_CATEGORIES, type AclCategory } from "../../../spec/categories.js";
import { lowerCase } from "../arguments.js";
import { type RuledCommand, ruledCommands } from "./command-index.js";

const MAX_COMMANDS = 1024;
/** This bit stands for commands that are yet to come: only `+@all` sets it, and only `-@all` takes it back. */
const FUTURE = MAX_COMMANDS - 1;

/** A set of commands, with the first arguments by which some others are allowed. */
export class CommandSet {
  readonly #bits = new Uint32Array(MAX_COMMANDS / 32);
  readonly #firstArguments = new Map<number, string[]>();
  /** `+@all`, and nothing has been taken away since. */
  everything = false;
  /** The rules since the last `+@all` or `-@all`, without those that later ones have made void. */
  #rules: string[] = [];
  /** What they are added to. */
  #base: "+@all" | "-@all" = "-@all";

  /** Remember a rule as Redis 7.2 and later do: it takes the place of those about the same name, or about its subcommands. */
  remember(name: string, allow: boolean): void {
    const rule = lowerCase(name);
    this.#rules = this.#rules.filter((known) => known.slice(1) !== rule && !known.startsWith(`${rule}|`, 1));
    this.#rules.push(`${allow ? "+" : "-"}${rule}`);
  }

  /** The rules as they were given: what Redis 7.2 and later show. */
  describeAsGiven(): string {
    return [this.#base, ...this.#rules].join(" ");
  }

  /** Allow all commands, or none. */
  setAll(allow: boolean): void {
    this.#bits.fill(allow ? 0xffffffff : 0);
    this.#firstArguments.clear();
    this.everything = allow;
    this.#rules = [];
    this.#base = allow ? "+@all" : "-@all";
  }

  /** Allow a command or forbid it, with all of its subcommands. */
  set(command: RuledCommand, allow: boolean): void {
    this.#setBit(command.id, allow);
    this.#firstArguments.delete(command.id);
    for (const { id } of command.subcommands) this.#setBit(id, allow);
  }

  /** Allow or forbid all commands of a category. */
  setCategory(category: AclCategory, allow: boolean): void {
    for (const command of ruledCommands()) if (command.categories.has(category)) this.set(command, allow);
  }

  /** Allow a command with this first argument alone. */
  allowFirstArgument({ id }: RuledCommand, word: string): void {
    const words = this.#firstArguments.get(id);
    if (words === undefined) this.#firstArguments.set(id, [word]);
    else if (!words.some((known) => lowerCase(known) === lowerCase(word))) words.push(word);
  }

  /** Is the command allowed, whatever its arguments? */
  has({ id }: RuledCommand): boolean {
    return this.#bit(id);
  }

  /** Is a command that is not in the set allowed with this first argument? */
  hasFirstArgument({ id }: RuledCommand, word: string | undefined): boolean {
    const words = this.#firstArguments.get(id);
    if (words === undefined || word === undefined) return false;
    const wanted = lowerCase(word);
    return words.some((known) => lowerCase(known) === wanted);
  }

  copy(): CommandSet {
    const twin = new CommandSet();
    twin.#bits.set(this.#bits);
    for (const [id, words] of this.#firstArguments) twin.#firstArguments.set(id, [...words]);
    twin.everything = this.everything;
    twin.#rules = this.#rules;
    twin.#base = this.#base;
    return twin;
  }

  /**
   * The rules that make this set out of nothing: as redis-server does, from `+@all` or `-@all` by the
   * categories that fit best, and then by single commands.
   */
  describe(): string {
    const subtract = this.#bit(FUTURE);
    const rules = [subtract ? "+@all" : "-@all"];
    const described = new CommandSet();
    described.setAll(subtract);
    const left = this.copy();
    const candidates = new Set<AclCategory>(ACL_CATEGORIES);
    for (;;) {
      const best = left.#bestCategory(candidates, subtract);
      if (best === undefined) break;
      candidates.delete(best);
      rules.push(`${subtract ? "-" : "+"}@${best}`);
      described.setCategory(best, !subtract);
      left.setCategory(best, subtract);
    }
    this.#describeSingleCommands(described, rules);
    return rules.join(" ");
  }

  /** The category by which most commands that are still to be described are, and fewest that are not meant. */
  #bestCategory(candidates: ReadonlySet<AclCategory>, subtract: boolean): AclCategory | undefined {
    let best: AclCategory | undefined;
    let fewestWrong = Number.POSITIVE_INFINITY;
    let mostRight = 0;
    for (const category of candidates) {
      let wrong = 0;
      let right = 0;
      for (const command of ruledCommands()) {
        if (!command.categories.has(category)) continue;
        if (this.#bit(command.id) === subtract) wrong++;
        else right++;
      }
      if (right <= wrong) continue;
      if (wrong < fewestWrong || (wrong === fewestWrong && right > mostRight)) {
        best = category;
        fewestWrong = wrong;
        mostRight = right;
      }
    }
    return best;
  }

  #describeSingleCommands(described: CommandSet, rules: string[]): void {
    for (const command of ruledCommands()) {
      const allowed = this.#bit(command.id);
      if (allowed !== described.#bit(command.id)) {
        rules.push(`${allowed ? "+" : "-"}${command.name}`);
        described.set(command, allowed);
      }
      if (allowed) continue;
      for (const word of this.#firstArguments.get(command.id) ?? []) rules.push(`+${command.name}|${word}`);
    }
  }

  #bit(id: number): boolean {
    return ((this.#bits[id >>> 5] >>> (id & 31)) & 1) !== 0;
  }

  #setBit(id: number, on: boolean): void {
    if (on) this.#bits[id >>> 5] |= 1 << (id & 31);
    else {
      this.#bits[id >>> 5] &= ~(1 << (id & 31));
      this.everything = false;
    }
  }
}
