/** What COMMAND DOCS tells of the commands for hashes. */

/** One record a command, as `../documentation.ts` reads them. */
export const hashDocs = `
HDEL: key field+
  Remove fields of a hash.
  cost O(N) for N fields
  2.4.0 several fields
HEXISTS: key field
  Ask whether a hash has a field.
  cost O(1)
HGET: key field
  Read one field of a hash.
  cost O(1)
HGETALL: key
  Read all of a hash, fields and values.
  cost O(N) for a hash of N fields
HINCRBY: key field increment:integer
  Add a whole amount to the number in a field; a missing one counts as 0.
  cost O(1)
HINCRBYFLOAT: key field increment:double
  Add an amount that may have a fraction to the number in a field; a missing one counts as 0.
  cost O(1)
HKEYS: key
  List the fields of a hash without their values.
  cost O(N) for a hash of N fields
HLEN: key
  Count the fields of a hash.
  cost O(1)
HMGET: key field+
  Read several fields of a hash, nil for each that it lacks.
  cost O(N) for N fields
HMSET: key field_value{field value}+
  Set several fields of a hash.
  cost O(N) for N fields
  instead HSET with multiple field-value pairs
HRANDFIELD: key [options{count:integer [WITHVALUES]}]
  Draw fields of a hash by lot, with or without their values.
  cost O(N) for N fields drawn
HSCAN: key cursor:integer [MATCH=pattern:pattern] [COUNT=count:integer]
  Walk through the fields of a hash, some at each call.
  cost O(1) a call, O(N) for a whole walk through N fields
HSET: key field_value{field value}+
  Set fields of a hash, which is made where there is none.
  cost O(1) a field, so O(N) for N of them
  4.0.0 several fields
HSETNX: key field value
  Set a field that a hash does not have yet.
  cost O(1)
HSTRLEN: key field
  Tell how many bytes the value of a field has.
  cost O(1)
HVALS: key
  List the values of a hash without their fields.
  cost O(N) for a hash of N fields
`;
