/** iovalkey as it comes. */
import { Redis } from "iovalkey";
import { connectLike } from "./ioredis-like.mjs";

export const connect = ({ port }) => connectLike(Redis, { port });
