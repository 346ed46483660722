/** Waits for what must come to pass, without guessing how long it takes. */

/** Wait until `condition` holds. @throws after ten seconds */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error("it never came to pass");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** What `promise` is rejected with. @throws when it is not */
export function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`resolved to ${String(value)}`);
    },
    (error: unknown) => error,
  );
}
