/** Cases of SORT. */
import type { Family } from "../notation.js";

export const sorting: Family = {
  name: "sorting",
  cases: {
    SORT: `
      RPUSH l 3 10 1 2 -5 2
      SORT l
      SORT l DESC
      SORT l ASC
      SORT l ALPHA
      SORT l ALPHA DESC
      SORT l LIMIT 0 2
      SORT l LIMIT 1 3 DESC
      SORT l LIMIT -1 2
      SORT l LIMIT 0 -1
      SORT l LIMIT 3 -5
      SORT l LIMIT 10 10
      SORT l LIMIT a 1
      SORT l LIMIT 0
      SORT l LIMIT 0 0
      SORT l bad
      SORT
      SORT missing
      SORT missing STORE x
      RPUSH mixed 1 a 2
      SORT mixed
      SORT mixed ALPHA
      RPUSH floats 1.5 1.25 -inf 1e2 +3 inf
      SORT floats
      RPUSH bad nan
      SORT bad
      SADD s 5 3 11 4
      SORT s
      SORT s DESC LIMIT 0 2
      ZADD z 3 7 2 8 1 9
      SORT z
      SORT z DESC
      SORT z BY nosort
      SORT z BY nosort DESC
      SORT z BY nosort LIMIT 1 2
      SORT z BY nosort DESC LIMIT 0 1
      SORT l BY nosort
      SORT l BY nosort LIMIT 1 2
      SORT l BY nosort DESC
      SET str x
      SORT str
      HSET h f v
      SORT h
      SORT l STORE out
      LRANGE out 0 -1
      OBJECT ENCODING out
      SORT l ALPHA STORE str
      TYPE str
      SORT missing STORE str
      EXISTS str
      SORT l LIMIT 10 10 STORE out
      EXISTS out
      RPUSH words banana apple Cherry ""
      SORT words ALPHA
      SORT words
      sort l desc limit 0 1
      ZADD encoded 1 a 2 b
      OBJECT ENCODING encoded
      SORT encoded ALPHA
      OBJECT ENCODING encoded
      SETRANGE w_nul 3 12
      RPUSH nul nul
      SORT nul BY w_*
    `,
    "SORT BY and GET": `
      RPUSH ids 1 2 3 4
      MSET w_1 30 w_2 10 w_3 20
      MSET n_1 one n_2 two n_4 four
      HSET u_1 age 5 name ann
      HSET u_2 age 7 name bob
      HSET u_3 age 6
      SORT ids BY w_*
      SORT ids BY w_* DESC
      SORT ids BY w_* GET n_*
      SORT ids BY w_* GET # GET n_*
      SORT ids GET u_*->name
      SORT ids BY u_*->age GET # GET u_*->name GET u_*->age
      SORT ids BY u_*->missing
      SORT ids BY n_* ALPHA
      SORT ids BY n_*
      SORT ids GET nostar
      SORT ids GET n_*-> 
      SORT ids GET ids_*
      SORT ids BY w_* GET n_* STORE out
      LRANGE out 0 -1
      SORT ids BY w_* LIMIT 1 2 GET #
      SORT ids BY *_w
      SORT ids BY w_*_* GET #
      SORT ids GET u_*
      SORT ids GET
      SORT ids BY
      SORT ids STORE
      SADD set 1 2 3
      SORT set BY w_* GET #
      SORT set BY nosort GET n_* STORE out2
      LRANGE out2 0 -1
      SORT_RO ids BY w_* GET n_* DESC
      SORT_RO ids LIMIT 0 2
      SORT_RO ids STORE out
      SORT_RO missing
      SORT_RO
      SORT_RO w_1
    `,
  },
};
