/** LCS: what two strings have in common. */
import { ErrorReply, MapReply, type ReplyValue } from "../../../protocol/reply.js";
import { integerArg, isWord } from "../arguments.js";
import type { Args } from "../handler.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR, WRONG_TYPE } from "../texts.js";

interface LcsOptions {
  length: boolean;
  indexes: boolean;
  minMatchLength: number;
  withMatchLength: boolean;
}

function parseOptions(args: Args): LcsOptions {
  const options = { length: false, indexes: false, minMatchLength: 0, withMatchLength: false };
  for (let i = 3; i < args.length; i++) {
    if (isWord(args[i], "IDX")) options.indexes = true;
    else if (isWord(args[i], "LEN")) options.length = true;
    else if (isWord(args[i], "WITHMATCHLEN")) options.withMatchLength = true;
    else if (isWord(args[i], "MINMATCHLEN") && i + 1 < args.length) {
      options.minMatchLength = Math.max(0, integerArg(args[++i]));
    } else throw new ErrorReply(SYNTAX_ERROR);
  }
  if (options.length && options.indexes) {
    throw new ErrorReply("ERR If you want both the length and indexes, please just use IDX.");
  }
  return options;
}

/** A string operand; this command has a text of its own for wrong types. */
function operand(session: Session, key: string): string {
  try {
    return session.db.string(key) ?? "";
  } catch (error) {
    if (error instanceof ErrorReply && error.message === WRONG_TYPE) {
      throw new ErrorReply("ERR The specified keys must contain string values");
    }
    throw error;
  }
}

/** @see https://redis.io/docs/latest/commands/lcs/ */
export function lcs(session: Session, args: Args): ReplyValue {
  const a = operand(session, args[1]);
  const b = operand(session, args[2]);
  const options = parseOptions(args);
  const width = b.length + 1;
  const cells = (a.length + 1) * width;
  if (cells * 4 > session.engine.config.protoMaxBulkLen) {
    throw new ErrorReply("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
  }
  const lengths = commonLengths(a, b, width);
  const total = lengths[cells - 1];
  if (options.length) return total;
  const { text, matches } = walkBack(a, b, lengths, width, options);
  return options.indexes ? new MapReply(["matches", matches, "len", total]) : text;
}

/** Cell (i, j): length of the longest common subsequence of the first i of `a` and the first j of `b`. */
function commonLengths(a: string, b: string, width: number): Uint32Array {
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = 1; i <= a.length; i++) {
    const code = a.charCodeAt(i - 1);
    const row = i * width;
    for (let j = 1; j < width; j++) {
      const above = lengths[row - width + j];
      const left = lengths[row + j - 1];
      if (code === b.charCodeAt(j - 1)) lengths[row + j] = lengths[row - width + j - 1] + 1;
      else lengths[row + j] = Math.max(above, left);
    }
  }
  return lengths;
}

/** The subsequence, and its unbroken pieces from the last to the first. */
function walkBack(a: string, b: string, lengths: Uint32Array, width: number, options: LcsOptions) {
  const reversed: string[] = [];
  const matches: ReplyValue[] = [];
  let i = a.length;
  let j = b.length;
  /** Length of the piece that begins at (i, j). */
  let piece = 0;
  const endPiece = (): void => {
    if (piece >= Math.max(1, options.minMatchLength)) {
      const match: ReplyValue[] = [
        [i, i + piece - 1],
        [j, j + piece - 1],
      ];
      if (options.withMatchLength) match.push(piece);
      matches.push(match);
    }
    piece = 0;
  };
  while (i > 0 && j > 0) {
    if (a.charCodeAt(i - 1) === b.charCodeAt(j - 1)) {
      reversed.push(a[i - 1]);
      i--;
      j--;
      piece++;
    } else {
      endPiece();
      if (lengths[(i - 1) * width + j] > lengths[i * width + j - 1]) i--;
      else j--;
    }
  }
  endPiece();
  return { text: reversed.reverse().join(""), matches };
}
