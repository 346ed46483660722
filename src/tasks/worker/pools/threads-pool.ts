/**
 * Runs tasks in threads of this process: for tasks that compute. Cheaper than processes, and a limit can end them too;
 * but what takes the whole process down (a native crash, the end of its memory) takes the worker along.
 */
import type { PoolOptions } from "./async-pool.js";
import { ChildPool } from "./child-pool.js";
import { startThread } from "./thread-child.js";

/** The pool `-P threads`. */
export class ThreadsPool extends ChildPool {
  constructor(options: PoolOptions) {
    super("threads", options, startThread);
  }
}
