import { Redis } from "resplendent";
import { MiniServer } from "resplendent/server";

const server = await MiniServer.start();
const redis = new Redis(server.url);
const replies = await redis.pipeline().set("foo", "bar").sadd("faz", "baz").incr("n").get("foo").exec();
await redis.close();
await server.close();
const inProcess = await MiniServer.start();
const near = new Redis({ server: inProcess });
const script = await near.eval("return redis.call('INCR', KEYS[1])", { keys: ["n"] });
await near.close();
await inProcess.close();
console.log(JSON.stringify([replies, script]) === '[["OK",1,1,"bar"],1]' ? "it works" : [replies, script]);
