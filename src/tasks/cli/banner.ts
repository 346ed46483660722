/** What a worker says of itself when it starts. */
import { release, type } from "node:os";
import { VERSION } from "../../index.js";

/** What the banner shows. */
export interface BannerFacts {
  readonly hostname: string;
  readonly appName: string;
  readonly brokerUrl: string;
  readonly resultBackend: string | null;
  readonly concurrency: number;
  readonly pool: string;
  readonly taskEvents: boolean;
  readonly queues: readonly string[];
  /** Names of tasks; undefined where the log's level shows none. */
  readonly tasks: readonly string[] | undefined;
}

/** The banner; without passwords. */
export function workerBanner(facts: BannerFacts, now = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  const queues = facts.queues.map((name) => `.> ${name.padEnd(16)} exchange=${name}(direct) key=${name}`);
  const lines = [
    "",
    `${facts.hostname} v${VERSION} (resplendent)`,
    "",
    `${type()}-${release()} node-${process.versions.node} ${day} ${time}`,
    "",
    "[config]",
    `.> app:         ${facts.appName}`,
    `.> transport:   ${withoutPassword(facts.brokerUrl)}`,
    `.> results:     ${facts.resultBackend === null ? "disabled://" : withoutPassword(facts.resultBackend)}`,
    `.> concurrency: ${facts.concurrency} (${facts.pool})`,
    `.> task events: ${facts.taskEvents ? "ON" : "OFF (enable -E to monitor tasks in this worker)"}`,
    "",
    "[queues]",
    ...queues,
    "",
  ];
  if (facts.tasks !== undefined) {
    lines.push("", "[tasks]", ...[...facts.tasks].sort().map((name) => `  . ${name}`), "");
  }
  return lines.join("\n");
}

function withoutPassword(url: string): string {
  return url.replace(/^([a-z+]+:\/\/[^/@]*:)[^/@]*@/i, "$1**@");
}
