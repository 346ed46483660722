/** Clocks that are wrong by a minute, in processes of Node and Python, and what may be expected of those who have them. */
import { expect } from "vitest";
import type { CeleryProcess } from "../tools/celery.js";

/** Seconds between a moment and the test's look at it; far below the skew. */
export const SLACK = 25;

/** Seconds by which each worker's clock is wrong. Each serves the queue of its name, and is node `NAME@skew`. */
export const SKEWS = { ahead: 60, behind: -60 } as const;

/** The same, by pairs. */
export const skewed = Object.entries(SKEWS);

/** Environment of a Node process whose `Date` is wrong; its timers, and `performance`, do not know of that. */
export function nodeClock(seconds: number): NodeJS.ProcessEnv {
  const source = `
    const RealDate = Date, now = Date.now;
    Date.now = () => now() + ${seconds * 1000};
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, args, made) => Reflect.construct(target, args.length > 0 ? args : [Date.now()], made),
    });`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(source)}` };
}

/**
 * What Python runs before all else, for a wrong clock. Kombu's scores and Celery's events take `time.time`, but results,
 * a producer's ETA and the look whether a task has expired take `datetime`.
 */
export const pythonClock = (seconds: number) => `
import datetime, time
real_time, real_datetime = time.time, datetime.datetime
wrong = datetime.timedelta(seconds=${seconds})
class Meta(type):
    def __instancecheck__(cls, value):
        return isinstance(value, real_datetime)
class MovedDatetime(real_datetime, metaclass=Meta):
    @classmethod
    def now(cls, tz=None):
        return real_datetime.now(tz) + wrong
    @classmethod
    def utcnow(cls):
        return real_datetime.utcnow() + wrong
time.time = lambda: real_time() + ${seconds}
datetime.datetime = MovedDatetime
`;

/** Expects a unix time to be now as a clock tells it that is wrong by `skew` seconds. */
export function expectNow(time: number | null | undefined, skew: number): void {
  expect(Math.abs(Number(time ?? Number.NaN) - skew - Date.now() / 1000)).toBeLessThan(SLACK);
}

/** A moment in unix seconds; `NaN` when there is none. */
export const seconds = (date: Date | string | null | undefined) =>
  new Date(date ?? Number.NaN).getTime() / 1000;

/** Expects a worker to live, and to have met nothing worse than clocks that are apart. */
export function expectWell(worker: CeleryProcess): void {
  expect([worker.child.exitCode, worker.child.signalCode]).toEqual([null, null]);
  expect(worker.output).not.toMatch(/ERROR|CRITICAL|Traceback|missed heartbeat|Restored/);
}
