/** Publishing messages, and who listens. Subscribing needs a connection of its own and is not here. */
import { CommandSet, type Key, listOf, type Many, type Value } from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { plain, record } from "./replies.js";

/** Commands on channels. */
export abstract class PubSubCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Send `message` to all who have subscribed to `channel`.
   * @returns how many got it from this server; in a cluster there may be more
   * @example
   * ```ts
   * await redis.publish("news", "Hello"); // 2
   * ```
   * @see https://redis.io/docs/latest/commands/publish/
   */
  publish(channel: Key, message: Value): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("PUBLISH", [channel, message], plain);
  }

  /**
   * The channels that someone has subscribed to by name, all or those that match a glob pattern.
   * @see https://redis.io/docs/latest/commands/pubsub-channels/
   */
  pubsubChannels(pattern?: Key): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("PUBSUB CHANNELS", pattern === undefined ? [] : [pattern], plain);
  }

  /**
   * How many different patterns someone has subscribed to.
   * @see https://redis.io/docs/latest/commands/pubsub-numpat/
   */
  pubsubNumpat(): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("PUBSUB NUMPAT", [], plain);
  }

  /**
   * How many have subscribed to each of `channels` by name.
   * @example
   * ```ts
   * await redis.pubsubNumsub("news", "weather"); // { news: 2, weather: 0 }
   * ```
   * @see https://redis.io/docs/latest/commands/pubsub-numsub/
   */
  pubsubNumsub(...channels: Many<Key>): Reply<M, Record<string, Integer<M>>> {
    return this.run<Record<string, Integer<M>>>("PUBSUB NUMSUB", listOf(channels), record);
  }

  /**
   * The sharded channels that someone has subscribed to, all or those that match a glob pattern.
   * @see https://redis.io/docs/latest/commands/pubsub-shardchannels/
   */
  pubsubShardchannels(pattern?: Key): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("PUBSUB SHARDCHANNELS", pattern === undefined ? [] : [pattern], plain);
  }

  /**
   * How many have subscribed to each of the sharded `channels`.
   * @see https://redis.io/docs/latest/commands/pubsub-shardnumsub/
   */
  pubsubShardnumsub(...channels: Many<Key>): Reply<M, Record<string, Integer<M>>> {
    return this.run<Record<string, Integer<M>>>("PUBSUB SHARDNUMSUB", listOf(channels), record);
  }

  /**
   * Send `message` to all who have subscribed to the sharded `channel`, which lives in a slot as a key does.
   * @returns how many got it from this server
   * @see https://redis.io/docs/latest/commands/spublish/
   */
  spublish(channel: Key, message: Value): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("SPUBLISH", [channel, message], plain);
  }
}
