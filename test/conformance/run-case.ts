/** Runs a conformance case against one server and keeps what it answered. */
import type { Target } from "../tools/redis-server.js";
import { type Node, RawClient, show } from "../tools/witness.js";
import { normalise } from "./normalise.js";
import { parseCase, type Step } from "./notation.js";

/** What came back for one line of a case. */
export interface Answer {
  readonly line: string;
  /** Comparable replies and messages, in the order of their arrival. */
  readonly replies: string[];
  /** The same, not normalised. */
  readonly raw: string[];
}

/** How long a reply may take, ms: redis-server thinks about DEBUG STRINGMATCH-TEST for two seconds, and more when it is not alone. */
const PATIENCE = 15_000;
const CLOSED = "(connection closed)";

interface Client {
  readonly raw: RawClient;
  readonly id: string;
  /** It has subscriptions: the number of its replies is not known beforehand, so a PING marks their end. */
  fenced: boolean;
}

/** A server with the connection that watches over it between and during cases. */
export class Bench {
  readonly target: Target;
  private readonly control: RawClient;

  private readonly others: number;

  private constructor(target: Target, control: RawClient, others: number) {
    this.target = target;
    this.control = control;
    this.others = others;
  }

  /** Connect to a server that no one else uses, but for `others` connections that stay. */
  static async open(target: Target, others = 0): Promise<Bench> {
    return new Bench(target, await RawClient.connect(target.port, target.host), others);
  }

  /** Run a case with fresh clients that speak `protocol`, on an empty server; its options are restored afterwards. */
  async run(text: string, protocol: 2 | 3): Promise<Answer[]> {
    const steps = parseCase(text);
    const restore = await this.rememberConfig(steps);
    const run = new CaseRun(this.target, this.control, protocol);
    try {
      return await run.all(steps);
    } finally {
      run.closeClients();
      await this.reset([...restore, ...forgetUsers(steps)], text);
    }
  }

  /** Disconnect. The server is not stopped. */
  close(): void {
    this.control.close();
  }

  private async rememberConfig(steps: readonly Step[]): Promise<string[][]> {
    const restore: string[][] = [];
    for (const { words } of steps) {
      if (words[0]?.toUpperCase() !== "CONFIG" || words[1]?.toUpperCase() !== "SET") continue;
      for (let at = 2; at < words.length; at += 2) {
        const reply = await this.control.call("CONFIG", "GET", words[at]);
        const pair = reply.type === "*" ? (reply.value ?? []) : [];
        if (pair.length === 2) restore.push(["CONFIG", "SET", String(pair[0].value), String(pair[1].value)]);
      }
    }
    return restore;
  }

  private async reset(restore: readonly string[][], text: string): Promise<void> {
    const commands = [["CLIENT", "UNPAUSE"], ...restore, ["FLUSHALL"]];
    if (/EVAL|SCRIPT/i.test(text)) commands.push(["SCRIPT", "FLUSH"]);
    if (/FUNCTION/i.test(text)) commands.push(["FUNCTION", "FLUSH"]);
    if (/ACL/i.test(text)) commands.push(["ACL", "LOG", "RESET"]);
    await this.control.callAll(commands);
    await poll(async () => {
      const list = await this.control.call("CLIENT", "LIST");
      return String(list.value).trim().split("\n").length === 1 + this.others;
    }, "clients of the last case are still connected");
  }
}

/** Deletes the users that a case makes; the default user must be mended by the case itself. */
function forgetUsers(steps: readonly Step[]): string[][] {
  const names = steps
    .filter(({ words }) => words[0]?.toUpperCase() === "ACL" && words[1]?.toUpperCase() === "SETUSER")
    .map(({ words }) => words[2] ?? "")
    .filter((name) => name !== "default");
  return names.length === 0 ? [] : [["ACL", "DELUSER", ...names]];
}

class CaseRun {
  private readonly target: Target;
  private readonly control: RawClient;
  private readonly protocol: 2 | 3;
  private readonly clients = new Map<string, Client>();
  private readonly saved = new Map<string, string>();
  private readonly answers: Answer[] = [];
  private fences = 0;

  constructor(target: Target, control: RawClient, protocol: 2 | 3) {
    this.target = target;
    this.control = control;
    this.protocol = protocol;
  }

  async all(steps: readonly Step[]): Promise<Answer[]> {
    for (let at = 0; at < steps.length; ) {
      const batch = await this.batchAt(steps, at);
      if (batch.length > 0) await this.runBatch(batch);
      else await this.runStep(steps[at]);
      at += Math.max(batch.length, 1);
    }
    return this.answers;
  }

  closeClients(): void {
    for (const { raw } of this.clients.values()) raw.close();
  }

  /** Ordinary commands of one client in a row go out together. */
  private async batchAt(steps: readonly Step[], start: number): Promise<Step[]> {
    const batch: Step[] = [];
    const name = steps[start].client;
    for (let at = start; at < steps.length; at++) {
      const step = steps[at];
      if (step.action !== "command" || step.client !== name) break;
      const client = await this.client(name);
      if (client.fenced || changesSubscriptions(step)) break;
      batch.push(step);
      if (step.marks.some((mark) => mark.name === "save")) break;
    }
    return batch;
  }

  private async runBatch(batch: readonly Step[]): Promise<void> {
    const { raw } = await this.client(batch[0].client);
    raw.send(...batch.map((step) => this.wordsOf(step)));
    for (const step of batch) {
      const nodes: (Node | undefined)[] = [];
      do nodes.push(await raw.next(PATIENCE));
      while (nodes.at(-1)?.type === ">");
      this.record(step, nodes);
    }
  }

  private async runStep(step: Step): Promise<void> {
    if (step.action === "until") return this.until(step);
    const client = await this.client(step.client);
    const words = this.wordsOf(step);
    switch (step.action) {
      case "command":
        client.fenced = words[0].toUpperCase() !== "RESET";
        client.raw.send(words);
        return this.record(step, await this.toFence(client));
      case "block":
        client.raw.send(words);
        return poll(async () => {
          const line = await this.clientLine(client);
          return / flags=\S*b/.test(line);
        }, `not blocked: ${step.text}`);
      case "silent":
        client.raw.send(words);
        return;
      case "bytes":
        client.raw.write(words[0]);
        return this.record(step, await this.toFence(client));
      case "read":
        return this.record(step, await this.toFence(client));
      case "close":
        client.raw.close();
        this.clients.delete(step.client);
        return poll(async () => (await this.clientLine(client)) === "", "client is still connected");
      case "scan":
        return this.scan(step, client);
    }
  }

  private async client(name: string): Promise<Client> {
    const known = this.clients.get(name);
    if (known !== undefined) return known;
    const raw = await RawClient.connect(this.target.port, this.target.host);
    if (this.protocol === 3) await raw.call("HELLO", "3");
    const id = String((await raw.call("CLIENT", "ID")).value);
    const client: Client = { raw, id, fenced: false };
    this.clients.set(name, client);
    return client;
  }

  private wordsOf(step: Step): string[] {
    return step.words.map((word, index) => {
      const name = step.saved.get(index);
      return name === undefined ? word : (this.saved.get(name) ?? word);
    });
  }

  /** All that comes before the reply to a PING. */
  private async toFence({ raw }: Client): Promise<(Node | undefined)[]> {
    const fence = `fence:${++this.fences}`;
    raw.send(["PING", fence]);
    const nodes: (Node | undefined)[] = [];
    for (;;) {
      const node = await raw.next(PATIENCE);
      if (node === undefined) return [...nodes, undefined];
      if (node.value === fence) return nodes;
      if (node.type === "*" && node.value?.length === 2 && node.value[1].value === fence) return nodes;
      nodes.push(node);
    }
  }

  private record(step: Step, nodes: readonly (Node | undefined)[]): void {
    const replies = nodes.map((node) => (node === undefined ? CLOSED : normalise(node, step.marks)));
    const raw = nodes.map((node) => (node === undefined ? CLOSED : show(node)));
    if (step.marks.some((mark) => mark.name === "sorted")) replies.sort();
    this.answers.push({ line: step.text, replies, raw });
    const name = step.marks.find((mark) => mark.name === "save")?.value;
    const value = nodes.at(-1)?.value;
    if (name !== undefined) this.saved.set(name, typeof value === "object" ? "" : String(value));
  }

  private async until(step: Step): Promise<void> {
    const words = this.wordsOf(step);
    await poll(async () => {
      const reply = await this.control.call(...words);
      return String(reply.value) === step.expected;
    }, `has not come: ${step.text}`);
  }

  private async scan(step: Step, { raw }: Client): Promise<void> {
    const words = this.wordsOf(step);
    const place = words[0].toUpperCase() === "SCAN" ? 1 : 2;
    const found = new Map<string, string>();
    const size = /^[hz]scan$/i.test(words[0]) ? 2 : 1;
    let cursor = "0";
    let calls = 0;
    do {
      const reply = await raw.call(...words.slice(0, place), cursor, ...words.slice(place));
      if (reply.type !== "*" || reply.value?.length !== 2) {
        this.answers.push({ line: step.text, replies: [show(reply)], raw: [show(reply)] });
        return;
      }
      cursor = String(reply.value[0].value);
      const items = reply.value[1].type === "*" ? (reply.value[1].value ?? []) : [];
      for (let at = 0; at < items.length; at += size) {
        found.set(
          show(items[at]),
          items
            .slice(at, at + size)
            .map(show)
            .join(" => "),
        );
      }
    } while (cursor !== "0" && ++calls < 10_000);
    const replies = [...found.values()].sort();
    this.answers.push({ line: step.text, replies, raw: replies });
  }

  private async clientLine(client: Client): Promise<string> {
    const list = await this.control.call("CLIENT", "LIST");
    const lines = String(list.value).split("\n");
    return lines.find((line) => line.startsWith(`id=${client.id} `)) ?? "";
  }
}

function changesSubscriptions(step: Step): boolean {
  return /^([ps]?(un)?subscribe|monitor)$/i.test(step.words[0]);
}

async function poll(condition: () => Promise<boolean>, failure: string): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(failure);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
