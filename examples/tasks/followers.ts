/** Notification of followers: one task finds them, many tell them, so that a post with a million followers stops nobody. */
import { ConnectionError } from "resplendent";
import { app, redis } from "./app.js";

/** Followers that one task tells. */
const BATCH = 100;

/** Find the followers of an author, and send a task for every hundred of them. @returns how many tasks */
export const notifyFollowers = app.task("followers.notify", async (author: string, post: string) => {
  let batches = 0;
  let batch: string[] = [];
  const send = async (): Promise<void> => {
    if (batch.length === 0) return;
    await notifyBatch.delay(post, batch);
    batches++;
    batch = [];
  };
  for (let cursor = "0"; ; ) {
    const page = await redis.sscan(`followers:${author}`, cursor, { count: BATCH });
    for (const follower of page.members) {
      batch.push(follower);
      if (batch.length === BATCH) await send();
    }
    cursor = page.cursor;
    if (cursor === "0") break;
  }
  await send();
  return batches;
});

/**
 * Tell some followers. Nobody asks for the result. A batch that is tried again, because the connection was lost in the
 * middle, tells nobody twice: the followers who know are kept for a day.
 */
export const notifyBatch = app.task(
  "followers.notify_batch",
  async (post: string, followers: string[]) => {
    for (const follower of followers) {
      if ((await redis.sadd(`notified:${post}`, follower)) === 0) continue;
      await redis.lpush(`inbox:${follower}`, post);
    }
    await redis.expire(`notified:${post}`, 86_400);
  },
  { ignoreResult: true, autoretryFor: [ConnectionError], retryBackoff: true, rateLimit: "50/s" },
);
