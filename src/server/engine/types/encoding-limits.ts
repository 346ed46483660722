/** Up to what size the compact encodings are used. An aggregate goes by the limits that it was made with. */

/** The part of the configuration that decides what OBJECT ENCODING shows. It is read at every write. */
export interface AggregateLimits {
  /** Most fields of a `listpack` hash. */
  readonly hashMaxListpackEntries: number;
  /** Longest field or value of a `listpack` hash, bytes. */
  readonly hashMaxListpackValue: number;
  /** Most members of an `intset`. */
  readonly setMaxIntsetEntries: number;
  /** Most members of a `listpack` set; 0: there are none, as before Redis 7.2. */
  readonly setMaxListpackEntries: number;
  /** Longest member of a `listpack` set, bytes. */
  readonly setMaxListpackValue: number;
  /** Most members of a `listpack` sorted set. */
  readonly zsetMaxListpackEntries: number;
  /** Longest member of a `listpack` sorted set, bytes. */
  readonly zsetMaxListpackValue: number;
}

/** The limits of redis-server 7.0 as it comes. */
export const DEFAULT_LIMITS: AggregateLimits = {
  hashMaxListpackEntries: 512,
  hashMaxListpackValue: 64,
  setMaxIntsetEntries: 512,
  setMaxListpackEntries: 0,
  setMaxListpackValue: 64,
  zsetMaxListpackEntries: 128,
  zsetMaxListpackValue: 64,
};
