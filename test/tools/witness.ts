/**
 * A second opinion on the wire: a small strict reader of RESP2 and RESP3 and a bare client, independent of `src/`.
 * Values are one-byte strings (a character a byte). Every RESP type keeps its own sign, so that a set, an array,
 * a push, a bulk double and a real double, and the three kinds of null are told apart.
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
import { connect, type Socket } from "node:net";

/** One value of a reply; `type` is the sign that it bears on the wire, `raw` the bytes it was read from. */
export type Node =
  | { readonly type: "+" | "-" | ":" | "," | "(" | "!"; readonly value: string; readonly raw: string }
  | { readonly type: "$"; readonly value: string | null; readonly raw: string }
  | { readonly type: "="; readonly value: string; readonly format: string; readonly raw: string }
  | { readonly type: "#"; readonly value: boolean; readonly raw: string }
  | { readonly type: "_"; readonly value: null; readonly raw: string }
  | { readonly type: "*"; readonly value: readonly Node[] | null; readonly raw: string }
  | { readonly type: "~" | ">"; readonly value: readonly Node[]; readonly raw: string }
  | { readonly type: "%" | "|"; readonly value: readonly (readonly [Node, Node])[]; readonly raw: string };

/** The bytes break the protocol. */
export class WitnessError extends Error {}

const INTEGER = /^-?(0|[1-9][0-9]*)$/;
const DOUBLE = /^(-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?|-?inf|nan)$/;

/** Reads replies from bytes that arrive in pieces. */
export class WitnessReader {
  private pending = "";
  private at = 0;

  /** Add bytes, as a one-byte string. */
  feed(bytes: string): void {
    this.pending = this.pending.slice(this.at) + bytes;
    this.at = 0;
  }

  /** The next whole reply, or `undefined` while it has not arrived. @throws WitnessError */
  next(): Node | undefined {
    const start = this.at;
    const node = this.read();
    if (node === undefined) this.at = start;
    return node;
  }

  /** Bytes that are no whole reply yet. */
  get rest(): string {
    return this.pending.slice(this.at);
  }

  private line(): string | undefined {
    const end = this.pending.indexOf("\r\n", this.at);
    if (end < 0) return undefined;
    const text = this.pending.slice(this.at, end);
    if (text.includes("\n") || text.includes("\r")) throw new WitnessError(`CR or LF in ${quote(text)}`);
    this.at = end + 2;
    return text;
  }

  private read(): Node | undefined {
    const start = this.at;
    const line = this.line();
    if (line === undefined) return undefined;
    const type = line[0];
    const text = line.slice(1);
    const raw = () => this.pending.slice(start, this.at);
    switch (type) {
      case "+":
      case "-":
        return { type, value: text, raw: raw() };
      case ":":
      case "(":
        if (!INTEGER.test(text)) throw new WitnessError(`no integer: ${quote(line)}`);
        return { type, value: text, raw: raw() };
      case ",":
        if (!DOUBLE.test(text)) throw new WitnessError(`no double: ${quote(line)}`);
        return { type, value: text, raw: raw() };
      case "#":
        if (text !== "t" && text !== "f") throw new WitnessError(`no boolean: ${quote(line)}`);
        return { type, value: text === "t", raw: raw() };
      case "_":
        if (text !== "") throw new WitnessError(`no null: ${quote(line)}`);
        return { type, value: null, raw: raw() };
      case "$": {
        if (text === "-1") return { type, value: null, raw: raw() };
        const value = this.body(text, line);
        return value === undefined ? undefined : { type, value, raw: raw() };
      }
      case "!": {
        const value = this.body(text, line);
        return value === undefined ? undefined : { type, value, raw: raw() };
      }
      case "=": {
        const value = this.body(text, line);
        if (value === undefined) return undefined;
        if (value[3] !== ":") throw new WitnessError(`verbatim text without a format: ${quote(value)}`);
        return { type, value: value.slice(4), format: value.slice(0, 3), raw: raw() };
      }
      case "*":
        if (text === "-1") return { type, value: null, raw: raw() };
        return this.items(text, line, (value) => ({ type, value, raw: raw() }));
      case "~":
      case ">":
        return this.items(text, line, (value) => ({ type, value, raw: raw() }));
      case "%":
      case "|": {
        const value: [Node, Node][] = [];
        for (let left = count(text, line); left > 0; left--) {
          const key = this.read();
          const item = key && this.read();
          if (key === undefined || item === undefined) return undefined;
          value.push([key, item]);
        }
        return { type, value, raw: raw() };
      }
      default:
        throw new WitnessError(`unknown type in ${quote(line)}`);
    }
  }

  private items(text: string, line: string, make: (value: Node[]) => Node): Node | undefined {
    const value: Node[] = [];
    for (let left = count(text, line); left > 0; left--) {
      const item = this.read();
      if (item === undefined) return undefined;
      value.push(item);
    }
    return make(value);
  }

  private body(text: string, line: string): string | undefined {
    const end = this.at + count(text, line);
    if (this.pending.length < end + 2) return undefined;
    if (this.pending.slice(end, end + 2) !== "\r\n") throw new WitnessError(`no CRLF behind ${quote(line)}`);
    const value = this.pending.slice(this.at, end);
    this.at = end + 2;
    return value;
  }
}

function count(text: string, line: string): number {
  if (!/^(0|[1-9][0-9]*)$/.test(text)) throw new WitnessError(`no length: ${quote(line)}`);
  return Number(text);
}

/** A command as the array of bulk strings that servers read. `args` are one-byte strings. */
export function encodeCommand(args: readonly string[]): string {
  let out = `*${args.length}\r\n`;
  for (const arg of args) out += `$${arg.length}\r\n${arg}\r\n`;
  return out;
}

/** The UTF-8 bytes of `text` as a one-byte string. */
export function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** One-byte text in double quotes, with the escapes that redis-cli reads. */
export function quote(text: string): string {
  let out = '"';
  for (const char of text) {
    const code = char.charCodeAt(0);
    if (char === '"' || char === "\\") out += `\\${char}`;
    else if (char === "\n") out += "\\n";
    else if (char === "\r") out += "\\r";
    else if (code < 32 || code > 126) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else out += char;
  }
  return `${out}"`;
}

/** A reply in one line for people: `:1`, `"text"`, `*["a", _]`, `~{...}`, `%{key => value}`, `$nil`, `*nil`. */
export function show(node: Node): string {
  switch (node.type) {
    case "$":
      return node.value === null ? "$nil" : quote(node.value);
    case "=":
      return `=${node.format}:${quote(node.value)}`;
    case "#":
      return node.value ? "#t" : "#f";
    case "_":
      return "_";
    case "*":
      return node.value === null ? "*nil" : `*[${node.value.map(show).join(", ")}]`;
    case "~":
    case ">":
      return `${node.type}{${node.value.map(show).join(", ")}}`;
    case "%":
    case "|":
      return `${node.type}{${node.value.map(([key, value]) => `${show(key)} => ${show(value)}`).join(", ")}}`;
    default:
      return `${node.type}${node.value}`;
  }
}

interface Waiting {
  readonly resolve: (node: Node | undefined) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** A bare connection: writes what it is told, hands out replies one by one. */
export class RawClient {
  private readonly reader = new WitnessReader();
  private readonly ready: Node[] = [];
  private readonly waiting: Waiting[] = [];
  private readonly socket: Socket;
  private failure: Error | undefined;
  /** The server has closed the connection. */
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (bytes: string) => this.onBytes(bytes));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.closed = true;
      this.settle();
    });
  }

  /** Connect to `port`. @throws when nobody listens */
  static connect(port: number, host = "127.0.0.1"): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new RawClient(socket));
      });
    });
  }

  /** Send commands in one write; read their replies with {@link next}. */
  send(...commands: (readonly string[])[]): void {
    this.write(commands.map(encodeCommand).join(""));
  }

  /** Send bytes as they are. */
  write(bytes: string): void {
    if (!this.closed) this.socket.write(bytes, "latin1");
  }

  /**
   * The next reply or push message; `undefined` when the connection has ended.
   * @param timeout milliseconds
   */
  next(timeout = 5000): Promise<Node | undefined> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        reject(new Error(`no reply within ${timeout} ms (unread: ${quote(this.reader.rest.slice(0, 200))})`));
      }, timeout);
      const entry: Waiting = { resolve, reject, timer };
      this.waiting.push(entry);
      this.settle();
    });
  }

  /** Send one command and read one reply. @throws when the connection has ended */
  async call(...args: string[]): Promise<Node> {
    this.send(args);
    const node = await this.next();
    if (node === undefined) throw new Error(`connection closed at ${args.map(quote).join(" ")}`);
    return node;
  }

  /** Send commands in one write and read as many replies. */
  async callAll(commands: readonly (readonly string[])[], timeout = 20_000): Promise<Node[]> {
    this.send(...commands);
    const nodes: Node[] = [];
    for (const command of commands) {
      const node = this.ready.shift() ?? (await this.next(timeout));
      if (node === undefined) throw new Error(`connection closed at ${command.map(quote).join(" ")}`);
      nodes.push(node);
    }
    return nodes;
  }

  /** Close the connection. */
  close(): void {
    this.socket.destroy();
  }

  private onBytes(bytes: string): void {
    try {
      this.reader.feed(bytes);
      for (let node = this.reader.next(); node !== undefined; node = this.reader.next())
        this.ready.push(node);
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.socket.destroy();
    }
    this.settle();
  }

  private settle(): void {
    while (this.waiting.length > 0) {
      const over = this.ready.length === 0 && (this.closed || this.failure !== undefined);
      if (this.ready.length === 0 && !over) return;
      const { resolve, reject, timer } = this.waiting.shift()!;
      clearTimeout(timer);
      if (over && this.failure !== undefined) reject(this.failure);
      else resolve(this.ready.shift());
    }
  }
}
