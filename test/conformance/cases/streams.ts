/** Cases of the entries of streams: XADD, ranges, XDEL, XSETID. */
import { type Family, range } from "../notation.js";
import { entries, GREATEST } from "./stream-entries.js";

export const streams: Family = {
  name: "streams",
  cases: {
    "XADD and ids": `
      XADD s 1-1 f v
      XADD s 1-2 f v g w
      XADD s 1-2 f v
      XADD s 1-1 f v
      XADD s 0-5 f v
      XADD s 1 f v
      XADD s 2 f v
      XADD s 2-* f v
      XADD s 2-* f v
      XADD s 1-* f v
      XADD s 3-* f v
      XADD zero 0-0 f v
      XADD zero 0 f v
      EXISTS zero
      XADD zero 0-* f v
      XADD zero 0-1 f v
      XADD zero 0-2 "" ""
      XADD s 5-${GREATEST} f v
      XADD s 5-* f v
      XADD s 6-* f v
      XADD s 9007199254740991-9007199254740993 f v
      XADD s 9007199254740991-* f v
      XADD s 9007199254740992-9007199254740991 f v
      XADD s 9007199254740992-* f v
      XADD s 9007199254740993-5 f v
      XADD s 9223372036854775808-0 f v
      XADD s ${GREATEST}-9223372036854775808 f v
      XADD s ${GREATEST}-* f v
      XADD s ${GREATEST}-${GREATEST} f v
      XADD s * f v
      XADD s ${GREATEST}-* f v
      XADD s 1-1 f v
      XLEN s
      XRANGE s - +
      @kind XADD auto * f v
      @kind XADD auto * f v
      XLEN auto
      @kind @save:a XADD auto * f v
      XDEL auto $a
      TYPE s
      OBJECT ENCODING s
    `,
    "wrong ids": `
      XADD s abc f v
      XADD s - f v
      XADD s + f v
      XADD s 1- f v
      XADD s -1 f v
      XADD s 1-1-1 f v
      XADD s 1-a f v
      XADD s 1.5 f v
      XADD s "" f v
      XADD s ${GREATEST}0-1 f v
      XADD s 18446744073709551616-1 f v
      XADD s 1-18446744073709551616 f v
      XADD s 1-** f v
      XADD s *-1 f v
      XADD s a-* f v
      XADD s -* f v
      XADD s ** f v
      XADD s ${"1".repeat(128)} f v
      EXISTS s
      XADD s " 1-1" f v
      XADD s "+1-02" f v
      XADD s "01-003" f v
      XADD s "1-\\t4" f v
      XADD s "1- -9" f v
      XADD s "2-1 " f v
      XADD s "2-1\\x00abc" f v
      XADD s 00${"0".repeat(100)}3 f v
      XADD s "-0-5" f v
      XADD s "9--0" f v
      XRANGE s - +
      XADD s
      XADD s *
      XADD s * f
      XADD s * f v g
      XADD s 1-1
      XADD s 1-1 f
      XADD s NOMKSTREAM
      XADD s NOMKSTREAM 1
      XADD
      SET str x
      XADD str * f v
      XADD str 1-1 f
      XADD str abc f v
      XADD str 0-0 f v
      XLEN str
      XLEN missing
      XLEN
    `,
    "XADD NOMKSTREAM": `
      XADD s NOMKSTREAM * f v
      EXISTS s
      XADD s NOMKSTREAM 0-0 f v
      XADD s 1-1 f v
      XADD s NOMKSTREAM 1-2 f v
      XADD s nomkstream MAXLEN 1 1-3 f v
      XADD s MAXLEN 1 NOMKSTREAM 1-4 f v
      XADD s NOMKSTREAM NOMKSTREAM 1-5 f v
      XRANGE s - +
    `,
    "XRANGE and XREVRANGE": `
      XADD s 1-1 a 1
      XADD s 1-2 b 2 c 3
      XADD s 2-0 d 4
      XADD s 3-5 e 5
      XRANGE s - +
      XREVRANGE s + -
      XRANGE s 1 1
      XRANGE s 1-2 2
      XRANGE s 1-2 2-0
      XRANGE s 2 +
      XRANGE s (1-1 +
      XRANGE s (1 2
      XRANGE s - (2
      XRANGE s - (2-0
      XRANGE s (1-1 (3-5
      XRANGE s 3 1
      XRANGE s + -
      XRANGE s - -
      XRANGE s + +
      XRANGE s - + COUNT 2
      XRANGE s - + COUNT 0
      XRANGE s - + COUNT -1
      XRANGE s - + COUNT -5
      XRANGE s - + COUNT 100
      XRANGE s - + COUNT 1 COUNT 2
      XREVRANGE s + - COUNT 1
      XREVRANGE s 2 1
      XREVRANGE s 2 1-2
      XREVRANGE s (3-5 (1-1
      XREVRANGE s (2 -
      XREVRANGE s - +
      XREVRANGE s + - COUNT 0
      XRANGE missing - +
      XRANGE missing - + COUNT 0
      XREVRANGE missing + -
      XRANGE s - + COUNT
      XRANGE s - + COUNT abc
      XRANGE s - + bad
      XRANGE s - + bad 1
      XRANGE s abc +
      XRANGE s - abc
      XRANGE s ( +
      XRANGE s (abc +
      XRANGE s (- +
      XRANGE s - (+
      XRANGE s (${GREATEST}-${GREATEST} +
      XRANGE s (${GREATEST} +
      XRANGE s - (0-0
      XRANGE s - (0
      XREVRANGE s (0-0 -
      XREVRANGE s + (${GREATEST}-${GREATEST}
      XREVRANGE s abc -
      XREVRANGE s + abc
      XRANGE s -
      XRANGE s
      XREVRANGE s +
      SET str x
      XRANGE str - +
      XRANGE str abc +
      XREVRANGE str + - COUNT 0
      ${entries("big", 1, 250)}
      XRANGE big 95 106
      XREVRANGE big 205 196
      XRANGE big 99-1 101
      XREVRANGE big 101-5 100
      XRANGE big - + COUNT 3
      XREVRANGE big + - COUNT 3
      XDEL big ${range(98, 102)} 1 250
      XRANGE big 96 104
      XREVRANGE big 104 96
      XRANGE big - + COUNT 1
      XREVRANGE big + - COUNT 1
    `,
    XDEL: `
      ${entries("s", 1, 6)}
      XDEL s 3
      XDEL s 3
      XDEL s 3-0 4-0 99 4
      XINFO STREAM s
      XDEL s 1
      XINFO STREAM s
      XDEL s 6 2
      XINFO STREAM s
      XADD s 6 f v
      XDEL s 5
      XLEN s
      XINFO STREAM s
      EXISTS s
      XADD s 6 f v
      XADD s 7 f v
      XINFO STREAM s
      XDEL s abc
      XDEL s 7 abc
      XDEL s -
      XDEL s 7 +
      XLEN s
      XDEL s
      XDEL missing 1
      XDEL missing abc
      SET str x
      XDEL str 1
      XDEL str abc
      ${entries("t", 1, 5)}
      XDEL t 5
      XTRIM t MINID 5
      XINFO STREAM t
      XADD t 6 f v
      XINFO STREAM t
      XTRIM t MAXLEN 0
      XINFO STREAM t
    `,
    XSETID: `
      XADD s 5-0 f v
      XSETID s 5-0
      XSETID s 4-0
      XSETID s 10-5
      XINFO STREAM s
      XADD s 10-5 f v
      XADD s 10-6 f v
      XSETID s 20 ENTRIESADDED 100
      XINFO STREAM s
      XSETID s 20 ENTRIESADDED 1
      XSETID s 20 ENTRIESADDED 2
      XSETID s 20 ENTRIESADDED 0
      XSETID s 20 ENTRIESADDED -1
      XSETID s 20 ENTRIESADDED abc
      XSETID s 20 ENTRIESADDED
      XSETID s 20 MAXDELETEDID 15-1
      XINFO STREAM s
      XSETID s 20 MAXDELETEDID 21
      XSETID s 14
      XSETID s 20 MAXDELETEDID 0-0
      XSETID s 20 MAXDELETEDID 5
      XINFO STREAM s
      XSETID s 20 MAXDELETEDID abc
      XSETID s 20 MAXDELETEDID
      XSETID s 30 ENTRIESADDED 9223372036854775807 MAXDELETEDID 29
      XSETID s 30 ENTRIESADDED 9223372036854775808
      XINFO STREAM s
      XADD s 31 f v
      XINFO STREAM s
      XSETID s 40 bad
      XSETID s abc
      XSETID s -
      XSETID s $
      XSETID s
      XSETID missing 1
      XSETID missing abc
      XTRIM s MAXLEN 0
      XSETID s 29
      XSETID s 28
      XSETID s 35 ENTRIESADDED 0
      XINFO STREAM s
      XADD s 36 f v
      XINFO STREAM s
      XSETID s ${GREATEST}-${GREATEST}
      XADD s * f v
      SET str x
      XSETID str 1
    `,
  },
};
