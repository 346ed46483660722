/** A search index kept up to date: many edits in a short time make one task, and the last edit is the one that counts. */
import { app, redis } from "./app.js";

/** Seconds in which further edits are waited for. */
const PAUSE = 0.2;

/**
 * Index a document as it is now. The text is no argument: between the call and the run it may have been edited again.
 * @returns how many words it has
 */
export const index = app.task(
  "search.index",
  async (id: string) => {
    // First: an edit from here on sends a task of its own.
    await redis.del(`search:pending:${id}`);
    const words = new Set((await redis.get(`document:${id}`))?.toLowerCase().match(/\p{Letter}+/gu));
    const before = await redis.smembers(`search:words:${id}`);
    const update = redis.multi();
    for (const word of before) if (!words.has(word)) update.srem(`search:${word}`, id);
    for (const word of words) update.sadd(`search:${word}`, id);
    update.del(`search:words:${id}`);
    if (words.size > 0) update.sadd(`search:words:${id}`, [...words]);
    await update.exec();
    return words.size;
  },
  { ignoreResult: true, acksLate: true, autoretryFor: [Error], retryBackoff: true },
);

/** Store a document, and see to it that it will be found. */
export async function save(id: string, text: string): Promise<void> {
  await redis.set(`document:${id}`, text);
  // A task that waits already will see this text too.
  const first = await redis.set(`search:pending:${id}`, "1", { nx: true, ex: 60 });
  if (first === "OK") await index.applyAsync([id], { countdown: PAUSE });
}

/** Ids of the documents that hold all of these words. */
export async function search(...words: string[]): Promise<string[]> {
  return [...(await redis.sinter(words.map((word) => `search:${word.toLowerCase()}`)))].sort();
}
