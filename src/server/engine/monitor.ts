/** MONITOR: requests as the clients that watch all others see them. */
import { SimpleString } from "../../protocol/reply.js";
import type { Args } from "./handler.js";
import { redacted } from "./redaction.js";
import type { Session } from "./session.js";

/**
 * Show a request to the clients that MONITOR, if there are any. Dispatch does so when a command has run; scripts and
 * functions do it themselves, before the commands that they run.
 */
export function showMonitors(session: Session, args: Args): void {
  const { engine } = session;
  if (engine.monitors.size === 0) return;
  const micros = engine.clock.micros();
  const time = `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, "0")}`;
  const source = session.isScript ? "lua" : session.address;
  const words = redacted(args).map(quoted).join(" ");
  const line = new SimpleString(`${time} [${session.db.index} ${source}] ${words}`);
  for (const monitor of engine.monitors) if (!monitor.closing) engine.sendBehindReply(monitor, line);
}

/** An argument as MONITOR shows it. */
function quoted(text: string): string {
  let out = '"';
  for (const char of text) {
    const code = char.charCodeAt(0);
    if (char === "\\" || char === '"') out += `\\${char}`;
    else if (char === "\n") out += "\\n";
    else if (char === "\r") out += "\\r";
    else if (char === "\t") out += "\\t";
    else if (code === 7) out += "\\a";
    else if (code === 8) out += "\\b";
    else if (code < 32 || code > 126) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else out += char;
  }
  return `${out}"`;
}
