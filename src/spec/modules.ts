/**
 * The wire facts of the modules that come with Redis Stack and Redis 8: JSON, search, time series and the
 * probabilistic types. Arities are the fewest words that make sense: the modules themselves report less.
 */
import { type CommandSpec, Flag } from "./command-spec.js";
import { NONE, ONE, row, SECOND, TWO } from "./row.js";

const { WRITE, READONLY, DENYOOM, ADMIN, FAST, MOVABLEKEYS } = Flag;

/** One row a command; a function, so that nobody pays for them at load. */
export function moduleCommands() {
  return { ...json(), ...search(), ...timeSeries(), ...filters(), ...sketches() };
}

/** Documents. Most take a path that may be left out. */
function json() {
  const write = WRITE | DENYOOM;
  return {
    "JSON.ARRAPPEND": row(-4, write, ONE, "module", "json 1.0.0"),
    "JSON.ARRINDEX": row(-4, READONLY, ONE, "module", "json 1.0.0"),
    "JSON.ARRINSERT": row(-5, write, ONE, "module", "json 1.0.0"),
    "JSON.ARRLEN": row(-2, READONLY, ONE, "module", "json 1.0.0"),
    "JSON.ARRPOP": row(-2, write, ONE, "module", "json 1.0.0"),
    "JSON.ARRTRIM": row(5, write, ONE, "module", "json 1.0.0"),
    "JSON.CLEAR": row(-2, write, ONE, "module", "json 2.0.0"),
    "JSON.DEBUG": row(-2, READONLY, NONE, "module", "json 1.0.0"),
    "JSON.DEBUG MEMORY": row(-3, READONLY, SECOND, "module", "json 1.0.0"),
    "JSON.DEL": row(-2, WRITE, ONE, "module", "json 1.0.0"),
    "JSON.FORGET": row(-2, WRITE, ONE, "module", "json 1.0.0"),
    "JSON.GET": row(-2, READONLY, ONE, "module", "json 1.0.0"),
    "JSON.MERGE": row(4, write, ONE, "module", "json 2.6.0"),
    "JSON.MGET": row(-3, READONLY, [1, -2, 1], "module", "json 1.0.0"),
    "JSON.MSET": row(-4, write, [1, -1, 3], "module", "json 2.6.0"),
    "JSON.NUMINCRBY": row(4, write, ONE, "module", "json 1.0.0"),
    "JSON.NUMMULTBY": row(4, write, ONE, "module", "json 1.0.0"),
    "JSON.OBJKEYS": row(-2, READONLY, ONE, "module", "json 1.0.0"),
    "JSON.OBJLEN": row(-2, READONLY, ONE, "module", "json 1.0.0"),
    "JSON.RESP": row(-2, READONLY, ONE, "module", "json 1.0.0"),
    "JSON.SET": row(-4, write, ONE, "module", "json 1.0.0"),
    "JSON.STRAPPEND": row(-3, write, ONE, "module", "json 1.0.0"),
    "JSON.STRLEN": row(-2, READONLY, ONE, "module", "json 1.0.0"),
    "JSON.TOGGLE": row(3, write, ONE, "module", "json 2.0.0"),
    "JSON.TYPE": row(-2, READONLY, ONE, "module", "json 1.0.0"),
  } satisfies Record<string, CommandSpec>;
}

/** Indexes and queries. Names of indexes are no keys, suggestion dictionaries are. */
function search() {
  return {
    "FT.AGGREGATE": row(-3, READONLY, NONE, "module", "search 1.1.0"),
    "FT.ALIASADD": row(3, WRITE, NONE, "module", "search 1.0.0"),
    "FT.ALIASDEL": row(2, WRITE, NONE, "module", "search 1.0.0"),
    "FT.ALIASUPDATE": row(3, WRITE, NONE, "module", "search 1.0.0"),
    "FT.ALTER": row(-6, WRITE | DENYOOM, NONE, "module", "search 1.0.0"),
    "FT.CONFIG": row(-2, 0, NONE, "module", "search 1.0.0"),
    "FT.CONFIG GET": row(3, READONLY | ADMIN, NONE, "module", "search 1.0.0"),
    "FT.CONFIG SET": row(-3, ADMIN, NONE, "module", "search 1.0.0"),
    "FT.CREATE": row(-5, WRITE | DENYOOM, NONE, "module", "search 1.0.0"),
    // Reading moves the cursor on, so that a second try would lose a page: it is not flagged READONLY.
    "FT.CURSOR": row(-2, 0, NONE, "module", "search 1.1.0"),
    "FT.CURSOR DEL": row(4, 0, NONE, "module", "search 1.1.0"),
    "FT.CURSOR READ": row(-4, 0, NONE, "module", "search 1.1.0"),
    "FT.DICTADD": row(-3, WRITE | DENYOOM, NONE, "module", "search 1.4.0"),
    "FT.DICTDEL": row(-3, WRITE, NONE, "module", "search 1.4.0"),
    "FT.DICTDUMP": row(2, READONLY, NONE, "module", "search 1.4.0"),
    "FT.DROPINDEX": row(-2, WRITE, NONE, "module", "search 2.0.0"),
    "FT.EXPLAIN": row(-3, READONLY, NONE, "module", "search 1.0.0"),
    "FT.EXPLAINCLI": row(-3, READONLY, NONE, "module", "search 1.0.0"),
    "FT.HYBRID": row(-6, READONLY, NONE, "module", "search 8.4.0"),
    "FT.INFO": row(2, READONLY, NONE, "module", "search 1.0.0"),
    "FT.PROFILE": row(-5, READONLY, NONE, "module", "search 2.2.0"),
    "FT.SEARCH": row(-3, READONLY, NONE, "module", "search 1.0.0"),
    "FT.SPELLCHECK": row(-3, READONLY, NONE, "module", "search 1.4.0"),
    "FT.SUGADD": row(-4, WRITE | DENYOOM, ONE, "module", "search 1.0.0"),
    "FT.SUGDEL": row(3, WRITE, ONE, "module", "search 1.0.0"),
    "FT.SUGGET": row(-3, READONLY, ONE, "module", "search 1.0.0"),
    "FT.SUGLEN": row(2, READONLY, ONE, "module", "search 1.0.0"),
    "FT.SYNDUMP": row(2, READONLY, NONE, "module", "search 1.2.0"),
    "FT.SYNUPDATE": row(-4, WRITE, NONE, "module", "search 1.2.0"),
    "FT.TAGVALS": row(3, READONLY, NONE, "module", "search 1.0.0"),
    "FT._LIST": row(1, READONLY | ADMIN, NONE, "module", "search 2.0.0"),
  } satisfies Record<string, CommandSpec>;
}

function timeSeries() {
  const write = WRITE | DENYOOM;
  return {
    "TS.ADD": row(-4, write, ONE, "module", "timeseries 1.0.0"),
    "TS.ALTER": row(-2, write, ONE, "module", "timeseries 1.0.0"),
    "TS.CREATE": row(-2, write, ONE, "module", "timeseries 1.0.0"),
    "TS.CREATERULE": row(-6, write, TWO, "module", "timeseries 1.0.0"),
    "TS.DECRBY": row(-3, write, ONE, "module", "timeseries 1.0.0"),
    "TS.DEL": row(4, WRITE, ONE, "module", "timeseries 1.6.0"),
    "TS.DELETERULE": row(3, WRITE, TWO, "module", "timeseries 1.0.0"),
    "TS.GET": row(-2, READONLY, ONE, "module", "timeseries 1.0.0"),
    "TS.INCRBY": row(-3, write, ONE, "module", "timeseries 1.0.0"),
    "TS.INFO": row(-2, READONLY, ONE, "module", "timeseries 1.0.0"),
    "TS.MADD": row(-4, write, [1, -1, 3], "module", "timeseries 1.0.0"),
    "TS.MGET": row(-3, READONLY, NONE, "module", "timeseries 1.0.0"),
    "TS.MRANGE": row(-5, READONLY, NONE, "module", "timeseries 1.0.0"),
    "TS.MREVRANGE": row(-5, READONLY, NONE, "module", "timeseries 1.4.0"),
    "TS.QUERYINDEX": row(-2, READONLY, NONE, "module", "timeseries 1.0.0"),
    "TS.RANGE": row(-4, READONLY, ONE, "module", "timeseries 1.0.0"),
    "TS.REVRANGE": row(-4, READONLY, ONE, "module", "timeseries 1.4.0"),
  } satisfies Record<string, CommandSpec>;
}

/** Bloom and Cuckoo filters: is an element in, perhaps? */
function filters() {
  const write = WRITE | DENYOOM;
  return {
    "BF.ADD": row(3, write, ONE, "module", "bloom 1.0.0"),
    "BF.CARD": row(2, READONLY | FAST, ONE, "module", "bloom 2.4.4"),
    "BF.EXISTS": row(3, READONLY, ONE, "module", "bloom 1.0.0"),
    "BF.INFO": row(-2, READONLY | FAST, ONE, "module", "bloom 1.0.0"),
    "BF.INSERT": row(-4, write, ONE, "module", "bloom 1.0.0"),
    "BF.LOADCHUNK": row(4, write, ONE, "module", "bloom 1.0.0"),
    "BF.MADD": row(-3, write, ONE, "module", "bloom 1.0.0"),
    "BF.MEXISTS": row(-3, READONLY, ONE, "module", "bloom 1.0.0"),
    "BF.RESERVE": row(-4, write, ONE, "module", "bloom 1.0.0"),
    "BF.SCANDUMP": row(3, READONLY, ONE, "module", "bloom 1.0.0"),
    "CF.ADD": row(3, write, ONE, "module", "bloom 1.0.0"),
    "CF.ADDNX": row(3, write, ONE, "module", "bloom 1.0.0"),
    "CF.COUNT": row(3, READONLY, ONE, "module", "bloom 1.0.0"),
    "CF.DEL": row(3, WRITE, ONE, "module", "bloom 1.0.0"),
    "CF.EXISTS": row(3, READONLY, ONE, "module", "bloom 1.0.0"),
    "CF.INFO": row(2, READONLY | FAST, ONE, "module", "bloom 1.0.0"),
    "CF.INSERT": row(-4, write, ONE, "module", "bloom 1.0.0"),
    "CF.INSERTNX": row(-4, write, ONE, "module", "bloom 1.0.0"),
    "CF.LOADCHUNK": row(4, write, ONE, "module", "bloom 1.0.0"),
    "CF.MEXISTS": row(-3, READONLY, ONE, "module", "bloom 1.0.0"),
    "CF.RESERVE": row(-3, write, ONE, "module", "bloom 1.0.0"),
    "CF.SCANDUMP": row(3, READONLY, ONE, "module", "bloom 1.0.0"),
  } satisfies Record<string, CommandSpec>;
}

/** Count-min sketches, top-k lists and t-digests: how often, which most, how large? */
function sketches() {
  const write = WRITE | DENYOOM;
  return {
    "CMS.INCRBY": row(-4, write, ONE, "module", "bloom 2.0.0"),
    "CMS.INFO": row(2, READONLY | FAST, ONE, "module", "bloom 2.0.0"),
    "CMS.INITBYDIM": row(4, write, ONE, "module", "bloom 2.0.0"),
    "CMS.INITBYPROB": row(4, write, ONE, "module", "bloom 2.0.0"),
    "CMS.MERGE": row(-4, write | MOVABLEKEYS, ONE, "module", "bloom 2.0.0"),
    "CMS.QUERY": row(-3, READONLY, ONE, "module", "bloom 2.0.0"),
    "TDIGEST.ADD": row(-3, write, ONE, "module", "bloom 2.4.0"),
    "TDIGEST.BYRANK": row(-3, READONLY, ONE, "module", "bloom 2.4.0"),
    "TDIGEST.BYREVRANK": row(-3, READONLY, ONE, "module", "bloom 2.4.0"),
    "TDIGEST.CDF": row(-3, READONLY, ONE, "module", "bloom 2.4.0"),
    "TDIGEST.CREATE": row(-2, write, ONE, "module", "bloom 2.4.0"),
    "TDIGEST.INFO": row(2, READONLY | FAST, ONE, "module", "bloom 2.4.0"),
    "TDIGEST.MAX": row(2, READONLY, ONE, "module", "bloom 2.4.0"),
    "TDIGEST.MERGE": row(-4, write | MOVABLEKEYS, ONE, "module", "bloom 2.4.0"),
    "TDIGEST.MIN": row(2, READONLY, ONE, "module", "bloom 2.4.0"),
    "TDIGEST.QUANTILE": row(-3, READONLY, ONE, "module", "bloom 2.4.0"),
    "TDIGEST.RANK": row(-3, READONLY, ONE, "module", "bloom 2.4.0"),
    "TDIGEST.RESET": row(2, WRITE, ONE, "module", "bloom 2.4.0"),
    "TDIGEST.REVRANK": row(-3, READONLY, ONE, "module", "bloom 2.4.0"),
    "TDIGEST.TRIMMED_MEAN": row(4, READONLY, ONE, "module", "bloom 2.4.0"),
    "TOPK.ADD": row(-3, write, ONE, "module", "bloom 2.0.0"),
    "TOPK.COUNT": row(-3, READONLY, ONE, "module", "bloom 2.0.0"),
    "TOPK.INCRBY": row(-4, write, ONE, "module", "bloom 2.0.0"),
    "TOPK.INFO": row(2, READONLY | FAST, ONE, "module", "bloom 2.0.0"),
    "TOPK.LIST": row(-2, READONLY, ONE, "module", "bloom 2.0.0"),
    "TOPK.QUERY": row(-3, READONLY, ONE, "module", "bloom 2.0.0"),
    "TOPK.RESERVE": row(-3, write, ONE, "module", "bloom 2.0.0"),
  } satisfies Record<string, CommandSpec>;
}
