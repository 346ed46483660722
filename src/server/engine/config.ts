/** The parameters of CONFIG GET and CONFIG SET. */
import { CONFIG_PARAMETERS } from "./config-parameters.js";
import type { ConfigParameter, ConfigValue } from "./config-values.js";
import { globMatches, isPlainPattern } from "./glob.js";
import { formatNotifyClasses } from "./notify.js";
import {
  INITIAL_OUTPUT_LIMITS,
  lowestOutputLimit,
  type OutputLimits,
  parseOutputLimits,
} from "./output-limits.js";
import type { AggregateLimits } from "./types/encoding-limits.js";
import type { StreamLimits } from "./types/stream-node.js";

/** Why CONFIG SET was refused. */
export interface ConfigProblem {
  /** The parameter; an unknown one as the caller wrote it. */
  readonly name: string;
  readonly reason: string;
}

const PARAMETERS = new Map<string, ConfigParameter>();
for (const parameter of CONFIG_PARAMETERS) {
  PARAMETERS.set(parameter.name, parameter);
  if (parameter.alias !== undefined) PARAMETERS.set(parameter.alias, parameter);
}

/** The settings of one engine: validated text in and out, typed fields for those that code reads often. */
export class Config implements AggregateLimits, StreamLimits {
  readonly #values = new Map<string, ConfigValue>();
  readonly #setSince = new Set<string>();
  readonly #parameters: ReadonlyMap<string, ConfigParameter>;

  /** Positive: elements a node of a list; -1 to -5: 4, 8, 16, 32, 64 KB a node. */
  listMaxListpackSize = -2;
  hashMaxListpackEntries = 512;
  hashMaxListpackValue = 64;
  setMaxIntsetEntries = 512;
  /** 0 without such a parameter, before Redis 7.2. */
  setMaxListpackEntries = 0;
  setMaxListpackValue = 64;
  zsetMaxListpackEntries = 128;
  zsetMaxListpackValue = 64;
  streamNodeMaxBytes = 4096;
  streamNodeMaxEntries = 100;
  /** Password of the default user; empty: none. */
  requirepass = "";
  /** Bytes; 0: no limit. */
  maxmemory = 0;
  /** Bytes, also where it is a percentage of `maxmemory`; 0: no limit. */
  maxmemoryClients = 0;
  /** Longest bulk string accepted, bytes. */
  protoMaxBulkLen = 536870912;
  /** Longest request accepted, bytes. */
  clientQueryBufferLimit = 1073741824;
  /** Seconds after which an idle client is closed; 0: never. */
  timeout = 0;
  /** After how many ms a script may be killed. */
  busyReplyThreshold = 5000;
  maxclients = 10000;
  /** `client-output-buffer-limit`. */
  outputLimits: OutputLimits = parseOutputLimits(INITIAL_OUTPUT_LIMITS);
  /** Output that no limit minds, bytes. */
  lowestOutputLimit = lowestOutputLimit(this.outputLimits);

  /** @param later parameters that came after Redis 7.0, or have changed since */
  constructor(later: readonly ConfigParameter[] = []) {
    const changed = later.map((parameter) => [parameter.name, parameter] as const);
    this.#parameters = later.length === 0 ? PARAMETERS : new Map([...PARAMETERS, ...changed]);
    for (const parameter of this.#parameters.values()) this.#values.set(parameter.name, parameter.initial);
    if (later.length !== 0) this.#refresh();
  }

  /** The parameter of that name (lower case; aliases count). */
  parameter(name: string): ConfigParameter | undefined {
    return this.#parameters.get(name);
  }

  /** All parameters, by name. */
  parameters(): ConfigParameter[] {
    return [...new Set(this.#parameters.values())].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Names and values in turn of all parameters that match one of the patterns. */
  matching(patterns: readonly string[]): string[] {
    const flat: string[] = [];
    const given = new Set<string>();
    for (const pattern of patterns) {
      const folded = pattern.toLowerCase();
      if (isPlainPattern(folded)) {
        if (this.#parameters.has(folded) && !given.has(folded)) {
          given.add(folded);
          flat.push(pattern, this.get(folded));
        }
        continue;
      }
      for (const [name, { hidden }] of this.#parameters) {
        if (hidden || given.has(name) || !globMatches(folded, name)) continue;
        given.add(name);
        flat.push(name, this.get(name));
      }
    }
    return flat;
  }

  /** The value as CONFIG GET prints it; empty for an unknown name. */
  get(name: string): string {
    const parameter = this.#parameters.get(name);
    if (parameter === undefined) return "";
    const value = this.#values.get(parameter.name) as ConfigValue;
    if (parameter.kind === "notify") return formatNotifyClasses(value as number);
    if (parameter.kind === "octal") return (value as number).toString(8);
    if (typeof value === "boolean") return value ? "yes" : "no";
    return String(value);
  }

  /** Has it another value than at first? */
  isChanged(name: string): boolean {
    const parameter = this.#parameters.get(name);
    return parameter !== undefined && this.#values.get(parameter.name) !== parameter.initial;
  }

  /** The value of a numeric parameter. */
  number(name: string): number {
    const value = this.#values.get(name);
    return typeof value === "number" ? value : 0;
  }

  /**
   * Set several parameters, all or none.
   * @param pairs name and text in turn
   * @param atStart allow those that cannot change while the server runs
   * @param mayProtected allow those that `enable-protected-configs` protects
   */
  set(pairs: readonly string[], atStart = false, mayProtected = atStart): ConfigProblem | undefined {
    const chosen = new Map<string, ConfigParameter>();
    let problem: ConfigProblem | undefined;
    for (let i = 0; i < pairs.length; i += 2) {
      const name = pairs[i].toLowerCase();
      const parameter = this.#parameters.get(name);
      // An unknown name counts more than anything that is wrong with the others.
      if (parameter === undefined) return { name: pairs[i], reason: "unknown" };
      if (chosen.has(name)) problem ??= { name, reason: "duplicate parameter" };
      else if (parameter.immutable && !atStart) problem ??= { name, reason: "can't set immutable config" };
      else if (parameter.protected && !mayProtected)
        problem ??= { name, reason: "can't set protected config" };
      chosen.set(name, parameter);
    }
    if (problem !== undefined) return problem;
    const checked: { readonly parameter: ConfigParameter; readonly value: ConfigValue }[] = [];
    let at = 1;
    for (const [name, parameter] of chosen) {
      const value = parameter.parse(pairs[at], this.#values.get(parameter.name) as ConfigValue);
      if (typeof value === "object") return { name, reason: value.reason };
      checked.push({ parameter, value });
      at += 2;
    }
    for (const { parameter, value } of checked) {
      this.#values.set(parameter.name, value);
      if (!atStart) this.#setSince.add(parameter.name);
    }
    this.#refresh();
    return undefined;
  }

  /** All values as they are now, for {@link restore}. */
  values(): ReadonlyMap<string, ConfigValue> {
    return new Map(this.#values);
  }

  /** Take back what has been set since. */
  restore(values: ReadonlyMap<string, ConfigValue>): void {
    for (const [name, value] of values) this.#values.set(name, value);
    this.#refresh();
  }

  /** Has it been given a value since the start? */
  wasSet(name: string): boolean {
    return this.#setSince.has(name);
  }

  /** Set one parameter without validation: what the host knows itself (port, bind). */
  assign(name: string, value: ConfigValue): void {
    this.#values.set(name, value);
    this.#refresh();
  }

  /** The mask of `notify-keyspace-events`. */
  get notifyMask(): number {
    return this.number("notify-keyspace-events");
  }

  #bytesOrPercent(name: string, whole: number): number {
    const value = this.#values.get(name);
    if (typeof value !== "string") return this.number(name);
    return Math.floor((whole * Number.parseInt(value, 10)) / 100);
  }

  #refresh(): void {
    this.listMaxListpackSize = this.number("list-max-listpack-size");
    this.hashMaxListpackEntries = this.number("hash-max-listpack-entries");
    this.hashMaxListpackValue = this.number("hash-max-listpack-value");
    this.setMaxIntsetEntries = this.number("set-max-intset-entries");
    this.setMaxListpackEntries = this.number("set-max-listpack-entries");
    this.setMaxListpackValue = this.number("set-max-listpack-value");
    this.zsetMaxListpackEntries = this.number("zset-max-listpack-entries");
    this.zsetMaxListpackValue = this.number("zset-max-listpack-value");
    this.streamNodeMaxBytes = this.number("stream-node-max-bytes");
    this.streamNodeMaxEntries = this.number("stream-node-max-entries");
    this.requirepass = this.get("requirepass");
    this.maxmemory = this.number("maxmemory");
    this.maxmemoryClients = this.#bytesOrPercent("maxmemory-clients", this.maxmemory);
    this.protoMaxBulkLen = this.number("proto-max-bulk-len");
    this.clientQueryBufferLimit = this.number("client-query-buffer-limit");
    this.timeout = this.number("timeout");
    this.busyReplyThreshold = this.number("busy-reply-threshold");
    this.maxclients = this.number("maxclients");
    this.outputLimits = parseOutputLimits(this.get("client-output-buffer-limit"));
    this.lowestOutputLimit = lowestOutputLimit(this.outputLimits);
  }
}
