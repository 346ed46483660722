/** Moments as Celery writes and reads them: ISO 8601 with microseconds and an offset. */

const ISO =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * The moment that an ISO 8601 text names, to the millisecond; UTC where it has no offset.
 * Undefined when it is no such text, or a moment that does not exist.
 */
export function readIsoDate(text: string): Date | undefined {
  const found = ISO.exec(text.trim());
  if (found === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "0", offset] = found;
  const milliseconds = Math.floor(Number(`0.${fraction}`) * 1000);
  const time = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second, milliseconds);
  const date = new Date(time);
  const exists =
    date.getUTCMonth() === +month - 1 &&
    date.getUTCDate() === +day &&
    +hour < 24 &&
    +minute < 60 &&
    +second < 61;
  return exists ? new Date(time - offsetOf(offset)) : undefined;
}

function offsetOf(text: string | undefined): number {
  if (text === undefined || text === "Z" || text === "z") return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3).replace(":", "") || "0");
  return (text.startsWith("-") ? -minutes : minutes) * 60_000;
}

/** `2026-11-21T01:55:46.216000+00:00`: six digits, for Python reads three as microseconds. */
export function writeIsoDate(date: Date): string {
  return `${date.toISOString().slice(0, -1)}000+00:00`;
}
