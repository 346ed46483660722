/** Functions of the user's that are asked while a connection is made. */

/** What `ask` gives, if it does so within so many milliseconds (0: whenever it does). */
export function within<T>(milliseconds: number, ask: () => Promise<T>): Promise<T> {
  if (milliseconds === 0) return ask();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
    const settled = (settle: () => void) => {
      clearTimeout(timer);
      settle();
    };
    ask().then(
      (value) => settled(() => resolve(value)),
      (error: unknown) => settled(() => reject(error)),
    );
  });
}
