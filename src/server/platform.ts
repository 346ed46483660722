/** What INFO tells of this process. */
import type { Platform } from "./engine/engine-options.js";

/** `undefined` where there is no process to tell of: in a browser. */
export const platform: Platform | undefined = globalThis.process?.cpuUsage && {
  os: `${process.platform} ${process.arch}`,
  processId: process.pid,
  executable: process.execPath,
  usedMemory: () => process.memoryUsage().heapUsed,
  systemMemory: () => process.getBuiltinModule?.("node:os").totalmem() ?? 0,
  residentMemory: () => process.memoryUsage.rss(),
  cpuSeconds: () => {
    const { system, user } = process.cpuUsage();
    return { system: system / 1e6, user: user / 1e6 };
  },
};
