/**
 * What a connection says before its first command: HELLO 3 with AUTH and SETNAME, SELECT, CLIENT
 * SETINFO; AUTH and the rest one by one on servers that do not know HELLO.
 * @see https://redis.io/docs/latest/commands/hello/
 */
import type { Arg } from "../../commands/base.js";
import { anything } from "../../commands/replies.js";
import { ReplyError } from "../../errors.js";
import { VERSION } from "../../version.js";
import { knownCommand } from "../known-command.js";
import { mayAnnounce, REGISTER, registration } from "../maintenance/maintenance-options.js";
import type { ConnectionSettings } from "../options/options.js";
import type { Credentials } from "../options/pool-options.js";
import type { Connection } from "./connection.js";
import { Request } from "./pending.js";
import { deadlineIn } from "./ticker.js";

/** The name under which CLIENT LIST shows this library. */
const LIBRARY = "resplendent";

/**
 * Bring a fresh connection into the state that `settings` describe.
 * @throws ReplyError when the server refuses: `WRONGPASS`, `NOAUTH`, `NOPERM`, `ERR DB index is out of range`
 * @throws ConnectionError when the connection is lost meanwhile
 */
export async function handshake(
  connection: Connection,
  settings: ConnectionSettings,
  credentials: Credentials,
  protocol: 2 | 3,
): Promise<void> {
  const ask = (name: string, args: readonly Arg[] = []): Promise<unknown> =>
    new Promise((resolve) => {
      const deadline = deadlineIn(settings.connectTimeout);
      connection.send(new Request(knownCommand(name), args, anything, 0, deadline, resolve));
    });
  const { db, connectionName, maintenance } = settings;
  const isDemanded = maintenance.mode === "enabled";

  if (protocol === 3) {
    const args: Arg[] = [3];
    if (credentials.password !== undefined)
      args.push("AUTH", credentials.username ?? "default", credentials.password);
    if (connectionName !== undefined) args.push("SETNAME", connectionName);
    const asked = [ask("HELLO", args), ...(db === 0 ? [] : [ask("SELECT", [db])])];
    const register = () => {
      connection.registered = true;
      return ask(REGISTER, registration(connection, maintenance));
    };
    if (isDemanded) asked.push(register());
    const [hello, ...others] = await Promise.allSettled(asked);
    if (hello.status === "fulfilled") {
      for (const other of others) if (other.status === "rejected") throw other.reason;
      const facts = remember(connection, hello.value);
      announce(connection, ask);
      if (maintenance.mode === "auto" && mayAnnounce(settings.connector.address, facts)) {
        // A server that does not know the question says so, and works as any other.
        register().catch(() => {});
      }
      return;
    }
    if (!knowsNoHello(hello.reason)) throw hello.reason;
  }
  if (isDemanded) {
    const why = 'ERR the option maintenance is "enabled", but without RESP3 there are no notifications';
    throw new ReplyError(why, { command: REGISTER, address: connection.address });
  }

  const asked: Promise<unknown>[] = [];
  if (credentials.password !== undefined) {
    const { username, password } = credentials;
    asked.push(ask("AUTH", username === undefined ? [password] : [username, password]));
  }
  if (connectionName !== undefined) asked.push(ask("CLIENT SETNAME", [connectionName]));
  // Without anything else to say, PING shows whether the server wants a password or is no Redis at all.
  asked.push(db === 0 ? ask("PING") : ask("SELECT", [db]));
  const answers = await Promise.allSettled(asked);
  for (const answer of answers) if (answer.status === "rejected") throw answer.reason;
}

/** HELLO came with Redis 6; servers before it, and proxies, answer with an error. */
function knowsNoHello(error: unknown): boolean {
  return (
    error instanceof ReplyError &&
    (error.code === "NOPROTO" ||
      (error.code === "ERR" && /unknown command|unsupported command/i.test(error.message)))
  );
}

function remember(connection: Connection, hello: unknown): Map<unknown, unknown> {
  const facts = hello instanceof Map ? hello : new Map<unknown, unknown>();
  connection.protocol = facts.get("proto") === 3 ? 3 : 2;
  connection.serverVersion = String(facts.get("version") ?? "");
  connection.clientId = Number(facts.get("id") ?? 0);
  return facts;
}

/** Tell the server who calls; nobody waits for it. CLIENT SETINFO came with Redis 7.2. */
function announce(
  connection: Connection,
  ask: (name: string, args: readonly Arg[]) => Promise<unknown>,
): void {
  const [major = 0, minor = 0] = connection.serverVersion.split(".").map(Number);
  if (major < 7 || (major === 7 && minor < 2)) return;
  const ignore = () => {};
  ask("CLIENT SETINFO", ["LIB-NAME", LIBRARY]).catch(ignore);
  ask("CLIENT SETINFO", ["LIB-VER", VERSION]).catch(ignore);
}
