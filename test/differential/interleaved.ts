/**
 * Random programs of several clients that take turns, and how they are run.
 *
 * Two clients have one order only if the next begins when the last has been answered: a turn is a few commands in
 * one write, and ends with their replies. A client that listens (subscriptions, keyspace events) is never asked
 * anything but what a subscriber may send; what it has received is compared as one sequence at the end, and so are
 * the messages about tracked keys that the others receive between their replies.
 *
 * Nobody can set redis-server's clock. So a time to live is either longer than any run, or in the past, or 1 ms in
 * a turn of its own that goes on when the time is over and the key has been asked for.
 */
import fc from "fast-check";
import type { Target } from "../tools/redis-server.js";
import { type Node, RawClient, show } from "../tools/witness.js";
import { anyKey, type Words, word, words } from "./arguments.js";
import { command } from "./commands.js";
import { beginning, type Outcome, replyOutcomes, stateOf } from "./compare.js";
import { type LIMITS, type Line, plain } from "./program.js";
import { USERS, userCommands } from "./server-commands.js";

/** Clients that send commands. */
const ACTORS = 3;
const LISTENER = ACTORS;
/** It is never in a transaction, so that a time to live begins when it says so. */
const TIMEKEEPER = ACTORS + 1;

/** Some commands of one client in one write. */
export interface Turn {
  /** Its number; those of the listener and of the timekeeper are behind those of the actors. */
  readonly client: number;
  readonly lines: readonly Line[];
  /** Of a key that ends in this turn. */
  readonly ending: string | undefined;
}

/** A random program of several clients. */
export class Interleaved {
  readonly turns: readonly Turn[];
  readonly protocol: 2 | 3;
  readonly limits: keyof typeof LIMITS;
  /** Keyspace events are published. */
  readonly events: boolean;

  constructor(turns: readonly Turn[], protocol: 2 | 3, limits: keyof typeof LIMITS, events: boolean) {
    this.turns = turns;
    this.protocol = protocol;
    this.limits = limits;
    this.events = events;
  }

  [fc.toStringMethod](): string {
    const lines = this.turns.flatMap(({ client, lines }) =>
      lines.map((line) => `${client}> ${line.words.map(plain).join(" ")}`),
    );
    const settings = `limits: ${this.limits}, events: ${this.events}`;
    return `\nHELLO ${this.protocol} (${settings})\n${lines.join("\n")}\n`;
  }

  /** The number of its commands. */
  get length(): number {
    return this.turns.reduce((sum, { lines }) => sum + lines.length, 0);
  }

  /** Programs with a turn less, or a line less. */
  *smaller(): Generator<Interleaved> {
    const but = (turns: readonly Turn[]) => new Interleaved(turns, this.protocol, this.limits, this.events);
    for (let at = this.turns.length - 1; at >= 0; at--) yield but(this.turns.filter((_, i) => i !== at));
    for (let at = this.turns.length - 1; at >= 0; at--) {
      const turn = this.turns[at];
      if (turn.lines.length < 2 || turn.ending !== undefined) continue;
      for (let line = turn.lines.length - 1; line >= 0; line--) {
        const less = { ...turn, lines: turn.lines.filter((_, i) => i !== line) };
        yield but(this.turns.map((one, i) => (i === at ? less : one)));
      }
    }
  }
}

const channel = fc.constantFrom("news", "a", "ab", "b");
const channelPattern = fc.constantFrom("*", "a*", "[ab]", "__key*", "__keyevent@0__:*", "none");

const between: Words = fc.oneof(
  { weight: 3, arbitrary: words("WATCH", anyKey) },
  { weight: 3, arbitrary: words("MULTI") },
  { weight: 4, arbitrary: words("EXEC") },
  { weight: 1, arbitrary: words("DISCARD") },
  { weight: 1, arbitrary: words("UNWATCH") },
  { weight: 2, arbitrary: words(word("PUBLISH", "SPUBLISH"), channel, fc.constantFrom("x", "", "\xff\r\n")) },
  { weight: 1, arbitrary: words("PUBSUB", "NUMSUB", channel, channel) },
  { weight: 1, arbitrary: words("CLIENT", "TRACKING", word("ON", "ON", "OFF")) },
  { weight: 1, arbitrary: words("CLIENT", "TRACKING", "ON", "NOLOOP") },
);

const act: fc.Arbitrary<Line> = fc
  .oneof(
    { weight: 12, arbitrary: command.filter(hasClearKeys) },
    { weight: 4, arbitrary: between },
    { weight: 2, arbitrary: fc.oneof(...userCommands) },
  )
  .map((found) => ({ words: found, inner: found }));

/**
 * Are its keys clear? redis-server finds the keys of a few calls differently for permissions and for client-side
 * caching, or not at all, and what it then allows is no model: XREAD without as many ids as streams, PFMERGE and
 * ZUNIONSTORE without sources.
 */
function hasClearKeys(found: readonly string[]): boolean {
  const name = found[0].toUpperCase();
  if (name === "PFMERGE") return found.length > 2;
  if (/^Z(UNION|INTER|DIFF)STORE$/.test(name)) return /^[1-3]$/.test(found[2]);
  const at = name.startsWith("XREAD") ? found.findIndex((one) => one.toUpperCase() === "STREAMS") : -1;
  return at < 0 || (found.length - at) % 2 === 1;
}

const listening: fc.Arbitrary<Line> = fc
  .oneof(
    words(word("SUBSCRIBE", "UNSUBSCRIBE"), channel),
    words(word("PSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE"), channelPattern),
    words(word("SSUBSCRIBE", "SUNSUBSCRIBE"), channel),
    words("PING"),
  )
  .map((found) => ({ words: found, inner: found }));

const turn: fc.Arbitrary<Turn> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc
      .tuple(fc.nat(ACTORS - 1), fc.array(act, { minLength: 1, maxLength: 12, size: "max" }))
      .map(([client, lines]) => ({ client, lines, ending: undefined })),
  },
  {
    weight: 3,
    arbitrary: fc
      .array(listening, { minLength: 1, maxLength: 2, size: "max" })
      .map((lines) => ({ client: LISTENER, lines, ending: undefined })),
  },
  {
    weight: 1,
    arbitrary: anyKey.map((key) => {
      const found = ["PEXPIRE", key, "1"];
      return { client: TIMEKEEPER, lines: [{ words: found, inner: found }], ending: key };
    }),
  },
);

/** Programs of up to `most` turns. */
export function interleavedPrograms(most: number): fc.Arbitrary<Interleaved> {
  return fc
    .tuple(
      fc.array(turn, { minLength: 1, maxLength: most, size: "max" }),
      fc.constantFrom(2 as const, 3 as const),
      fc.constantFrom("usual" as const, "low" as const),
      fc.boolean(),
    )
    .map(([turns, protocol, limits, events]) => new Interleaved(turns, protocol, limits, events));
}

/** What a client has been told, in this order. */
interface Heard {
  readonly lines: Line[];
  readonly replies: Node[];
  readonly pushes: string[];
}

/** The clients of one server. */
export class Crew {
  private readonly control: RawClient;
  private readonly clients: readonly RawClient[];
  private fences = 0;

  private constructor(control: RawClient, clients: readonly RawClient[]) {
    this.control = control;
    this.clients = clients;
  }

  /** Connect to a server that no one else uses. */
  static async gather({ port, host }: Target): Promise<Crew> {
    const control = await RawClient.connect(port, host);
    const clients: RawClient[] = [];
    for (let at = 0; at <= TIMEKEEPER; at++) clients.push(await RawClient.connect(port, host));
    return new Crew(control, clients);
  }

  /** Disconnect. */
  dismiss(): void {
    for (const client of [this.control, ...this.clients]) client.close();
  }

  /** Run a program on an empty server: what each client has been told, and what is left behind. */
  async run(program: Interleaved): Promise<Outcome[]> {
    await this.begin(program);
    const heard: Heard[] = this.clients.map(() => ({ lines: [], replies: [], pushes: [] }));
    for (const { client, lines, ending } of program.turns) {
      await this.take(client, lines, heard[client]);
      if (ending === undefined) continue;
      // Both servers count whole milliseconds, so that two later the time is over for certain.
      await new Promise((resolve) => setTimeout(resolve, 3));
      const found = ["EXISTS", ending];
      await this.take(client, [{ words: found, inner: found }], heard[client]);
    }
    const last = ["RESET"];
    for (let at = 0; at < ACTORS; at++) await this.take(at, [{ words: last, inner: last }], heard[at]);
    await this.take(LISTENER, [], heard[LISTENER]);
    const restored = program.turns.some(({ lines }) =>
      lines.some(({ words }) => words[1]?.includes("RESTORE")),
    );
    return [...heard.flatMap(told), ...(await stateOf(this.control, restored))];
  }

  private async begin(program: Interleaved): Promise<void> {
    for (const client of this.clients) {
      client.send(
        ["RESET"],
        ["CLIENT", "NO-EVICT", "OFF"],
        ["HELLO", String(program.protocol)],
        ["PING", "begin"],
      );
      for (let node = await client.next(); node?.value !== "begin"; node = await client.next())
        if (node === undefined) throw new Error("connection closed");
    }
    await this.control.callAll([
      ...beginning(program),
      ["ACL", "DELUSER", ...USERS],
      ["CONFIG", "SET", "notify-keyspace-events", program.events ? "KEA" : ""],
    ]);
  }

  /** Send lines and gather what comes back until all of them are answered. */
  private async take(client: number, lines: readonly Line[], heard: Heard): Promise<void> {
    const raw = this.clients[client];
    if (client === LISTENER) {
      const fence = `fence:${++this.fences}`;
      raw.send(...lines.map(({ words }) => words), ["PING", fence]);
      for (;;) {
        const node = await nextOf(raw);
        const isFence = node.value === fence || (node.type === "*" && node.value?.[1]?.value === fence);
        if (isFence) return;
        heard.pushes.push(show(node));
      }
    }
    raw.send(...lines.map(({ words }) => words));
    heard.lines.push(...lines);
    while (heard.replies.length < heard.lines.length) {
      const node = await nextOf(raw);
      if (node.type === ">") heard.pushes.push(`${show(node)} behind reply ${heard.replies.length}`);
      else heard.replies.push(node);
    }
  }
}

async function nextOf(client: RawClient): Promise<Node> {
  const node = await client.next();
  if (node === undefined) throw new Error("connection closed");
  return node;
}

function told({ lines, replies, pushes }: Heard, client: number): Outcome[] {
  const answers = replyOutcomes(lines, replies).map((one) => ({
    ...one,
    command: [`${client}>`, ...one.command],
  }));
  const messages = patternsSorted(pushes).map((raw, at) => ({
    command: [`${client}>`, "message", String(at)],
    raw,
    reply: () => raw,
  }));
  return [...answers, ...messages];
}

const PATTERN_MESSAGE = /^.."pmessage", "(?:[^"\\]|\\.)*", (.*)$/s;

/** Which of several patterns gets a message first is chance: messages alike in all but the pattern, sorted. */
function patternsSorted(messages: readonly string[]): string[] {
  const out: string[] = [];
  let run: string[] = [];
  let last: string | undefined;
  for (const message of [...messages, ""]) {
    const rest = PATTERN_MESSAGE.exec(message)?.[1];
    if (rest === undefined || rest !== last) {
      out.push(...run.sort());
      run = [];
    }
    last = rest;
    run.push(message);
  }
  return out;
}
