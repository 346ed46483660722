/** Cases of FUNCTION and FCALL. */
import type { Family } from "../notation.js";

const LIBRARY = String.raw`"#!lua name=mylib\nredis.register_function('echo', function(keys, args) return {keys, args} end)\nredis.register_function{function_name='get', callback=function(keys) return redis.call('GET', keys[1]) end, flags={'no-writes'}, description='Reads a key'}\nredis.register_function('put', function(keys, args) return redis.call('SET', keys[1], args[1]) end)"`;

export const functions: Family = {
  name: "functions",
  cases: {
    "FUNCTION LOAD and FCALL": String.raw`
      FUNCTION LOAD ${LIBRARY}
      FUNCTION LOAD ${LIBRARY}
      FUNCTION LOAD REPLACE ${LIBRARY}
      FCALL echo 1 k a b
      FCALL put 1 k v
      FCALL get 1 k
      FCALL_RO get 1 k
      FCALL_RO put 1 k x
      FCALL_RO echo 0
      FCALL nosuch 0
      FCALL_RO nosuch 0
      FCALL echo
      FCALL echo abc
      FCALL echo -1
      FCALL echo 3 a
      FCALL
      @sorted FUNCTION LIST LIBRARYNAME nothing
      FUNCTION LIST LIBRARYNAME
      FUNCTION LIST BAD
      FUNCTION STATS
      FUNCTION DELETE mylib
      FUNCTION DELETE mylib
      FCALL get 1 k
      FUNCTION LIST
      FUNCTION LOAD "return 1"
      FUNCTION LOAD "#!lua\nreturn 1"
      FUNCTION LOAD "#!lua name=empty\nreturn 1"
      FUNCTION LOAD "#!lua name=bad name\nreturn 1"
      FUNCTION LOAD "#!js name=lib\nreturn 1"
      FUNCTION LOAD "#!lua name=lib\nsyntax error"
      FUNCTION LOAD "#!lua name=lib\nredis.call('GET', 'x')"
      FUNCTION LOAD
      FUNCTION LOAD BAD ${LIBRARY}
      FUNCTION
      FUNCTION BAD
      FUNCTION KILL
      @kind FUNCTION HELP
      FUNCTION LOAD "#!lua name=one\nredis.register_function('f', function() return 1 end)"
      FUNCTION LIST WITHCODE
      FUNCTION LOAD "#!lua name=two\nredis.register_function('f', function() return 2 end)"
      FUNCTION FLUSH
      FUNCTION FLUSH SYNC
      FUNCTION FLUSH ASYNC
      FUNCTION FLUSH BAD
      FUNCTION LIST
    `,
    "functions register no more when they run": String.raw`
      FUNCTION LOAD "#!lua name=late\nlocal kept = redis\nkept.register_function('f', function() kept.register_function('g', function() return 1 end) end)"
      FCALL f 0
      FUNCTION LIST
      FUNCTION LOAD "#!lua name=zero\nredis.register_function('a\\0b', function() return 1 end)"
      FUNCTION LOAD "#!lua name=zero\nredis.register_function{function_name='a\\0b', callback=function() return 1 end}"
      FUNCTION LOAD "#!lua name=zero\nredis.register_function{function_name='z', description='a\\0b', callback=function() return 1 end}"
      FUNCTION LIST LIBRARYNAME zero
    `,
    "FUNCTION DUMP and RESTORE": `
      FUNCTION LOAD ${LIBRARY}
      @kind @save:dump FUNCTION DUMP
      FUNCTION RESTORE $dump
      FUNCTION RESTORE $dump REPLACE
      FUNCTION RESTORE $dump FLUSH
      FUNCTION RESTORE $dump APPEND
      FUNCTION RESTORE $dump BAD
      FUNCTION FLUSH
      FUNCTION RESTORE $dump
      FCALL echo 1 k a
      FUNCTION RESTORE garbage
      FUNCTION RESTORE
    `,
  },
};
