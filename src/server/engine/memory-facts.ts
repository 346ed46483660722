/** Memory figures as INFO and MEMORY STATS show them. */
import type { Engine } from "./engine.js";
import { usedMemory } from "./memory.js";

/** All in bytes. */
export interface MemoryFacts {
  /** By the measure of `maxmemory` while there is one, else what the process has in use. */
  readonly used: number;
  /** The most of it that anybody has been shown. */
  readonly peak: number;
  /** What the process takes. */
  readonly resident: number;
}

/** The figures of now. */
export function memoryFacts(engine: Engine): MemoryFacts {
  const used = engine.measuresMemory ? usedMemory(engine) : engine.platform.usedMemory();
  engine.peakMemory = Math.max(engine.peakMemory, used);
  return { used, peak: engine.peakMemory, resident: engine.platform.residentMemory() };
}
