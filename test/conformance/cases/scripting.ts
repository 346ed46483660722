/** Cases of EVAL and its family: what scripts may do, what becomes of values and errors. */
import { createHash } from "node:crypto";
import type { Family } from "../notation.js";

function sha(script: string): string {
  return createHash("sha1").update(script).digest("hex");
}

export const scripting: Family = {
  name: "scripting",
  cases: {
    "values from Lua": String.raw`
      EVAL "return 1" 0
      EVAL "return -1.9" 0
      EVAL "return 3.99" 0
      EVAL "return 'text'" 0
      EVAL "return ''" 0
      EVAL "return 'a\\0b\\r\\n\\255'" 0
      EVAL "return nil" 0
      EVAL "return" 0
      EVAL "" 0
      EVAL "return true" 0
      EVAL "return false" 0
      EVAL "return {}" 0
      EVAL "return {1, 2, {3, 'x', {}}}" 0
      EVAL "return {1, nil, 3}" 0
      EVAL "return {nil}" 0
      EVAL "return {1, false, true, 'x'}" 0
      EVAL "return {a = 1}" 0
      EVAL "return {1, 2, a = 3}" 0
      EVAL "return {ok = 'fine'}" 0
      EVAL "return {err = 'My error'}" 0
      EVAL "return {err = 'CODE My error'}" 0
      EVAL "return redis.status_reply('fine')" 0
      EVAL "return redis.error_reply('My error')" 0
      EVAL "return redis.error_reply('-CODE dash')" 0
      EVAL "return redis.error_reply('ERR plain')" 0
      EVAL "return redis.error_reply('')" 0
      EVAL "return {double = 3.25}" 0
      EVAL "return {map = {a = 1}}" 0
      EVAL "return {set = {a = true}}" 0
      EVAL "return {big_number = '123456789012345678901234567890'}" 0
      EVAL "return {verbatim_string = {format = 'txt', string = 'hello'}}" 0
      EVAL "redis.setresp(3); return {double = 3.25}" 0
      EVAL "redis.setresp(3); return {map = {a = 1}}" 0
      EVAL "redis.setresp(3); return {set = {a = true}}" 0
      EVAL "redis.setresp(3); return {big_number = '123'}" 0
      EVAL "redis.setresp(3); return {verbatim_string = {format = 'txt', string = 'hello'}}" 0
      EVAL "redis.setresp(3); return true" 0
      EVAL "redis.setresp(3); return false" 0
      EVAL "redis.setresp(3); return nil" 0
      EVAL "redis.setresp(3); return {1, nil, true}" 0
      EVAL "redis.setresp(4)" 0
      EVAL "redis.setresp()" 0
      EVAL "return 9007199254740993" 0
      EVAL "return 2^53" 0
      EVAL "return 1e300" 0
      EVAL "return -1e300" 0
      EVAL "return 0/0" 0
      EVAL "return 1/0" 0
      EVAL "return tostring(1e15) .. ' ' .. tostring(0.1) .. ' ' .. tostring(-0)" 0
      EVAL "return 1, 2, 3" 0
      EVAL "return function() end" 0
      EVAL "return {function() end, 1}" 0
    `,
    "KEYS, ARGV and their count": String.raw`
      EVAL "return {KEYS[1], KEYS[2], ARGV[1], ARGV[2]}" 2 k1 k2 a1 a2
      EVAL "return {#KEYS, #ARGV}" 1 k a b c
      EVAL "return ARGV" 0 1 2.5 "\x00\xff" ""
      EVAL "return KEYS" 0
      EVAL "return type(ARGV[1]) .. tostring(ARGV[9])" 0 5
      EVAL "return 1" 1
      EVAL "return 1" -1
      EVAL "return 1" abc
      EVAL "return 1" 2 a
      EVAL "return 1"
      EVAL
      EVAL "KEYS[1] = 'x'; return KEYS" 1 k
    `,
    "values from commands": `
      SET n 5
      RPUSH l a b
      HSET h f v
      SADD s 1
      ZADD z 1.5 a
      EVAL "return redis.call('GET', 'n')" 0
      EVAL "return type(redis.call('GET', 'n'))" 0
      EVAL "return redis.call('GET', 'missing')" 0
      EVAL "return type(redis.call('GET', 'missing'))" 0
      EVAL "return redis.call('INCR', 'n') + 1" 0
      EVAL "return redis.call('SET', 'x', 'y')" 0
      EVAL "return redis.call('SET', 'x', 'y').ok" 0
      EVAL "return redis.call('LRANGE', 'l', 0, -1)" 0
      EVAL "return redis.call('HGETALL', 'h')" 0
      EVAL "return redis.call('SMEMBERS', 's')" 0
      EVAL "return redis.call('ZSCORE', 'z', 'a')" 0
      EVAL "return redis.call('ZRANGE', 'z', 0, -1, 'WITHSCORES')" 0
      EVAL "return redis.call('BLPOP', 'none', 0)" 0
      EVAL "return redis.call('LPOP', 'none', 1)" 0
      EVAL "return redis.call('SET', 'x', 1.5) and redis.call('GET', 'x')" 0
      EVAL "return redis.call('SET', 'x', 100) and redis.call('GET', 'x')" 0
      EVAL "return redis.call('SET', 'x', 1e20) and redis.call('GET', 'x')" 0
      EVAL "return redis.call('SET', 'x', 0.1) and redis.call('GET', 'x')" 0
      EVAL "return redis.call('SET', 'x', 3.0) and redis.call('GET', 'x')" 0
      EVAL "return redis.call('SET', 'x', 12345678901234567) and redis.call('GET', 'x')" 0
      EVAL "return redis.call('SET', 'x', true)" 0
      EVAL "return redis.call('SET', 'x', nil)" 0
      EVAL "return redis.call('SET', 'x', {})" 0
      EVAL "return redis.call()" 0
      EVAL "return redis.pcall()" 0
      EVAL "redis.setresp(3); return redis.call('HGETALL', 'h')" 0
      EVAL "redis.setresp(3); return redis.call('HGETALL', 'h').map.f" 0
      EVAL "redis.setresp(3); return redis.call('SMEMBERS', 's')" 0
      EVAL "redis.setresp(3); return redis.call('SMEMBERS', 's').set['1']" 0
      EVAL "redis.setresp(3); return redis.call('ZSCORE', 'z', 'a')" 0
      EVAL "redis.setresp(3); return redis.call('ZSCORE', 'z', 'a').double * 2" 0
      EVAL "redis.setresp(3); return redis.call('GET', 'missing')" 0
      EVAL "redis.setresp(3); return type(redis.call('GET', 'missing'))" 0
      EVAL "redis.setresp(3); return redis.call('ZRANGE', 'z', 0, -1, 'WITHSCORES')" 0
      EVAL "redis.setresp(2); return redis.call('HGETALL', 'h')" 0
    `,
    "errors of scripts": `
      SET s x
      EVAL "return redis.call('INCR', 's')" 0
      EVAL "return redis.pcall('INCR', 's')" 0
      EVAL "return redis.pcall('INCR', 's').err" 0
      EVAL "return redis.call('LPUSH', 's', 1)" 0
      EVAL "return redis.pcall('LPUSH', 's', 1)" 0
      EVAL "local r = redis.pcall('LPUSH', 's', 1); return type(r)" 0
      EVAL "local ok, e = pcall(redis.call, 'LPUSH', 's', 1); return {tostring(ok), type(e), e.err}" 0
      EVAL "return redis.call('NOSUCH')" 0
      EVAL "return redis.pcall('NOSUCH')" 0
      EVAL "return redis.call('GET')" 0
      EVAL "return redis.call('GET', 'a', 'b')" 0
      EVAL "return redis.call('CONFIG', 'BAD')" 0
      EVAL "return redis.call('SET', 's', 'v', 'BAD')" 0
      EVAL "error('my words')" 0
      EVAL "error({err = 'my table'})" 0
      EVAL "error({err = 'CODE my table'})" 0
      EVAL "error()" 0
      EVAL "local x = nil; return x.y" 0
      EVAL "return undefined" 0
      EVAL "x = 1" 0
      EVAL "return nosuchfunction()" 0
      EVAL "syntax error here" 0
      EVAL "return 'unfinished" 0
      EVAL "assert(false)" 0
      EVAL "assert(false, 'words')" 0
      EVAL "return 1 + {}" 0
      EVAL "return 'a' < 1" 0
      EVAL "local function f() return f() + 1 end return f()" 0
      EVAL "redis.call('SET', 'a', '1'); redis.call('LPUSH', 'a', 'x'); redis.call('SET', 'a', '2')" 0
      GET a
      EVAL "redis.pcall('LPUSH', 'a', 'x'); redis.call('SET', 'a', '2'); return redis.call('GET', 'a')" 0
      EVAL "\\n\\nreturn redis.call('INCR', 's')" 0
    `,
    "what scripts may not do": `
      EVAL "return redis.call('MULTI')" 0
      EVAL "return redis.call('EXEC')" 0
      EVAL "return redis.call('WATCH', 'a')" 0
      EVAL "return redis.call('SUBSCRIBE', 'a')" 0
      EVAL "return redis.call('EVAL', 'return 1', 0)" 0
      EVAL "return redis.call('SCRIPT', 'LOAD', 'return 1')" 0
      EVAL "return redis.call('CLIENT', 'ID')" 0
      EVAL "return redis.call('CLIENT', 'LIST')" 0
      EVAL "return redis.call('CONFIG', 'GET', 'maxmemory')" 0
      EVAL "return redis.call('AUTH', 'x')" 0
      EVAL "return redis.call('HELLO', '3')" 0
      EVAL "return redis.call('QUIT')" 0
      EVAL "return redis.call('RESET')" 0
      EVAL "return redis.call('MONITOR')" 0
      EVAL "return redis.call('SHUTDOWN')" 0
      EVAL "return redis.call('DEBUG', 'SLEEP', '0')" 0
      EVAL "return redis.call('PING')" 0
      EVAL "return redis.call('ECHO', 'x')" 0
      EVAL "return redis.call('SELECT', '1')" 0
      EVAL "redis.call('SELECT', 1); redis.call('SET', 'in', 'one'); return redis.call('DBSIZE')" 0
      GET in
      SELECT 1
      GET in
      EVAL "return redis.call('WAIT', '0', '0')" 0
      EVAL "return redis.call('PUBLISH', 'a', 'b')" 0
      EVAL "return redis.call('FLUSHALL')" 0
      EVAL "return redis.call('SAVE')" 0
    `,
    "the sandbox": `
      EVAL "return type(os.clock)" 0
      EVAL "return type(io)" 0
      EVAL "return type(require)" 0
      EVAL "return type(dofile)" 0
      EVAL "return type(loadfile)" 0
      EVAL "return type(print)" 0
      EVAL "return type(debug)" 0
      EVAL "return type(package)" 0
      EVAL "return type(os.execute)" 0
      EVAL "return type(collectgarbage)" 0
      EVAL "return type(loadstring) .. type(load) .. type(newproxy) .. type(setfenv) .. type(getfenv)" 0
      EVAL "return loadstring('return 1 + 1')()" 0
      EVAL "string.foo = 1" 0
      EVAL "redis.foo = 1" 0
      EVAL "_G.x = 1" 0
      EVAL "return _G.x" 0
      EVAL "rawset(_G, 'x', 1)" 0
      EVAL "setmetatable(_G, {})" 0
      EVAL "getmetatable('').__index = nil" 0
      EVAL "return _VERSION" 0
      EVAL "return redis.REDIS_VERSION" 0
      EVAL "return redis.REDIS_VERSION_NUM" 0
      EVAL "return {redis.LOG_DEBUG, redis.LOG_VERBOSE, redis.LOG_NOTICE, redis.LOG_WARNING}" 0
      EVAL "return {redis.REPL_ALL, redis.REPL_AOF, redis.REPL_SLAVE, redis.REPL_REPLICA, redis.REPL_NONE}" 0
      EVAL "return {type(redis.breakpoint), type(redis.debug), type(redis.acl_check_cmd), type(redis.register_function)}" 0
      EVAL "return redis.log(redis.LOG_DEBUG, 'x')" 0
      EVAL "return redis.log('x')" 0
      EVAL "return redis.log(10, 'x')" 0
      EVAL "return redis.sha1hex('')" 0
      EVAL "return redis.sha1hex('abc')" 0
      EVAL "return redis.sha1hex()" 0
      EVAL "return redis.sha1hex('a', 'b')" 0
      EVAL "return redis.replicate_commands()" 0
      EVAL "return redis.set_repl(redis.REPL_ALL)" 0
      EVAL "return redis.set_repl(99)" 0
      EVAL "return redis.acl_check_cmd('GET', 'x')" 0
      EVAL "return redis.acl_check_cmd('NOSUCH')" 0
      EVAL "local a = {}; for k in pairs({x = 1}) do a[#a + 1] = k end; return a" 0
      EVAL "return {math.floor(3.7), math.max(1, 5), string.rep('ab', 3), string.format('%5.2f|%d|%s|%q', 3.14159, 42, 'x', 'a')}" 0
      EVAL "return {('x'):upper(), string.byte('A'), string.char(72, 105), #'abc', table.concat({1, 2, 3}, ',')}" 0
      EVAL "return {string.find('hello', 'l+'), string.gsub('hello', 'l', 'L'), string.match('key=val', '(%w+)=(%w+)')}" 0
      EVAL "local t = {3, 1, 2}; table.sort(t); return t" 0
      EVAL "return {select('#', 1, 2, 3), unpack({1, 2, 3})}" 0
      EVAL "return tonumber('0x10') + tonumber('1e2') + tonumber('z', 36)" 0
      EVAL "return math.random(1000) <= 1000 and 1 or 0" 0
      EVAL "math.randomseed(42); local a = math.random(); math.randomseed(42); return a == math.random() and 1 or 0" 0
    `,
    "libraries of scripts": `
      EVAL "return cjson.encode({1, 2, 3})" 0
      EVAL "return cjson.encode({a = 1})" 0
      EVAL "return cjson.encode({})" 0
      EVAL "return cjson.encode('text \\"quoted\\" / \\\\\\\\ \\\\n')" 0
      EVAL "return cjson.encode({1.5, true, cjson.null, 'x', 1e20, 100})" 0
      EVAL "return cjson.encode(0.1)" 0
      EVAL "return cjson.encode({[1] = 1, [3] = 3})" 0
      EVAL "return cjson.encode({[1] = 1, [100] = 3})" 0
      EVAL "return cjson.encode(function() end)" 0
      EVAL "return cjson.decode('[1, 2, {\\"a\\": \\"b\\"}]')[3].a" 0
      EVAL "return cjson.decode('{\\"n\\": 1.5, \\"t\\": true, \\"z\\": null}').n * 2" 0
      EVAL "return tostring(cjson.decode('null') == cjson.null)" 0
      EVAL "return cjson.decode('[')" 0
      EVAL "return cjson.decode('')" 0
      EVAL "return cjson.decode('nonsense')" 0
      EVAL "return cjson.decode('\\"\\\\\\\\u00e9\\\\\\\\ud83d\\\\\\\\ude00\\"')" 0
      EVAL "return cmsgpack.pack(1)" 0
      EVAL "return cmsgpack.pack({1, 'two', 3.5, true, false})" 0
      EVAL "return cmsgpack.pack({a = 'b'})" 0
      EVAL "return cmsgpack.pack(-1, 127, 128, 65536, 4294967296, -129, 'x')" 0
      EVAL "return cmsgpack.unpack(cmsgpack.pack({1, {2, 'x'}}))" 0
      EVAL "return {cmsgpack.unpack(cmsgpack.pack(1, 2, 3))}" 0
      EVAL "return cmsgpack.unpack('')" 0
      EVAL "return cmsgpack.pack()" 0
      EVAL "return {bit.band(255, 15), bit.bor(1, 2), bit.bxor(3, 1), bit.bnot(0), bit.lshift(1, 4), bit.rshift(-1, 28), bit.arshift(-256, 4)}" 0
      EVAL "return {bit.tobit(4294967295), bit.rol(1, 31), bit.ror(1, 1), bit.bswap(1)}" 0
      EVAL "return {bit.tohex(255), bit.tohex(255, 4), bit.tohex(-1, -4)}" 0
      EVAL "return bit.band('x')" 0
      EVAL "return struct.pack('>I2bHz', 258, 1, 2, 'str')" 0
      EVAL "return {struct.unpack('>I2', struct.pack('>I2', 258))}" 0
      EVAL "return {struct.unpack('<i4d', struct.pack('<i4d', -5, 1.5))}" 0
      EVAL "return struct.size('>I2i4')" 0
      EVAL "return struct.unpack('>I4', 'a')" 0
      EVAL "return struct.pack('y', 1)" 0
    `,
    "EVALSHA and SCRIPT": `
      EVALSHA ${sha("return 1")} 0
      SCRIPT LOAD "return 1"
      EVALSHA ${sha("return 1")} 0
      EVALSHA ${sha("return 1").toUpperCase()} 0
      EVALSHA ${sha("nothing")} 0
      EVALSHA abc 0
      EVALSHA "" 0
      EVALSHA ${sha("return 1")}
      EVALSHA ${sha("return 1")} abc
      EVALSHA ${sha("return 1")} 2 a
      SCRIPT EXISTS ${sha("return 1")} ${sha("nothing")} abc ${sha("return 1").toUpperCase()}
      SCRIPT EXISTS
      EVAL "return {KEYS[1], ARGV[1]}" 1 k a
      EVALSHA ${sha("return {KEYS[1], ARGV[1]}")} 1 k b
      SCRIPT LOAD "not lua at all"
      SCRIPT LOAD
      SCRIPT LOAD a b
      SCRIPT FLUSH
      SCRIPT EXISTS ${sha("return 1")}
      EVALSHA ${sha("return 1")} 0
      SCRIPT LOAD "return 2"
      SCRIPT FLUSH SYNC
      SCRIPT FLUSH ASYNC
      SCRIPT FLUSH BAD
      SCRIPT FLUSH SYNC x
      SCRIPT EXISTS ${sha("return 2")}
      SCRIPT KILL
      SCRIPT
      SCRIPT BAD
      @kind SCRIPT HELP
      b> SCRIPT DEBUG BAD
      EVAL "return redis.error_reply('NOSCRIPT made up')" 0
      MULTI
      EVALSHA ${sha("return 3")} 0
      SCRIPT LOAD "return 3"
      EVALSHA ${sha("return 3")} 0
      EXEC
    `,
    "EVAL_RO and EVALSHA_RO": `
      SET k v
      EVAL_RO "return redis.call('GET', KEYS[1])" 1 k
      EVAL_RO "return redis.call('SET', KEYS[1], 'x')" 1 k
      EVAL_RO "return redis.pcall('SET', KEYS[1], 'x')" 1 k
      EVAL_RO "return redis.call('PUBLISH', 'a', 'b')" 0
      EVAL_RO "return 1" 1
      EVAL_RO
      SCRIPT LOAD "return redis.call('GET', KEYS[1])"
      EVALSHA_RO ${sha("return redis.call('GET', KEYS[1])")} 1 k
      SCRIPT LOAD "return redis.call('DEL', KEYS[1])"
      EVALSHA_RO ${sha("return redis.call('DEL', KEYS[1])")} 1 k
      EVALSHA_RO ${sha("nothing")} 0
      EVALSHA_RO abc
      GET k
      EVAL "#!lua flags=no-writes\\nreturn redis.call('GET', KEYS[1])" 1 k
      EVAL "#!lua flags=no-writes\\nreturn redis.call('SET', KEYS[1], 'x')" 1 k
      EVAL_RO "#!lua\\nreturn redis.call('GET', KEYS[1])" 1 k
      EVAL "#!lua\\nreturn redis.call('SET', KEYS[1], 'y')" 1 k
      EVAL "#!lua flags=bad\\nreturn 1" 0
      EVAL "#!lua flags=no-writes,allow-stale,allow-oom,no-cluster\\nreturn 1" 0
      EVAL "#!lua name=x\\nreturn 1" 0
      EVAL "#!js\\nreturn 1" 0
      EVAL "#!\\nreturn 1" 0
      EVAL "#!lua" 0
    `,
    "DEBUG SET-DISABLE-DENY-SCRIPTS": `
      EVAL "return redis.call('DEBUG', 'PROTOCOL', 'integer')" 0
      DEBUG SET-DISABLE-DENY-SCRIPTS 1
      EVAL "return redis.call('DEBUG', 'PROTOCOL', 'integer')" 0
      @pairs EVAL "redis.setresp(3); return redis.call('DEBUG', 'PROTOCOL', 'map')" 0
      EVAL "redis.setresp(3); return redis.call('DEBUG', 'PROTOCOL', 'bignum')" 0
      EVAL "redis.setresp(2); return redis.call('DEBUG', 'PROTOCOL', 'double')" 0
      EVAL "redis.call('SET', 'k', 'v', 'PX', 1); redis.call('DEBUG', 'SLEEP', '0.01'); return redis.call('EXISTS', 'k')" 0
      DEBUG SET-DISABLE-DENY-SCRIPTS x
      EVAL "return redis.call('DEBUG', 'PROTOCOL', 'integer')" 0
    `,
    "a script is one step": `
      b& BLPOP l 0
      EVAL "redis.call('RPUSH', 'l', 'a'); redis.call('DEL', 'l'); redis.call('RPUSH', 'l', 'b'); return redis.call('LLEN', 'l')" 0
      b<
      SET k v PX 20
      until 0 EXISTS k
      EVAL "return redis.call('EXISTS', 'k')" 0
      EVAL "redis.call('SET', 't', 'v', 'PX', 1); local i = 0; while i < 300000 do i = i + 1 end; return redis.call('EXISTS', 't')" 0
      EVAL "return {redis.call('TIME')[1] == redis.call('TIME')[1] and 1 or 0}" 0
      EVAL "local n = 0; for i = 1, 1000 do n = n + redis.call('INCR', 'c') end; return n" 0
      GET c
      EVAL "local t = {}; for i = 1, 5000 do t[i] = i end; return #t" 0
      EVAL "return redis.call('MSET', unpack({'a', 1, 'b', 2})) and redis.call('MGET', 'a', 'b')" 0
      EVAL "for i = 1, 300 do redis.call('RPUSH', 'many', i) end; return redis.call('LRANGE', 'many', 0, -1)" 0
    `,
  },
};
