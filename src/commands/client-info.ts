/** The lines of CLIENT LIST and CLIENT INFO as objects. */
import { textOf } from "../protocol/text.js";
import { camelCase, type Decode } from "./replies.js";

/**
 * What a server knows of a connection. Names are Redis's, in camel case; what a newer server adds is there
 * at run time too.
 * @see https://redis.io/docs/latest/commands/client-list/
 */
export interface ClientInfo {
  /** Never used twice while the server runs. */
  id: number;
  /** The client's address and port. */
  addr: string;
  /** The server's address and port that it connected to. */
  laddr: string;
  /** File descriptor. */
  fd: number;
  /** As CLIENT SETNAME gave it; `""` without one. */
  name: string;
  /** Seconds since it connected. */
  age: number;
  /** Seconds since its last command. */
  idle: number;
  /** A letter for each property, such as `N` (none), `b` (blocked), `P` (subscriber). */
  flags: string;
  /** Number of the database. */
  db: number;
  /** How many channels it has subscribed to. */
  sub: number;
  /** How many patterns it has subscribed to. */
  psub: number;
  /** How many sharded channels it has subscribed to. */
  ssub?: number;
  /** How many commands wait for EXEC; -1 outside MULTI. */
  multi: number;
  /** Bytes in the query buffer. */
  qbuf: number;
  /** Free bytes of the query buffer. */
  qbufFree: number;
  /** Bytes of the arguments of the command that comes in. */
  argvMem?: number;
  /** Bytes of the commands that wait for EXEC. */
  multiMem?: number;
  /** Size in bytes of the buffer for replies. */
  rbs?: number;
  /** Greatest use in bytes of the buffer for replies in the last 5 seconds. */
  rbp?: number;
  /** Bytes in the buffer for replies. */
  obl: number;
  /** Replies in the list behind it. */
  oll: number;
  /** Bytes of that list. */
  omem: number;
  /** Bytes of all its buffers. */
  totMem: number;
  /** What the event loop waits for: `r`, `w`, or both. */
  events: string;
  /** Its last command, such as `client|list`. */
  cmd: string;
  /** The user that authenticated. */
  user: string;
  /** Id of the connection that gets its invalidations; -1: none. */
  redir: number;
  /** Version of the protocol, 2 or 3. */
  resp?: number;
}

/** All the others are integers. */
const TEXT = new Set(["addr", "laddr", "name", "flags", "events", "cmd", "user", "libName", "libVer"]);

/** One line. Paths of Unix sockets may hold spaces, hence only a space before `word=` separates. */
function parseLine(line: string): ClientInfo {
  const info: Record<string, string | number> = {};
  for (const part of line.split(/ (?=[a-z-]+=)/)) {
    const equals = part.indexOf("=");
    const name = camelCase(part.slice(0, equals));
    const value = part.slice(equals + 1);
    info[name] = TEXT.has(name) ? value : Number(value);
  }
  return info as unknown as ClientInfo;
}

/** The reply of CLIENT INFO. */
export const clientInfo: Decode<ClientInfo> = (reply) => parseLine(textOf(reply).trimEnd());

/** The reply of CLIENT LIST. */
export const clientList: Decode<ClientInfo[]> = (reply) => {
  const lines = textOf(reply).split("\n");
  return lines.filter((line) => line !== "").map(parseLine);
};
