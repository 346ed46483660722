/** Results as Celery names them inside of other results: nested lists. */

/** One result, `[[id, parent], null]`, or a group, `[[id, parent], [its results]]`. */
export type ResultTuple = [id: [string, ResultTuple | null], members: ResultTuple[] | null];

/** The tuple of one result. */
export function resultTuple(id: string, parent: ResultTuple | null = null): ResultTuple {
  return [[id, parent], null];
}

/** The tuple of a group. */
export function groupTuple(
  id: string,
  members: readonly ResultTuple[],
  parent: ResultTuple | null = null,
): ResultTuple {
  return [[id, parent], [...members]];
}

/** Read a tuple, tolerantly. @returns `undefined` for what is none */
export function readResultTuple(value: unknown): ResultTuple | undefined {
  if (typeof value === "string") return resultTuple(value);
  if (!Array.isArray(value) || !Array.isArray(value[0])) return undefined;
  const [[id, parent], members] = value as [unknown[], unknown];
  if (typeof id !== "string") return undefined;
  const list = Array.isArray(members)
    ? members.map(readResultTuple).filter((one) => one !== undefined)
    : null;
  return [[id, readResultTuple(parent) ?? null], list];
}
