/** Who has subscribed to what: channels, patterns and sharded channels. */
import { PushReply } from "../../protocol/reply.js";
import { globMatches } from "./glob.js";
import type { Session } from "./session.js";

/** Sessions by channel. */
type Registry = Map<string, Set<Session>>;

/** The registry of one engine. */
export class Channels {
  readonly channels: Registry = new Map();
  readonly patterns: Registry = new Map();
  readonly shardChannels: Registry = new Map();

  /** @returns whether it is new */
  subscribe(session: Session, channel: string): boolean {
    session.channels ??= new Set();
    return add(this.channels, session.channels, channel, session);
  }

  /** @returns whether there was such a subscription */
  unsubscribe(session: Session, channel: string): boolean {
    return remove(this.channels, session.channels, channel, session);
  }

  /** @returns whether it is new */
  subscribePattern(session: Session, pattern: string): boolean {
    session.patterns ??= new Set();
    return add(this.patterns, session.patterns, pattern, session);
  }

  /** @returns whether there was such a subscription */
  unsubscribePattern(session: Session, pattern: string): boolean {
    return remove(this.patterns, session.patterns, pattern, session);
  }

  /** @returns whether it is new */
  subscribeShard(session: Session, channel: string): boolean {
    session.shardChannels ??= new Set();
    return add(this.shardChannels, session.shardChannels, channel, session);
  }

  /** @returns whether there was such a subscription */
  unsubscribeShard(session: Session, channel: string): boolean {
    return remove(this.shardChannels, session.shardChannels, channel, session);
  }

  /** End all subscriptions of a session that goes away; no confirmations are sent. */
  dropSession(session: Session): void {
    for (const channel of session.channels ?? []) remove(this.channels, session.channels, channel, session);
    for (const pattern of session.patterns ?? []) remove(this.patterns, session.patterns, pattern, session);
    for (const channel of session.shardChannels ?? []) {
      remove(this.shardChannels, session.shardChannels, channel, session);
    }
  }

  /** Deliver to subscribers of the channel and of every pattern that matches. @returns how many got it */
  publish(channel: string, message: string): number {
    let receivers = 0;
    const direct = this.channels.get(channel);
    if (direct !== undefined) {
      const push = new PushReply(["message", channel, message]);
      for (const session of direct) session.push(push);
      receivers += direct.size;
    }
    if (this.patterns.size === 0) return receivers;
    for (const [pattern, sessions] of this.patterns) {
      if (!globMatches(pattern, channel)) continue;
      const push = new PushReply(["pmessage", pattern, channel, message]);
      for (const session of sessions) session.push(push);
      receivers += sessions.size;
    }
    return receivers;
  }

  /** Deliver to subscribers of a sharded channel. @returns how many got it */
  publishShard(channel: string, message: string): number {
    const sessions = this.shardChannels.get(channel);
    if (sessions === undefined) return 0;
    const push = new PushReply(["smessage", channel, message]);
    for (const session of sessions) session.push(push);
    return sessions.size;
  }
}

function add(registry: Registry, own: Set<string>, name: string, session: Session): boolean {
  if (own.has(name)) return false;
  own.add(name);
  const sessions = registry.get(name);
  if (sessions === undefined) registry.set(name, new Set([session]));
  else sessions.add(session);
  return true;
}

function remove(registry: Registry, own: Set<string> | undefined, name: string, session: Session): boolean {
  if (own === undefined || !own.delete(name)) return false;
  const sessions = registry.get(name);
  if (sessions?.delete(session) && sessions.size === 0) registry.delete(name);
  return true;
}
