/**
 * One coarse timer for all deadlines of the process. A deadline is a number of ticks; whoever has
 * some joins, is asked at every tick, and leaves when it has none left. Counting ticks instead of
 * reading a clock costs nothing per command, and a busy event loop delays a deadline, never hastens it.
 */

/** Milliseconds between two ticks: the resolution of command timeouts. */
export const TICK = 10;

/** Someone with deadlines. */
export interface Ticking {
  /** Settle what is due at tick `now`. @returns whether there is anything left to wait for */
  tick(now: number): boolean;
}

const members = new Set<Ticking>();
let timer: ReturnType<typeof setInterval> | undefined;

/** The number of the current tick. */
export let now = 0;

/** The tick by which `milliseconds` have passed for sure; 0 (never) for 0. */
export function deadlineIn(milliseconds: number): number {
  return milliseconds > 0 ? now + 1 + Math.ceil(milliseconds / TICK) : 0;
}

/** Be asked at every tick from now on. */
export function join(member: Ticking): void {
  members.add(member);
  if (timer !== undefined) return;
  timer = setInterval(beat, TICK);
  // What keeps the process alive is the connection that is waited for, not the watch.
  (timer as { unref?: () => void }).unref?.();
}

function beat(): void {
  now++;
  for (const member of members) if (!member.tick(now)) members.delete(member);
  if (members.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}
