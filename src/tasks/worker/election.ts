/** Elections among workers: the one whose vote has the lowest clock wins, on every node alike. */

/** A vote, as the event `worker-elect` carries it. */
export interface Vote {
  clock: number;
  /** `<node>.<pid>`. */
  voter: string;
  topic: string;
  action: unknown;
}

/** An election that goes on. */
interface Election {
  readonly votes: Vote[];
  readonly acknowledged: Set<string>;
  /** Has this node voted? Then it must know how it ends. */
  voted: boolean;
  readonly since: number;
}

/** Milliseconds after which an election that did not end is forgotten. */
const FORGOTTEN_AFTER = 60_000;

/** The elections that a node knows of. */
export class Elections {
  readonly #open = new Map<string, Election>();

  /** How many have not ended. */
  get size(): number {
    return this.#open.size;
  }

  /** This node takes part. */
  begin(id: string): void {
    this.#of(id).voted = true;
  }

  /** A node has voted. */
  vote(id: string, vote: Vote): void {
    this.#of(id).votes.push(vote);
  }

  /**
   * A node has acknowledged the election.
   * @param alive nodes that must have, before it ends
   * @returns the vote that won when it has ended by this, and this node took part
   */
  acknowledge(id: string, hostname: string, alive: readonly string[]): Vote | undefined {
    const election = this.#open.get(id);
    if (election === undefined || !election.voted) return undefined;
    election.acknowledged.add(hostname);
    if (election.votes.length === 0 || !alive.every((node) => election.acknowledged.has(node)))
      return undefined;
    this.#open.delete(id);
    return election.votes.reduce(earlier);
  }

  #of(id: string): Election {
    const now = performance.now();
    for (const [known, { since }] of this.#open) {
      if (now - since > FORGOTTEN_AFTER) this.#open.delete(known);
    }
    let election = this.#open.get(id);
    if (election === undefined) {
      election = { votes: [], acknowledged: new Set(), voted: false, since: now };
      this.#open.set(id, election);
    }
    return election;
  }
}

function earlier(one: Vote, other: Vote): Vote {
  if (one.clock !== other.clock) return one.clock < other.clock ? one : other;
  return one.voter <= other.voter ? one : other;
}
