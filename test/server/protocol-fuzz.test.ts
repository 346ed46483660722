/**
 * Bytes that no decent client sends, to the mini server and, where it is installed, to redis-server: neither may
 * crash or hang, what is announced costs no memory, and both give the same answers and errors.
 * `FUZZ_RUNS` is the number of random inputs (400 when left out), `FUZZ_SEED` repeats a run.
 */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MiniServer } from "../../src/server/index.js";
import { moment, wire } from "../tools/in-process-client.js";
import { fc } from "../tools/property.js";
import { needsRedis, redisAvailable, startTarget, type Target } from "../tools/redis-server.js";
import { quote } from "../tools/witness.js";

const runs = Number(process.env.FUZZ_RUNS ?? 400);
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31)) | 0;

const digits = fc.oneof(
  fc.integer({ min: -2, max: 6 }).map(String),
  fc.constantFrom("", "00", "01", "+1", "-0", " 1", "1 ", "1x", "x", "2147483647", "2147483648", "1024"),
  fc.constantFrom(
    "536870912",
    "536870913",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
  ),
  fc.constantFrom("99999999999999999999999", "4294967297", "1e3", "0x1", "\v1"),
);
const end = fc.constantFrom("\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\rx", "", "\r\n\r\n");
const word = fc.constantFrom("PING", "ECHO", "GET", "a", "", "\r\n", "*", "$1", '"', "'", "\\", "\xff");
const bulk = fc.tuple(word, end).map(([text, after]) => `$${text.length}\r\n${text}${after}`);
const good = fc
  .constantFrom(["PING"], ["ECHO", "x"], ["GET", "k"], ["SET", "k", "v"], ["PING", ""], ["nope", "\r\n"])
  .map((words) => wire(...words));
const inlinePiece = fc.constantFrom(
  ...[
    "PING",
    "ECHO",
    " ",
    " ",
    "\t",
    "\v",
    "\f",
    '"',
    "'",
    "\\",
    '\\"',
    "\\'",
    "\\x41",
    "\\x4",
    "\\n",
    "\\a",
  ],
  ...["x", '"a b"', "'c d'", '""', "''", "\xff", "$", "-", ":1", "#"],
);
const inline = fc
  .tuple(
    fc.array(inlinePiece, { minLength: 0, maxLength: 8, size: "max" }),
    fc.constantFrom("\r\n", "\n", "\r\r\n"),
  )
  .map(([pieces, after]) => pieces.join("") + after);
const broken = fc.oneof(
  fc
    .tuple(fc.constantFrom("*", "$", "*", "*1\r\n$", "*2\r\n$4\r\nECHO\r\n$"), digits, end)
    .map((parts) => parts.join("")),
  fc
    .tuple(digits, fc.array(bulk, { maxLength: 4 }))
    .map(([count, bulks]) => `*${count}\r\n${bulks.join("")}`),
  fc.string({ unit: "binary", maxLength: 20 }).map((text) => Buffer.from(text, "utf8").toString("latin1")),
);
const input = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: good },
      { weight: 3, arbitrary: inline },
      { weight: 2, arbitrary: broken },
    ),
    { minLength: 1, maxLength: 5, size: "max" },
  )
  .map((parts) => parts.join(""))
  // Commands that end the connection or change its protocol by chance are left out, and so is NUL: redis-server
  // looks for the end of a line with C's functions for text, finds none behind a NUL and waits for ever.
  .filter((text) => !/quit|hello|shutdown|reset|monitor|subscribe|\0/i.test(text));

const VALID = [
  wire("SET", "k", "v\r\n\0\xff"),
  wire("GET", "k"),
  'ECHO "a\\x41 b" \r\n',
  "\r\n*0\r\n*-1\r\n",
  wire("ECHO", "x".repeat(5000)),
  wire("PING"),
].join("");

/** All that an in-process client is sent when it sends these pieces, each in a moment of its own. */
async function answerTo(server: MiniServer, pieces: readonly string[]): Promise<string> {
  let got = "";
  const client = server.accept(
    (bytes) => {
      got += Buffer.from(bytes).toString("latin1");
    },
    () => {},
  );
  for (const piece of pieces) client.receive(Buffer.from(piece, "latin1"));
  await moment();
  client.close();
  return got;
}

describe("the mini server and bytes of any kind", () => {
  test("valid requests are answered alike wherever they are cut", { timeout: 60_000 }, async () => {
    await using server = await MiniServer.start();
    const whole = await answerTo(server, [VALID]);
    expect(whole.endsWith("+PONG\r\n")).toBe(true);
    for (let cut = 1; cut < VALID.length; cut++) {
      const answer = await answerTo(server, [VALID.slice(0, cut), VALID.slice(cut)]);
      if (answer !== whole) expect.fail(`cut at ${cut}: ${quote(answer.slice(0, 200))}`);
    }
    expect(await answerTo(server, [...VALID])).toBe(whole);
  });

  test.each([
    ["many words", "*2147483647\r\n"],
    ["a million words, and one of them", "*1048576\r\n$3\r\nabc\r\n"],
    ["a long word", "*2\r\n$3\r\nSET\r\n$536870912\r\nabc"],
    ["a line that does not end", `"${"x".repeat(60_000)}`],
  ])("%s that never come cost little memory", async (_, announced) => {
    await using server = await MiniServer.start();
    const used = () => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = used();
    const clients = Array.from({ length: 100 }, () => {
      const client = server.accept(
        () => {},
        () => {},
      );
      client.receive(Buffer.from(announced, "latin1"));
      return client;
    });
    await moment();
    expect(used() - before).toBeLessThan(100 * 512 * 1024);
    expect(await answerTo(server, [wire("PING")])).toBe("+PONG\r\n");
    for (const client of clients) client.close();
  });

  test("random bytes leave it as it is", async () => {
    await using server = await MiniServer.start();
    await fc.assert(
      fc.asyncProperty(input, fc.nat(40), async (text, cut) => {
        const whole = await answerTo(server, [text]);
        await answerTo(server, [wire("FLUSHALL")]);
        expect(await answerTo(server, [text.slice(0, cut), text.slice(cut)])).toBe(whole);
        expect(whole).not.toContain("internal error");
        expect(await answerTo(server, [wire("FLUSHALL"), wire("PING")])).toBe("+OK\r\n+PONG\r\n");
      }),
      { numRuns: runs, seed },
    );
  });
});

describe.skipIf(!redisAvailable)(
  needsRedis("redis-server and the mini server, and bytes of any kind"),
  () => {
    const targets: Target[] = [];

    beforeAll(async () => {
      targets.push(await startTarget("redis"), await startTarget("mini"));
    });

    afterAll(async () => {
      for (const target of targets) await target.stop();
    });

    test("random bytes are answered alike", { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(input, async (text) => {
          const [theirs, ours] = await Promise.all(targets.map((target) => everythingFrom(target, text)));
          if (ours !== theirs) throw new Error(`\nsent:  ${quote(text)}\nredis: ${theirs}\nmini:  ${ours}`);
        }),
        { numRuns: runs, seed },
      );
    });

    test.each([
      ["a line that is too long", "x".repeat(70_000)],
      ["a number of words that does not end", `*${"1".repeat(70_000)}`],
      ["a length that does not end", `*1\r\n$${"1".repeat(70_000)}`],
      ["deep quotes", `ECHO ${'"\\"'.repeat(10_000)}\r\n`],
      ["a long word in quotes", `ECHO "${"\\x41".repeat(10_000)}"\r\n`],
      ["quotes one after another", `ECHO ${'"a" '.repeat(10_000)}\r\n`],
      ["quotes that are not closed", `${"'".repeat(9999)}\r\n`],
      ["many empty lines", "\r\n".repeat(5000)],
      ["many empty requests", "*0\r\n*-1\r\n".repeat(2000)],
    ])("%s is answered alike", async (_, text) => {
      const [theirs, ours] = await Promise.all(targets.map((target) => everythingFrom(target, text)));
      expect(ours).toBe(theirs);
    });
  },
);

/** All that a server answers to some bytes and the end of the connection. */
function everythingFrom({ port, host }: Target, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, allowHalfOpen: true });
    let got = "";
    socket.setEncoding("latin1");
    socket.on("data", (bytes: string) => {
      got += bytes;
    });
    // A server that hangs up on what it does not want to read may do so by a reset.
    socket.on("error", () => {});
    socket.on("close", () => resolve(quote(got)));
    socket.on("end", () => socket.destroy());
    socket.setTimeout(10_000, () => {
      got += "(no end)";
      socket.destroy();
    });
    socket.end(text, "latin1");
  });
}
