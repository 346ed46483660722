/** What a node tells about its process and machine: host name, pid, load, resources, software. */
import { availableParallelism, hostname, loadavg, type } from "node:os";
import process from "node:process";
import { VERSION } from "../index.js";

/** Name of this software in events. */
export const SOFTWARE_NAME = "resplendent";

/** Name of the machine, as it stands in node names. */
export function hostName(): string {
  return hostname();
}

/** Id of this process. */
export function processId(): number {
  return process.pid;
}

/** Load averages of 1, 5 and 15 minutes, rounded to two digits. */
export function loadAverage(): number[] {
  return loadavg().map((value) => Math.round(value * 100) / 100);
}

/** What `worker-*` events carry about the software: its name, its version, the operating system (`Linux`). */
export function softwareInfo(): { sw_ident: string; sw_ver: string; sw_sys: string } {
  return { sw_ident: SOFTWARE_NAME, sw_ver: VERSION, sw_sys: type() };
}

/**
 * Hours from local time to UTC as events carry them: UTC+1 is -1. Whole hours, rounded down, as
 * receivers expect them.
 */
export function utcOffset(now: Date = new Date()): number {
  return Math.floor(now.getTimezoneOffset() / 60) + 0;
}

/** Resources this process has used, by the names of getrusage(2); times in seconds. */
export function resourceUsage(): Record<string, number> {
  const used = process.resourceUsage();
  return {
    utime: used.userCPUTime / 1e6,
    stime: used.systemCPUTime / 1e6,
    maxrss: used.maxRSS,
    ixrss: used.sharedMemorySize,
    idrss: used.unsharedDataSize,
    isrss: used.unsharedStackSize,
    minflt: used.minorPageFault,
    majflt: used.majorPageFault,
    nswap: used.swappedOut,
    inblock: used.fsRead,
    oublock: used.fsWrite,
    msgsnd: used.ipcSent,
    msgrcv: used.ipcReceived,
    nsignals: used.signalsCount,
    nvcsw: used.voluntaryContextSwitches,
    nivcsw: used.involuntaryContextSwitches,
  };
}

/** Lines about the platform for reports: system, machine, Node.js. */
export function platformReport(): { system: string; arch: string; node: string } {
  return { system: type(), arch: process.arch, node: process.versions.node };
}

/** How many tasks this machine can compute at once. */
export function cpuCount(): number {
  return availableParallelism();
}

/** Bytes of memory this process holds. */
export function residentBytes(): number {
  return process.memoryUsage.rss();
}

/** Seconds on a clock that is never set back: where revoked ids have their times from. */
export function monotonicSeconds(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}
