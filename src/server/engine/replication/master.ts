/** The master's side of replication: who follows, what they are sent, and what they have acknowledged. */
import type { ReplyValue } from "../../../protocol/reply.js";
import { Blocked } from "../blocking.js";
import type { Engine } from "../engine.js";
import { Propagation, type PropagationListener } from "../propagation.js";
import { encodeRequest, selectRequest } from "../request-text.js";
import type { Session } from "../session.js";
import { Backlog } from "./backlog.js";
import { FullSync } from "./full-sync.js";
import { Replica } from "./replica.js";

/** How often replicas are looked after, ms. */
const ROUND = 1000;

const PING = encodeRequest(["ping"]);
const GET_ACK = encodeRequest(["REPLCONF", "GETACK", "*"]);

/** WAIT: until so many replicas have what the client has written. */
class WaitForReplicas extends Blocked {
  readonly session: Session;
  readonly offset: number;
  readonly wanted: number;
  readonly #count: () => number;

  constructor(session: Session, wanted: number, timeoutMs: number, count: () => number) {
    super([], timeoutMs, () => undefined, 0);
    this.session = session;
    this.offset = session.replicatedTo;
    this.wanted = wanted;
    this.#count = count;
  }

  override timeoutReply(): ReplyValue {
    return this.#count();
  }
}

/** One engine as a master. */
export class Master implements PropagationListener {
  readonly takesMessages = true;
  /** Bytes of the stream since it began. */
  offset = 0;
  backlog: Backlog | undefined;
  readonly #engine: Engine;
  readonly #replicas = new Set<Replica>();
  readonly #waits = new Set<WaitForReplicas>();
  /** The database that the stream has chosen last; a new replica has chosen none. */
  #database = -1;
  #rounds = 0;
  #looksAfter = false;
  /** When the last replica went, ms since 1970. */
  #aloneSince = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Those that are given the stream, in the order in which they came. */
  get replicas(): ReadonlySet<Replica> {
    return this.#replicas;
  }

  /** Replicas that were heard of within `min-replicas-max-lag` seconds. */
  get goodReplicas(): number {
    const { config, now } = this.#engine;
    const maxLag = config.number("min-replicas-max-lag");
    let good = 0;
    for (const replica of this.#replicas) if (replica.isOnline && replica.lag(now) <= maxLag) good++;
    return good;
  }

  /** Are there fewer good replicas than `min-replicas-to-write`? */
  get lacksReplicas(): boolean {
    const { config, mustHaveReplicas } = this.#engine;
    if (!mustHaveReplicas || config.number("min-replicas-max-lag") === 0) return false;
    return this.goodReplicas < config.number("min-replicas-to-write");
  }

  /** How many replicas have acknowledged the stream up to `offset`. */
  countAcknowledged(offset: number): number {
    let count = 0;
    for (const { acknowledged } of this.#replicas) if (acknowledged >= offset) count++;
    return count;
  }

  /** Bytes of the stream that are kept: for replicas that come back, and for those that have not taken them yet. */
  get buffered(): number {
    let bytes = this.backlog?.length ?? 0;
    for (const { session } of this.#replicas) bytes = Math.max(bytes, session.host.gauge?.replyBytes ?? 0);
    return bytes;
  }

  // ---- the stream -------------------------------------------------------------------------------

  take(database: number, request: string): void {
    if (database !== this.#database) {
      this.#database = database;
      this.#send(selectRequest(database));
    }
    this.#send(request);
  }

  #send(text: string): void {
    this.offset += text.length;
    this.backlog?.append(text, this.#backlogSize());
    for (const replica of this.#replicas) replica.send(text);
  }

  #backlogSize(): number {
    return this.#engine.config.number("repl-backlog-size");
  }

  /** `repl-backlog-size` may have changed. */
  configChanged(): void {
    this.backlog?.shrink(this.#backlogSize());
  }

  // ---- replicas come and go ---------------------------------------------------------------------

  /** What is known of a connection as a replica, from now on. */
  replicaOf(session: Session): Replica {
    session.replica ??= new Replica(session);
    return session.replica;
  }

  /**
   * SYNC and PSYNC without a common past: send all data, while other clients are served, and then the stream.
   * @param announce is the stream's name to be told first?
   */
  syncFully(session: Session, announce: boolean): void {
    const engine = this.#engine;
    const replica = this.replicaOf(session);
    engine.statistics.fullSyncs++;
    engine.statistics.forks++;
    if (this.backlog === undefined) {
      // Nobody has counted what was written up to now: the stream gets a new name.
      engine.replicationId = engine.randomId();
      this.backlog = new Backlog(this.offset + 1);
    }
    const { withoutKeys, withoutFunctions } = replica;
    const sync = new FullSync(engine, session, {
      aux: { "repl-stream-db": 0, "repl-id": engine.replicationId, "repl-offset": this.offset },
      withoutKeys,
      withoutFunctions,
    });
    if (announce) session.host.write?.(`+FULLRESYNC ${engine.replicationId} ${this.offset}\r\n`);
    replica.silent = !announce;
    replica.sync = sync;
    this.#attach(replica);
    // So that the stream begins with the choice of a database.
    this.#database = -1;
    engine.alongside(() => {
      const pause = sync.step();
      if (pause !== undefined) return pause;
      replica.sync = undefined;
      replica.heardAt = engine.clock.now();
      return undefined;
    });
  }

  /** PSYNC of a replica that was away. @returns false when it must be sent everything */
  syncPartially(session: Session, id: string, from: number): boolean {
    const { replicationId, statistics } = this.#engine;
    const { backlog } = this;
    if (id.toLowerCase() !== replicationId || backlog === undefined || !backlog.reaches(from)) {
      if (!id.startsWith("?")) statistics.partialSyncsRefused++;
      return false;
    }
    statistics.partialSyncs++;
    const replica = this.replicaOf(session);
    const name = replica.takesNewId ? ` ${replicationId}` : "";
    session.host.write?.(`+CONTINUE${name}\r\n${backlog.from(from)}`);
    this.#attach(replica);
    return true;
  }

  #attach(replica: Replica): void {
    const engine = this.#engine;
    replica.session.onlyListens = true;
    replica.heardAt = engine.now;
    replica.attached = true;
    if (replica.onlyData) return;
    this.#replicas.add(replica);
    Propagation.addListener(engine, this);
    if (!this.#looksAfter) this.#lookAfterLater();
  }

  /** A connection that was a replica has gone. */
  detach(session: Session): void {
    const { replica } = session;
    if (replica === undefined || !this.#replicas.delete(replica)) return;
    this.#aloneSince = this.#engine.now;
    this.#engine.shutdown.replicasChanged();
  }

  /** The data has changed as no stream could tell: replicas have to come again. */
  disown(): void {
    const engine = this.#engine;
    engine.replicationId = engine.randomId();
    for (const { session } of [...this.#replicas]) session.end();
    this.#endStream();
  }

  #endStream(): void {
    this.backlog = undefined;
    Propagation.removeListener(this.#engine, this);
  }

  #lookAfterLater(): void {
    this.#looksAfter = true;
    const at = this.#engine.now + ROUND;
    this.#engine.agenda.add(at, () => this.#lookAfter());
    this.#engine.noteDeadline(at);
  }

  /** Once a second: signs of life in both directions, and the end of a backlog that nobody needs. */
  #lookAfter(): void {
    const engine = this.#engine;
    const { config, now } = engine;
    if (this.#replicas.size === 0) {
      const patience = config.number("repl-backlog-ttl");
      if (this.backlog === undefined || (patience !== 0 && now - this.#aloneSince > patience * 1000)) {
        this.#looksAfter = false;
        engine.replicationId = engine.randomId();
        return this.#endStream();
      }
    } else {
      if (this.#rounds % config.number("repl-ping-replica-period") === 0) this.#send(PING);
      const timeout = config.number("repl-timeout");
      for (const replica of [...this.#replicas]) {
        replica.sync?.showLife();
        if (replica.isOnline && !replica.silent && replica.lag(now) > timeout) replica.session.end();
      }
    }
    this.#rounds++;
    this.#lookAfterLater();
  }

  // ---- acknowledgements -------------------------------------------------------------------------

  /** REPLCONF ACK */
  acknowledge(replica: Replica, offset: number): void {
    if (offset > replica.acknowledged) replica.acknowledged = offset;
    replica.heardAt = this.#engine.now;
    for (const wait of this.#waits) {
      const { waiter } = wait.session;
      if (waiter?.blocked !== wait) {
        this.#waits.delete(wait);
        continue;
      }
      const count = this.countAcknowledged(wait.offset);
      if (count < wait.wanted) continue;
      this.#waits.delete(wait);
      this.#engine.blocking.finish(waiter, count);
    }
    this.#engine.shutdown.replicasChanged();
  }

  /** WAIT, when it must wait. @param wanted number of replicas @param timeoutMs 0: for ever */
  wait(session: Session, wanted: number, timeoutMs: number): Blocked {
    const { replicatedTo } = session;
    const wait = new WaitForReplicas(session, wanted, timeoutMs, () => this.countAcknowledged(replicatedTo));
    this.#waits.add(wait);
    this.askForAcknowledgements();
    return wait;
  }

  /** Have the replicas say at once how far they are, instead of within a second. */
  askForAcknowledgements(): void {
    if (this.#replicas.size !== 0) this.#send(GET_ACK);
  }
}
