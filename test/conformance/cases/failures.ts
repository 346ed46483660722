/** Cases of what INFO counts when something fails, and of refusals that come of the server's state. */
import type { Family } from "../notation.js";

/** Tells of each command named: how often it ran, was refused and failed. */
const COUNTS = [
  `EVAL "local info, told = redis.call('INFO', 'commandstats'), {};`,
  `for i, name in ipairs(ARGV) do local line = string.match(info, 'cmdstat_' .. name .. ':([^%c]+)') or 'none';`,
  `told[i] = name .. ': ' .. string.gsub(line, 'usec=.-,usec_per_call=.-,', '') end; return told" 0`,
].join(" ");

export const failures: Family = {
  name: "failures",
  cases: {
    "errors are counted by their codes": `
      CONFIG RESETSTAT
      SET k v
      LPUSH k x
      INCR k
      NOSUCH
      GET
      CONFIG SET nosuch 1
      DEBUG ERROR "CODE of mine"
      DEBUG ERROR "CODE"
      INFO errorstats
      ${COUNTS} set lpush incr get config|set debug
    `,
    "errors that scripts answer are counted once": `
      CONFIG RESETSTAT
      EVAL "return redis.error_reply('MINE is my error')" 0
      EVAL "return redis.error_reply('')" 0
      EVAL "return redis.error_reply('ALONE')" 0
      EVAL "return redis.error_reply('A_CODE_OF_MORE_THAN_THIRTY_TWO_LETTERS and words')" 0
      EVAL "return {err = 'TABLE of mine'}" 0
      EVAL "return {1, {err = 'NESTED one'}, {err = 'NESTED two'}}" 0
      EVAL "error('thrown')" 0
      EVAL "error({err = 'THROWN table'})" 0
      EVAL "return redis.status_reply('STATUS is no error')" 0
      EVAL "return nosuch" 0
      EVAL "return {err = 'MARKED error', ignore_error_stats_update = true}" 0
      INFO errorstats
      ${COUNTS} eval
    `,
    "errors of commands in scripts are counted once": `
      CONFIG RESETSTAT
      SET k v
      EVAL "return redis.call('INCR', 'k')" 0
      EVAL "return redis.pcall('INCR', 'k')" 0
      EVAL "redis.pcall('INCR', 'k') return 1" 0
      EVAL "return {redis.pcall('INCR', 'k'), redis.pcall('LPUSH', 'k', 'x')}" 0
      EVAL "return redis.call('NOSUCH')" 0
      EVAL "return redis.call('GET')" 0
      EVAL "return redis.call('SUBSCRIBE', 'a')" 0
      EVAL "redis.pcall('SUBSCRIBE', 'a') return 1" 0
      EVAL "return redis.call()" 0
      EVAL "redis.pcall() return 1" 0
      EVAL_RO "return redis.call('SET', 'k', 1)" 0
      EVAL "return redis.call('SELECT', 99)" 0
      EVAL "return redis.pcall('SELECT', 99)" 0
      INFO errorstats
      ${COUNTS} eval eval_ro incr lpush get set subscribe select
    `,
    "a script that may not run for its user is counted": `
      ACL SETUSER counted on nopass ~* +@all -get
      CONFIG RESETSTAT
      b> AUTH counted x
      b> EVAL "return redis.call('GET', 'k')" 0
      b> EVAL "return redis.pcall('GET', 'k')" 0
      INFO errorstats
      ${COUNTS} eval get
    `,
    "errors of functions are counted": `
      CONFIG RESETSTAT
      FUNCTION LOAD "#!lua name=failing\\nredis.register_function('fails', function() return redis.error_reply('MINE it is') end)\\nredis.register_function('calls', function() return redis.call('INCR', 'k') end)"
      SET k v
      FCALL fails 0
      FCALL calls 0
      FCALL nosuch 0
      INFO errorstats
      ${COUNTS} fcall incr
    `,
    "what fails in EXEC is counted once": `
      CONFIG RESETSTAT
      SET k v
      MULTI
      INCR k
      EVAL "return redis.error_reply('MINE in EXEC')" 0
      EVAL "return redis.call('INCR', 'k')" 0
      EXEC
      INFO errorstats
      ${COUNTS} exec incr eval
    `,
    "a command that has waited and fails is counted": `
      XGROUP CREATE s g $ MKSTREAM
      CONFIG RESETSTAT
      b& XREADGROUP GROUP g one BLOCK 0 STREAMS s >
      XGROUP DESTROY s g
      b<
      XGROUP CREATE s g $
      b& XREADGROUP GROUP g one BLOCK 0 STREAMS s >
      DEL s
      b<
      INFO errorstats
      ${COUNTS} xreadgroup
    `,
    "without the replicas asked for nothing is written": `
      SET k v
      FUNCTION LOAD "#!lua name=replicas\\nredis.register_function{function_name='reads', callback=function() return redis.call('GET', 'k') end, flags={'no-writes'}}\\nredis.register_function('writes', function() return redis.call('GET', 'k') end)"
      CONFIG SET min-replicas-to-write 1
      CONFIG RESETSTAT
      SET k w
      GET k
      PUBLISH ch x
      EVAL "return redis.call('GET', 'k')" 0
      EVAL "return redis.call('SET', 'k', 'w')" 0
      EVAL "redis.pcall('SET', 'k', 'w') return redis.call('GET', 'k')" 0
      EVAL "#!lua\\nreturn redis.call('GET', 'k')" 0
      EVAL "#!lua flags=no-writes\\nreturn redis.call('GET', 'k')" 0
      EVAL_RO "#!lua\\nreturn redis.call('GET', 'k')" 0
      FCALL reads 0
      FCALL writes 0
      FCALL_RO reads 0
      MULTI
      GET k
      SET k w
      EXEC
      MULTI
      GET k
      EXEC
      INFO errorstats
      ${COUNTS} set eval eval_ro fcall exec
      CONFIG SET min-replicas-max-lag 0
      SET k w
      CONFIG SET min-replicas-max-lag 10
      SET k x
      CONFIG SET min-replicas-to-write 0
      SET k y
      MULTI
      GET k
      SET k z
      EVAL "#!lua\\nreturn redis.call('GET', 'k')" 0
      b> CONFIG SET min-replicas-to-write 1
      EXEC
      GET k
      b> CONFIG SET min-replicas-to-write 0
    `,
    "scripts that say what they do, without memory": `
      SET k v
      SCRIPT LOAD "#!lua\\nreturn redis.call('GET', 'k')"
      SCRIPT LOAD "#!lua flags=allow-oom\\nreturn redis.call('SET', 'k', 'w')"
      FUNCTION LOAD "#!lua name=oom\\nredis.register_function{function_name='reads', callback=function() return redis.call('GET', 'k') end, flags={'no-writes'}}\\nredis.register_function('writes', function() return redis.call('GET', 'k') end)"
      CONFIG SET maxmemory 1
      CONFIG RESETSTAT
      EVAL "#!lua\\nreturn redis.call('GET', 'k')" 0
      EVAL "#!lua\\nreturn redis.call('GET', 'other')" 0
      EVAL "#!lua flags=no-writes\\nreturn redis.call('GET', 'k')" 0
      EVAL "#!lua flags=allow-oom\\nreturn redis.call('SET', 'k', 'x')" 0
      EVAL "#!lua flags=nosuch\\nreturn 1" 0
      EVAL_RO "#!lua\\nreturn redis.call('GET', 'k')" 0
      EVALSHA 9b0b8ff1f9d2ba0a3b1a8b9a0d3e5c7a9f1b2c3d 0
      EVALSHA short 0
      EVAL "return redis.call('SET', 'k', 'y')" 0
      EVAL "return redis.pcall('SET', 'k', 'y')" 0
      EVAL "redis.call('DEL', 'k') return redis.call('SET', 'k', 'after')" 0
      FCALL reads 0
      FCALL writes 0
      INFO errorstats
      ${COUNTS} set eval eval_ro evalsha fcall
      CONFIG SET maxmemory 0
      MULTI
      EVAL "#!lua\\nreturn redis.call('GET', 'k')" 0
      b> CONFIG SET maxmemory 1
      EXEC
      b> CONFIG SET maxmemory 0
    `,
    "a pause of writes lets scripts run that do not write": `
      SET k v
      CLIENT PAUSE 100000 WRITE
      b> EVAL "#!lua flags=no-writes\\nreturn redis.call('GET', 'k')" 0
      b> EVAL_RO "return redis.call('GET', 'k')" 0
      c& EVAL "#!lua\\nreturn redis.call('GET', 'k')" 0
      d& EVAL "return redis.call('GET', 'k')" 0
      CLIENT UNPAUSE
      c<
      d<
    `,
  },
};
