/** How remote control shows a queue: the members that Kombu has for one. */
import type { QueueInfo } from "../control/replies.js";

/**
 * A direct queue.
 * @param exchange name of the exchange it is bound to; queues made on the fly are bound to one of their own name
 */
export function queueInfo(queue: string, exchange: string = queue, routingKey: string = queue): QueueInfo {
  return {
    name: queue,
    exchange: {
      name: exchange,
      type: "direct",
      arguments: null,
      durable: true,
      passive: false,
      auto_delete: false,
      delivery_mode: null,
      no_declare: false,
    },
    routing_key: routingKey,
    queue_arguments: null,
    binding_arguments: null,
    consumer_arguments: null,
    durable: true,
    exclusive: false,
    auto_delete: false,
    no_ack: false,
    alias: null,
    bindings: [],
    no_declare: null,
    expires: null,
    message_ttl: null,
    max_length: null,
    max_length_bytes: null,
    max_priority: null,
  };
}
