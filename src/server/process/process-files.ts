/** The files of a server process: its configuration and its users; its data is in `process-data.ts`. */
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { ErrorReply } from "../../protocol/reply.js";
import { parseUsers } from "../engine/acl/user-lines.js";
import type { Config } from "../engine/config.js";
import type { Engine } from "../engine/engine.js";
import { globMatches } from "../engine/glob.js";
import type { ServerFiles } from "../engine/server-files.js";
import { ConfigFileError } from "./directives.js";
import { reasonOf } from "./file-reasons.js";
import { OomScore } from "./oom-score.js";
import { ProcessAppendOnly } from "./process-append-only.js";
import { ProcessData } from "./process-data.js";
import { Log } from "./process-log.js";
import { rewrittenConfig } from "./rewritten-config.js";

/** A file as a one-byte string. @throws the error of the file system */
export function readText(path: string): string {
  return readFileSync(path, "latin1");
}

/** The files that an `include` names; `*` and `?` may stand in the last part of the path. @throws ConfigFileError */
export function readIncluded(path: string): string[] {
  const pattern = basename(path);
  try {
    if (!/[*?[]/.test(pattern)) return [readText(path)];
    const directory = dirname(path);
    const names = readdirSync(directory).filter(
      (name) => !name.startsWith(".") && globMatches(pattern, name),
    );
    return names.sort().map((name) => readText(join(directory, name)));
  } catch (error) {
    throw new ConfigFileError(`Fatal error, can't open config file '${path}': ${reasonOf(error)}`);
  }
}

/** Replace a file as a whole, so that there is always an old one or a new one. */
function replaceFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  const file = openSync(draft, "w", 0o644);
  try {
    writeSync(file, text, null, "latin1");
    fsyncSync(file);
    closeSync(file);
    renameSync(draft, path);
  } catch (error) {
    unlinkSync(draft);
    throw error;
  }
}

/** The files of one process. */
export class ProcessFiles implements ServerFiles {
  readonly data: ProcessData;
  readonly appendOnly = new ProcessAppendOnly();
  readonly #configPath: string | undefined;
  readonly #hasUserLines: boolean;
  readonly #oomScore = new OomScore();
  #engine: Engine | undefined;

  /**
   * @param config the settings as they are now
   * @param configPath the file that the server was started with, from the root on
   * @param hasUserLines are there users besides the default one that no ACL file keeps?
   */
  constructor(config: () => Config, configPath: string | undefined, hasUserLines: boolean) {
    this.data = new ProcessData(config);
    this.#configPath = configPath;
    this.#hasUserLines = hasUserLines;
  }

  /** The engine whose files these are. */
  set engine(engine: Engine) {
    this.#engine = engine;
  }

  adjustOomScore(): boolean {
    const engine = this.#engine;
    if (engine === undefined) return false;
    try {
      this.#oomScore.apply(engine.config);
      return true;
    } catch (error) {
      engine.log?.(Log.WARNING, `Unable to set oom_score_adj: ${reasonOf(error)}`);
      return false;
    }
  }

  rewriteConfig(everything: boolean): void {
    const path = this.#configPath;
    const engine = this.#engine;
    if (path === undefined || engine === undefined) {
      throw new ErrorReply("ERR The server is running without a config file");
    }
    let before = "";
    try {
      before = readText(path);
    } catch (error) {
      // A file that has gone is written anew.
      if ((error as { code?: string }).code !== "ENOENT") {
        throw new ErrorReply(`ERR Rewriting config file: ${reasonOf(error)}`);
      }
    }
    try {
      replaceFile(path, rewrittenConfig(before, engine.config, this.#userLines(engine), everything));
    } catch (error) {
      throw new ErrorReply(`ERR Rewriting config file: ${reasonOf(error)}`);
    }
  }

  /** Users stand in the configuration file when there is no file of their own and somebody has changed them. */
  #userLines(engine: Engine): string[] | undefined {
    if (engine.config.get("aclfile") !== "") return undefined;
    const users = engine.acl.users();
    if (!this.#hasUserLines && users.length === 1) return undefined;
    return users.map((user) => user.describe(engine.isAtLeast("7.2")));
  }

  loadUsers(): void {
    const problem = this.readUsers();
    if (problem !== undefined) throw new ErrorReply(`ERR ${problem}`);
  }

  /** Take the users from the ACL file. @returns what is wrong with it */
  readUsers(): string | undefined {
    const engine = this.#engine;
    if (engine === undefined) return "there is no server yet";
    const path = engine.config.get("aclfile");
    let text: string;
    try {
      text = readText(path);
    } catch (error) {
      return `Error loading ACLs, opening file '${path}': ${reasonOf(error)}`;
    }
    const parsed = parseUsers(text, path, engine.acl.allChannelsByDefault);
    if ("problem" in parsed) return parsed.problem;
    engine.acl.replaceAll(parsed.users);
    return undefined;
  }

  saveUsers(): void {
    const engine = this.#engine;
    if (engine === undefined) return;
    const lines = engine.acl.users().map((user) => `${user.describe(engine.isAtLeast("7.2"))}\n`);
    try {
      replaceFile(engine.config.get("aclfile"), lines.join(""));
    } catch {
      throw new ErrorReply(
        "ERR There was an error trying to save the ACLs. Please check the server logs for more information",
      );
    }
  }
}
