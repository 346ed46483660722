/** Commands as one types them at a prompt. */
import type { Redis } from "../../src/index.js";
import { note, printPrompt, section } from "./print.js";
import type { TourServer } from "./server.js";

/** A line of a prompt, and what its reply shows. */
type Line = string | [line: string, shows: string];

const sections: [title: string, lines: Line[]][] = [
  [
    "Keys and counters",
    [
      "SET number:1 1",
      "GET number:1",
      ["TYPE number:1", "every key knows the type of its value"],
      ["EXISTS number:1", "1: it is there"],
      "DEL number:1",
      ["EXISTS number:1", "0: it is gone"],
      ["INCR number:1", "a missing key counts as 0"],
      "INCRBY number:1 10",
      "DECR number:1",
      "DECRBY number:1 5",
      ["GETSET number:1 42", "the old value, in one step with the new"],
      "MSET a 10 b 20 c 30",
      "MGET a b c",
      "SET counter 101",
      "INCR counter",
      "INCRBY counter 50",
      "INCRBYFLOAT counter 0.5",
    ],
  ],
  [
    "Expiry",
    [
      "SET key 100 EX 10",
      ["TTL key", "seconds left"],
      "EXPIRE key 5",
      "TTL key",
      ["PERSIST key", "and it stays for good"],
      ["TTL key", "-1: no expiry"],
    ],
  ],
  [
    "Strings are bytes",
    [
      "SET greeting Hello",
      'APPEND greeting ", World"',
      "GETRANGE greeting 0 4",
      "SETRANGE greeting 7 Redis",
      "GET greeting",
      "SETBIT bits 7 1",
      "GETBIT bits 7",
      "BITCOUNT bits",
    ],
  ],
  [
    "Lists",
    [
      "RPUSH mylist A",
      "RPUSH mylist B",
      "LPUSH mylist first",
      "LRANGE mylist 0 -1",
      "LLEN mylist",
      "LINDEX mylist 1",
      "RPOP mylist",
      "LPOP mylist",
      "RPUSH mylist 1 2 3 4 5",
      ["LTRIM mylist 0 2", "keep the newest n: a bounded list"],
      "LRANGE mylist 0 -1",
      ["INCR mylist", "a wrong type is an error, and changes nothing"],
      "LPOP mylist 3",
      ["EXISTS mylist", "without its last element the key is gone"],
    ],
  ],
  [
    "Hashes",
    [
      "HMSET user:1000 username antirez birthyear 1977 verified 1",
      "HGET user:1000 username",
      "HINCRBY user:1000 birthyear 10",
      "HINCRBYFLOAT user:1000 score 1.5",
      "HGETALL user:1000",
    ],
  ],
  [
    "Sets",
    [
      "SADD myset 1 2 3",
      "SMEMBERS myset",
      "SISMEMBER myset 3",
      "SISMEMBER myset 30",
      "SCARD myset",
      "SADD other 2 3 4",
      "SDIFF myset other",
      "SUNION myset other",
      "SUNIONSTORE both myset other",
      "SADD one only",
      "SRANDMEMBER one",
      "SPOP one",
      "SADD news:1000:tags 1 2 5 77",
      "SADD tag:1:news 1000",
      "SADD tag:2:news 1000",
      "SADD tag:5:news 1000 2000",
      "SADD tag:77:news 1000",
      ["SINTER tag:1:news tag:2:news tag:5:news tag:77:news", "news with all four tags"],
    ],
  ],
  [
    "Sorted sets",
    [
      'ZADD hackers 1940 "Alan Kay"',
      'ZADD hackers 1957 "Sophie Wilson"',
      'ZADD hackers 1953 "Richard Stallman"',
      'ZADD hackers 1949 "Anita Borg"',
      'ZADD hackers 1912 "Alan Turing"',
      "ZRANGE hackers 0 -1",
      "ZREVRANGE hackers 0 1",
      "ZRANGE hackers 0 1 WITHSCORES",
      "ZRANGEBYSCORE hackers -inf 1950",
      'ZINCRBY hackers 1 "Alan Kay"',
    ],
  ],
  [
    "Lua",
    [
      "EVAL \"return redis.call('SET', KEYS[1], ARGV[1])\" 1 scripted yes",
      "GET scripted",
      'SCRIPT LOAD "return ARGV[1] + 1"',
      "EVALSHA 84834ee62a493ae7cb74fa5841a3a02222e583ba 0 41",
    ],
  ],
];

export async function promptSteps({ redis }: TourServer): Promise<void> {
  for (const [title, lines] of sections) {
    section(title);
    for (const line of lines) {
      if (typeof line === "string") await step(redis, line);
      else await step(redis, line[0], line[1]);
    }
  }
  section("Blocking and transactions");
  note("BRPOP waits for another client to push (the client moves it to a connection of its own):");
  const popped = redis.call("BRPOP", "jobs", "spare", 5);
  await step(redis, "LPUSH jobs resize");
  printPrompt("BRPOP jobs spare 5", await popped, "the list, and what was pushed");
  printPrompt("BLPOP jobs 0.05", await redis.call("BLPOP", "jobs", 0.05), "nobody pushed in time");
  const [ok, n] = await redis.multi().call("SET", "balance", 10).call("INCR", "balance").exec();
  note("MULTI / SET balance 10 / INCR balance / EXEC");
  printPrompt("EXEC", [ok, n], "both, with nobody in between");
}

async function step(redis: Redis, line: string, shows?: string): Promise<void> {
  const [name, ...args] = wordsOf(line);
  const reply = await redis.call(name, ...args).catch((error: unknown) => error);
  printPrompt(line, plainOf(reply), shows);
}

/** RESP3 gives maps and doubles where a prompt of old shows flat lists of text. */
function plainOf(reply: unknown): unknown {
  if (reply instanceof Map) return [...reply].flat().map(plainOf);
  return Array.isArray(reply) ? reply.map(plainOf) : reply;
}

/** The words of a line; double quotes keep blanks together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
}
