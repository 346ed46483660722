/** node-redis at its fastest: commands without a deadline. */
import { connect as connectNodeRedis } from "./node-redis.mjs";

export const connect = (server) => connectNodeRedis(server, { commandOptions: { timeout: undefined } });
