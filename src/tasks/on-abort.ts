/** Many listeners of one `AbortSignal` as one: Node warns of a leak when it has more than ten. */

/** Who is told, by signal. */
const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/** Call `listener` when `signal` fires. @returns a function that ends that */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  let known = listeners.get(signal);
  if (known === undefined) {
    const all = new Set<() => void>();
    listeners.set(signal, all);
    const tell = () => {
      for (const one of [...all]) one();
    };
    signal.addEventListener("abort", tell, { once: true });
    known = all;
  }
  const all = known;
  all.add(listener);
  return () => {
    all.delete(listener);
  };
}
