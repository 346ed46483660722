/** The names under which the queues, and what is in work, are kept in the broker's database. */

/** Stands between the name of a queue and its priority, and between the parts of a binding. */
export const SEPARATOR = "\x06\x16";

/** The priorities that have a list of their own; 0 is the most urgent. */
export const PRIORITY_STEPS = [0, 3, 6, 9] as const;

/** Hash: delivery tag to what was delivered. */
export const UNACKED = "unacked";
/** Sorted set: delivery tag by the time of its delivery. */
export const UNACKED_INDEX = "unacked_index";

/** The list that messages of this priority (0 to 9; others are taken as the nearest) wait in. */
export function queueKey(queue: string, priority = 0): string {
  if (!(priority >= 3)) return queue;
  return `${queue}${SEPARATOR}${priority >= 9 ? 9 : priority >= 6 ? 6 : 3}`;
}

/** All lists of a queue, the most urgent first. */
export function queueKeys(queue: string): string[] {
  return PRIORITY_STEPS.map((step) => queueKey(queue, step));
}

/** The set that says which queues an exchange delivers to. */
export function bindingKey(exchange: string): string {
  return `_kombu.binding.${exchange}`;
}

/** The element of {@link bindingKey} of a queue that is bound by its own name. */
export function bindingOf(queue: string): string {
  return `${queue}${SEPARATOR}${SEPARATOR}${queue}`;
}

/** The queue of a list that {@link queueKey} names. */
export function queueOfKey(key: string): string {
  const end = key.indexOf(SEPARATOR);
  return end < 0 ? key : key.slice(0, end);
}
