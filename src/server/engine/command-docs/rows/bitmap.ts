/** What COMMAND DOCS tells of the commands for strings as bits. */

/** One record a command, as `../documentation.ts` reads them. */
export const bitmapDocs = `
BITCOUNT: key [index{start:integer end:integer [index_unit(BYTE|BIT)@7.0.0]}]
  Count the bits that are 1, in a whole string or in part of it.
  cost O(N) for N bytes
  7.0.0 BYTE and BIT
BITFIELD: key [operation(GET=encoding_offset{encoding offset:integer} |
    write{[OVERFLOW=wrap_sat_fail(WRAP|SAT|FAIL)] write_operation(SET=encoding_offset_value{encoding offset:integer
    value:integer} | INCRBY=encoding_offset_increment{encoding offset:integer increment:integer})})+]
  Read, write and add to integers of any width inside a string.
  cost O(1) an operation
BITFIELD_RO: key [GET=encoding_offset{encoding offset:integer}++]
  Read integers of any width inside a string: BITFIELD without what writes.
  cost O(1) an operation
BITOP: operation destkey:key key#1+
  Combine strings bit by bit with AND, OR, XOR or NOT, and store the outcome.
  cost O(N) for a longest string of N bytes
BITPOS: key bit:integer [index{start:integer [end_index{end:integer [index_unit(BYTE|BIT)@7.0.0]}]}]
  Find the first bit that is 0, or that is 1.
  cost O(N) for N bytes
  7.0.0 BYTE and BIT
GETBIT: key offset:integer
  Read one bit of a string.
  cost O(1)
SETBIT: key offset:integer value:integer
  Write one bit of a string and return what it was.
  cost O(1)
`;
