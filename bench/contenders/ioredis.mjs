/** ioredis as it comes. */
import { Redis } from "ioredis";
import { connectLike } from "./ioredis-like.mjs";

export const connect = ({ port }) => connectLike(Redis, { port });
