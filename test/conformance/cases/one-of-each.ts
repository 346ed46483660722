/** Lines that make a key of each type. */
export const ONE_OF_EACH = `
      SET string v
      RPUSH list a b c
      HSET hash f v g w
      SADD set 3 1 2
      ZADD zset 1 a 2 b
      XADD stream 1-1 f v
`;
