/** Python's keyword arguments for a function that has positions only. */

/**
 * The arguments of a call: those that were given in order, then the keyword arguments whose names are in `params`.
 * A position that nothing was given for is `undefined`, so that a default of the function holds.
 * @param params the names of the function's parameters, in order
 * @example
 * ```ts
 * applyParams({ params: ["x", "y"] }, [2], { y: 3 }); // [2, 3]
 * ```
 * @throws TypeError when a parameter is given twice, as Python does
 */
export function applyParams(
  task: { readonly name?: string; readonly params?: readonly string[] | undefined },
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): unknown[] {
  const { params } = task;
  const all = [...args];
  if (params === undefined) return all;
  for (const [at, param] of params.entries()) {
    if (!Object.hasOwn(kwargs, param)) continue;
    if (at < args.length) {
      throw new TypeError(`${task.name ?? "The task"}() got multiple values for argument '${param}'`);
    }
    while (all.length < at) all.push(undefined);
    all[at] = kwargs[param];
  }
  return all;
}
