/** Cases of ACL: what rules forbid, and what follows. The rules themselves are in acl-rules.ts. */
import type { Family } from "../notation.js";

export const acl: Family = {
  name: "acl",
  cases: {
    "ACL keeps commands": `
      ACL SETUSER alice on nopass ~* &* +@all -debug -flushall -config|set -client
      b> AUTH alice x
      b> ACL WHOAMI
      b> @fields CLIENT INFO
      b> FLUSHALL
      b> flushall async
      b> CONFIG SET maxmemory 0
      b> CONFIG GET maxmemory
      b> CONFIG
      b> CONFIG NOSUCH
      b> CLIENT ID
      b> CLIENT
      b> DEBUG JMAP
      b> NOSUCH
      b> FLUSHALL a b c
      b> GET
      ACL SETUSER alice +client -@all
      b> PING
      b> CLIENT ID
      b> ACL WHOAMI
      b> QUIT
      c> AUTH alice x
      c> RESET
      c> ACL WHOAMI
    `,
    "ACL keeps keys": `
      ACL SETUSER alice on nopass ~k:* %R~r:* %W~w:* +@all
      MSET k:1 a r:1 b w:1 c x d
      b> AUTH alice x
      b> GET k:1
      b> GET r:1
      b> GET w:1
      b> GET x
      b> SET k:1 v
      b> SET r:1 v
      b> SET w:1 v
      b> SET w:1 v GET
      b> SET k:1 v GET
      b> EXISTS w:1 r:1
      b> EXISTS x
      b> EXISTS w:1 x
      b> TYPE w:1
      b> STRLEN w:1
      b> MGET k:1 r:1
      b> MGET k:1 w:1
      b> MSET k:1 a w:1 b
      b> MSET k:1 a r:1 b
      b> DEL w:1
      b> DEL r:1
      b> UNLINK k:1 r:1
      b> INCR w:n
      b> APPEND w:s x
      b> SETRANGE w:s 0 y
      b> EXPIRE w:s 100
      b> TTL w:s
      b> GETDEL w:s
      b> GETEX w:s
      b> RENAME r:1 k:1
      b> RENAME k:1 r:1
      b> COPY r:1 k:c
      b> COPY r:1 w:c
      b> COPY w:c k:1
      b> LPUSH w:l a
      b> LPOP w:l
      b> LMOVE k:l w:l LEFT LEFT
      b> LMOVE w:l k:l LEFT LEFT
      b> RPOPLPUSH r:l k:l
      b> LMPOP 2 k:l w:l LEFT
      b> BLPOP k:l x 0.01
      b> BLPOP k:l 0.01
      b> SINTERSTORE w:s k:s r:s
      b> SINTERSTORE r:s k:s
      b> SUNIONSTORE w:s w:s
      b> SINTERCARD 2 k:s r:s
      b> SINTERCARD 2 k:s w:s
      b> ZUNIONSTORE w:z 2 k:z r:z
      b> ZUNIONSTORE w:z 2 k:z w:z
      b> ZUNIONSTORE k:z 1 x
      b> ZADD w:z 1 a
      b> ZRANGESTORE w:z r:z 0 -1
      b> ZRANGESTORE r:z k:z 0 -1
      b> BITOP AND w:b k:b r:b
      b> BITOP AND r:b k:b
      b> BITFIELD r:b GET u8 0
      b> BITFIELD r:b SET u8 0 1
      b> BITFIELD w:b SET u8 0 1
      b> OBJECT ENCODING w:l
      b> OBJECT ENCODING x
      b> @count SCAN 0
      b> KEYS nothing*
      b> EVAL "return 1" 1 k:1
      b> EVAL "return 1" 1 r:1
      b> EVAL_RO "return 1" 1 r:1
      b> EVAL "return 1" 0
      b> WATCH x
      b> WATCH w:1
      b> SORT k:l STORE w:l
      b> SORT k:l STORE r:l
    `,
    "ACL keeps SORT from reading other keys": `
      RPUSH k1 3 1 2
      RPUSH r1 3 1 2
      ACL SETUSER alice on nopass ~k* %R~r* +@all
      b> AUTH alice x
      b> SORT k1
      b> SORT k1 BY w*
      b> SORT k1 BY nosort
      b> SORT k1 GET w*
      b> SORT k1 GET #
      b> SORT k1 BY w* GET w*
      b> SORT r1 STORE k2
      b> SORT k1 BY
      b> SORT_RO k1 BY w*
      b> SORT_RO k1 GET w*
      b> SORT k1 GET w* BAD
      ACL SETUSER alice resetkeys %R~*
      b> SORT r1 BY w* GET w*
      ACL SETUSER alice resetkeys %W~* ~r*
      b> SORT r1 BY w* GET w*
      ACL SETUSER alice resetkeys ~r* (%R~* +sort)
      b> SORT r1 BY w* GET w*
      ACL SETUSER alice clearselectors (%R~* +sort_ro)
      b> SORT r1 BY w* GET w*
      b> SORT_RO r1 BY w* GET w*
    `,
    "ACL keeps channels": `
      ACL SETUSER alice on nopass ~* &news:* &one +@all
      b> AUTH alice x
      b> PUBLISH news:a m
      b> PUBLISH one m
      b> PUBLISH two m
      b> SPUBLISH two m
      b> SPUBLISH news:a m
      b> SUBSCRIBE two
      b> SUBSCRIBE news:a two
      b> PSUBSCRIBE news:a
      b> PSUBSCRIBE *
      b> SSUBSCRIBE two
      b> PSUBSCRIBE news:* one
      b> SUBSCRIBE news:a one
      b> SSUBSCRIBE news:s
      b> UNSUBSCRIBE two
      b> PUNSUBSCRIBE *
      b> SUNSUBSCRIBE two
      PUBLISH news:a hello
      b<
      b> PUBSUB CHANNELS two
      b> RESET
      b> ACL WHOAMI
    `,
    "ACL in transactions": `
      ACL SETUSER alice on nopass ~k* &c* +@all -flushall
      b> AUTH alice x
      b> MULTI
      b> GET x
      b> GET k
      b> EXEC
      b> MULTI
      b> FLUSHALL
      b> EXEC
      b> MULTI
      b> PUBLISH x m
      b> DISCARD
      b> MULTI
      b> GET k1
      b> SET k1 5
      b> SET k2 5
      b> PUBLISH c x
      b> @fields CLIENT INFO
      ACL SETUSER alice resetkeys ~k2 -get resetchannels
      b> @fields EXEC
      b> GET k1
      b> MULTI
      b> SET k2 6
      ACL SETUSER alice -exec -multi
      b> EXEC
      b> EXEC
      b> MULTI
      @age @fields ACL LOG 20
    `,
    "ACL in scripts": `
      ACL SETUSER alice on nopass ~k* &c* +@all -flushall
      b> AUTH alice x
      b> EVAL "return redis.call('GET', KEYS[1])" 1 k
      b> EVAL "return redis.call('GET', 'x')" 0
      b> EVAL "return redis.call('FLUSHALL')" 0
      b> EVAL "return redis.call('PUBLISH', 'x', 'm')" 0
      b> EVAL "return redis.pcall('PUBLISH', 'x', 'm')" 0
      b> EVAL "return redis.pcall('PUBLISH', 'c', 'm')" 0
      b> EVAL "return redis.pcall('GET', 'x').err" 0
      b> EVAL "return {redis.acl_check_cmd('GET', 'x'), redis.acl_check_cmd('GET', 'k'), redis.acl_check_cmd('FLUSHALL')}" 0
      b> EVAL "return {redis.acl_check_cmd('GET'), redis.acl_check_cmd('CONFIG', 'GET', 'x'), redis.acl_check_cmd('CONFIG')}" 0
      b> EVAL "return redis.acl_check_cmd('PUBLISH', 'x', 'm')" 0
      b> EVAL "return redis.acl_check_cmd('NOSUCH')" 0
      b> EVAL "return redis.acl_check_cmd('CONFIG', 'NOSUCH')" 0
      b> EVAL "return redis.acl_check_cmd()" 0
      b> EVAL "return redis.acl_check_cmd({})" 0
      b> EVAL "return redis.call('SUBSCRIBE', 'x')" 0
      b> EVAL "return redis.call('SET')" 0
      b> EVAL_RO "return redis.call('SET', 'x', 1)" 0
      b> EVAL_RO "return redis.call('SET', 'k', 1)" 0
      b> MULTI
      b> EVAL "return redis.call('GET', 'x')" 0
      b> EXEC
      EVAL "return redis.call('GET', 'x')" 0
      @age @fields ACL LOG 20
      ACL SETUSER alice -eval -eval_ro
      b> EVAL "return 1" 0
      b> FUNCTION LOAD "#!lua name=lib\\nredis.register_function('f', function() return redis.call('GET', 'x') end)"
      b> FCALL f 0
      ACL SETUSER alice -fcall
      b> FCALL f 0
      b> FCALL_RO f 0
    `,
    "ACL and the default user": `
      b> PING
      CONFIG SET requirepass one
      ACL GETUSER default
      ACL LIST
      c> PING
      c> HELLO 3
      c> AUTH default x
      c> @fields ACL WHOAMI
      CONFIG SET requirepass ""
      c> PING
      c> HELLO 3
      c> ACL WHOAMI
      CONFIG SET requirepass two
      c> PING
      b> PING
      CONFIG SET requirepass two
      ACL SETUSER default >three
      ACL GETUSER default
      CONFIG GET requirepass
      d> AUTH three
      d> PING
      d> AUTH two
      ACL SETUSER default nopass
      CONFIG GET requirepass
      e> PING
      e> AUTH x
      e> AUTH default x
      ACL SETUSER default resetpass
      f> PING
      f> AUTH default ""
      f> AUTH ""
      e> PING
      ACL SETUSER default nopass off
      g> PING
      g> AUTH x
      g> AUTH default x
      e> PING
      e> RESET
      e> PING
      ACL SETUSER default on
      e> PING
      ACL SETUSER default -@all +acl
      GET k
      ACL WHOAMI
      CLIENT INFO
      h> PING
      ACL SETUSER default +@all
      h> PING
      ACL SETUSER default resetkeys ~a* resetchannels
      GET k
      GET a
      PUBLISH c m
      ACL SETUSER default ~* &*
      CONFIG SET requirepass ""
      ACL LIST
      ACL SETUSER default on nopass
    `,
    "ACL LOG": `
      ACL SETUSER alice on >pw ~k* &c* +@all -flushall
      b> AUTH alice wrong
      b> AUTH nobody x
      b> HELLO 3 AUTH nobody y
      b> hello 2 auth nobody z
      b> AUTH nobody x
      b> MULTI
      b> AUTH nobody y
      b> EXEC
      b> AUTH alice pw
      b> CLIENT SETNAME worker
      b> GET x
      b> GET x
      b> SET x 1
      b> GET y
      b> MGET k y x
      b> FLUSHALL
      b> GET x
      b> PUBLISH d m
      b> SUBSCRIBE c d
      @age @fields ACL LOG 20
      @age @fields ACL LOG 2
      @count ACL LOG
      ACL LOG 0
      ACL LOG -5
      ACL LOG abc
      ACL LOG 1 2
      CONFIG SET acllog-max-len 2
      @count ACL LOG 20
      b> GET x
      @count ACL LOG 20
      b> GET new
      @age @fields ACL LOG 20
      CONFIG SET acllog-max-len 0
      b> GET newer
      @age @fields ACL LOG 20
      ACL LOG RESET
      ACL LOG
      ACL LOG reset x
    `,
    "ACL ends connections": `
      @save:me @kind CLIENT ID
      ACL SETUSER alice on nopass +@all ~* &*
      ACL SETUSER bob on nopass +@all ~* &*
      b> AUTH alice x
      c> AUTH bob x
      CLIENT KILL USER nobody
      CLIENT KILL USER alice
      b<
      c> PING
      d> AUTH alice x
      d> SUBSCRIBE a
      d> PSUBSCRIBE p*
      e> AUTH alice x
      e> PING
      ACL SETUSER alice resetchannels &p* &a
      d> PING
      ACL SETUSER alice &b
      d> PING
      ACL SETUSER alice resetchannels &p* &a*
      d> PING
      ACL SETUSER alice resetchannels &p &a*
      d<
      e> PING
      f> AUTH alice x
      f> SSUBSCRIBE a
      ACL SETUSER alice resetchannels (&a*)
      f> PING
      ACL SETUSER alice clearselectors
      f<
      e> PING
      ACL SETUSER alice &*
      g> AUTH alice x
      g> SUBSCRIBE a
      ACL SETUSER alice (&b)
      g> PING
      ACL SETUSER alice resetchannels
      g<
      h> AUTH alice x
      h& BLPOP none 0
      ACL DELUSER alice
      e<
      h<
      i> AUTH alice x
      c> ACL DELUSER bob
      c<
    `,
    "ACL in COMMAND LIST": `
      @sorted COMMAND LIST FILTERBY ACLCAT transaction
      @sorted COMMAND LIST FILTERBY ACLCAT BITMAP
      COMMAND LIST FILTERBY ACLCAT nosuch
    `,
  },
};
