/** The deadlines of what waits in a connection: which of it is overdue, and whether the server still says something. */
import type { Ring } from "../ring.js";
import type { Pending } from "./pending.js";
import { join, type Ticking } from "./ticker.js";

/** What the owner of the entries does about them. */
export interface DeadlineOwner {
  /** The place of the first entry that can be taken back, as it has not left yet; behind the last where none can. */
  readonly firstUnsent: number;
  /** Does it only gather what is sent, so that no answer can come? */
  readonly parked: boolean;
  /** The deadline of `pending` has passed. */
  expired(pending: Pending, unsent: boolean): void;
  /** Entries that were told to be unsent are to be taken back. */
  withdraw(): void;
  /** The server has been silent for too long, with an overdue entry at the head. */
  silent(): void;
}

/** Watches a queue. Counts in ticks; costs nothing while nothing has a deadline. */
export class Deadlines implements Ticking {
  /** Ticks that entries get on top of their deadlines for now; see {@link relax}. */
  slack = 0;
  readonly #queue: Ring<Pending>;
  readonly #owner: DeadlineOwner;
  readonly #patience: number;
  #ticking = false;
  /** Entries at the head of the queue that are known to be overdue. */
  #overdue = 0;
  /** Do deadlines differ from entry to entry? Then each tick looks at all of them. */
  #mixed = false;
  #last = 0;
  /** The tick at which something was heard last, or the head became overdue. */
  #heardAt = 0;

  /** @param patience ticks of silence, with an overdue entry at the head, after which the server counts as gone; 0: never */
  constructor(queue: Ring<Pending>, owner: DeadlineOwner, patience: number) {
    this.#queue = queue;
    this.#owner = owner;
    this.#patience = patience;
  }

  /** An entry with this deadline has come to the end of the queue. */
  watch(deadline: number): void {
    if (deadline < this.#last) this.#mixed = true;
    this.#last = deadline;
    if (this.#ticking) return;
    this.#ticking = true;
    join(this);
  }

  /** The server has said something. */
  heard(): void {
    this.#heardAt = 0;
  }

  /** The entry at the head is done with. */
  passed(): void {
    if (this.#overdue > 0) this.#overdue--;
  }

  /** Only the first `kept` entries are still there. */
  cut(kept: number): void {
    this.#overdue = Math.min(this.#overdue, kept);
  }

  /**
   * Give each entry that there is, or that comes before the next call, so many ticks on top of its deadline;
   * with 0 those that come get no more.
   */
  relax(ticks: number): void {
    if (this.slack > 0) {
      for (let i = 0; i < this.#queue.length; i++) {
        const pending = this.#queue.peekAt(i) as Pending;
        if (pending.deadline !== 0 && !pending.settled) pending.deadline += this.slack;
      }
      this.#mixed = true;
    }
    this.slack = ticks;
    this.#heardAt = 0;
  }

  tick(time: number): boolean {
    const now = time - this.slack;
    const queue = this.#queue;
    const { firstUnsent } = this.#owner;
    let takesBack = false;
    if (this.#mixed) {
      for (let i = 0; i < queue.length; i++) {
        if (this.#expire(queue.peekAt(i) as Pending, now, i >= firstUnsent)) takesBack = true;
      }
    } else {
      while (this.#overdue < queue.length) {
        const next = queue.peekAt(this.#overdue) as Pending;
        if (next.deadline !== 0 && next.deadline > now) break;
        if (this.#expire(next, now, this.#overdue >= firstUnsent)) takesBack = true;
        this.#overdue++;
      }
    }
    if (takesBack) this.#owner.withdraw();
    if (this.#patience > 0 && !this.#owner.parked && this.#isSilent(now)) this.#owner.silent();
    if (queue.length > 0) return true;
    this.#ticking = this.#mixed = false;
    this.#last = 0;
    return false;
  }

  /** @returns has its caller been told that it was not sent? */
  #expire(pending: Pending, now: number, unsent: boolean): boolean {
    if (pending.settled || pending.deadline === 0 || pending.deadline > now) return false;
    this.#owner.expired(pending, unsent);
    return unsent;
  }

  /** Is the oldest entry overdue, and nothing has come since? A server that is only slow still says something. */
  #isSilent(now: number): boolean {
    const head = this.#queue.peekFront();
    if (head === undefined || head.deadline === 0 || head.deadline > now) return false;
    if (this.#heardAt === 0) this.#heardAt = now;
    return now - this.#heardAt > this.#patience;
  }
}
