/** PFSELFTEST. */
import { ErrorReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import type { Session } from "../session.js";
import { REGISTERS } from "../types/cardinality.js";
import { HyperLogLog } from "../types/hyperloglog.js";

/** Rounds of writing all registers. */
const ROUNDS = 20;
/** Elements of the second test. */
const ELEMENTS = 1_000_000;
/** Standard error of an estimate. */
const STANDARD_ERROR = 1.04 / Math.sqrt(REGISTERS);

/**
 * Do registers keep what is written to them, do both encodings count alike, and is the count near enough? It
 * works with fewer rounds and elements than redis-server, so that it is over in about a second here, too.
 * @see https://redis.io/docs/latest/commands/pfselftest/
 */
export function pfselftest(session: Session): ReplyValue {
  const { random, config } = session.engine;
  testRegisters(random);
  testEstimates(random, config.number("hll-sparse-max-bytes"));
  return OK;
}

function testRegisters(random: () => number): void {
  for (let round = 0; round < ROUNDS; round++) {
    const tested = HyperLogLog.create();
    tested.toDense();
    const expected = Array.from({ length: REGISTERS }, () => Math.floor(random() * 64));
    for (let register = 0; register < REGISTERS; register++) tested.raise(register, expected[register], 0);
    tested.registers().forEach((value, register) => {
      if (value === expected[register]) return;
      throw new ErrorReply(
        `ERR TESTFAILED Register ${register} should be ${expected[register]} but is ${value}`,
      );
    });
  }
}

function testEstimates(random: () => number, maxSparseBytes: number): void {
  const dense = HyperLogLog.create();
  dense.toDense();
  const other = HyperLogLog.create();
  const prefix = String(random());
  let checkpoint = 1;
  for (let added = 1; added <= ELEMENTS; added++) {
    const element = prefix + added;
    dense.add(element, maxSparseBytes);
    other.add(element, maxSparseBytes);
    if (added !== checkpoint) continue;
    if (added < maxSparseBytes / 2 && other.encoding !== "sparse") {
      throw new ErrorReply("ERR TESTFAILED sparse encoding not used");
    }
    const count = Number(dense.count());
    if (count !== Number(other.count())) throw new ErrorReply("ERR TESTFAILED dense/sparse disagree");
    const error = Math.abs(checkpoint - count);
    // Ten elements seldom share a register, but when two do, that is a large part.
    const allowed = checkpoint === 10 ? 1 : Math.ceil(STANDARD_ERROR * 6 * checkpoint);
    if (error > allowed) {
      throw new ErrorReply(`ERR TESTFAILED Too big error. card:${checkpoint} abserr:${error}`);
    }
    checkpoint *= 10;
  }
}
