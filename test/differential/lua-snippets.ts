/** Generates Lua scripts: a few statements on locals, keys and the libraries that Redis gives to scripts. */

const NUMBERS =
  "0 1 -1 2 3.5 -0.1 10 255 256 1e15 1e16 2^53 -2^53 2^31 -2^31 2^32 1/0 -1/0 0/0 1e300 0.1 100000000000000 3.0".split(
    " ",
  );
const STRINGS = [
  `''`,
  `'a'`,
  `'abc'`,
  `'10'`,
  `' 12 '`,
  `'0x10'`,
  `'1e3'`,
  `'-3.7'`,
  `'\\0b'`,
  `'\\255\\254'`,
  `'x%d'`,
  `'{"a":[1,2.5,null,true],"b":{}}'`,
  `'[1,[2,[3]]]'`,
  `'[]'`,
  `'\\n\\r\\t"\\\\'`,
  `'k'`,
  `ARGV[1]`,
  `KEYS[1]`,
];
const TABLES = [
  "{}",
  "{1,2,3}",
  "{1,nil,3}",
  "{a=1}",
  "{1,{2,'x'},false,true}",
  "{ok='fine'}",
  "{err='ERR mine'}",
  "{err='mine'}",
  "{map={a=1}}",
  "{set={a=true}}",
  "{double=3.5}",
  "{big_number='123'}",
  "{verbatim_string={format='txt',string='t'}}",
  "{[1]='a',[3]='c'}",
  "{1.9,-1.9,2^53}",
];
const FORMATS = [
  "%d",
  "%5.2f",
  "%s",
  "%q",
  "%x",
  "%X",
  "%o",
  "%g",
  "%e",
  "%c",
  "%i",
  "%u",
  "%-6s|",
  "%05d",
  "%+d",
  "%10s",
  "%.3s",
  "%%",
];
const STRUCTS = [
  "b",
  "B",
  "h",
  "H",
  "<h",
  ">h",
  "i",
  ">i4",
  "<I3",
  "l",
  "f",
  "d",
  ">d",
  "s",
  "c3",
  "i4",
  "!4bi",
  "xB",
  "z",
  "i8",
  "Bc0",
];
const PATTERNS = [
  "'a'",
  "'.'",
  "'%d+'",
  "'(%w)(%w)'",
  "'^a*'",
  "'[a-c]+$'",
  "'%b()'",
  "'()'",
  "'x*'",
  "'%f[%w]%w+'",
  "'['",
  "'%'",
];
const COMMANDS = [
  ["'SET'", "$k", "$s"],
  ["'SET'", "$k", "$n"],
  ["'GET'", "$k"],
  ["'INCR'", "$k"],
  ["'INCRBYFLOAT'", "$k", "'0.5'"],
  ["'APPEND'", "$k", "$s"],
  ["'LPUSH'", "$k", "$s", "$n"],
  ["'LRANGE'", "$k", "0", "-1"],
  ["'HSET'", "$k", "'f'", "$v"],
  ["'HGETALL'", "$k"],
  ["'ZADD'", "$k", "$n", "'m'"],
  ["'ZRANGE'", "$k", "0", "-1", "'WITHSCORES'"],
  ["'ZSCORE'", "$k", "'m'"],
  ["'SISMEMBER'", "$k", "$s"],
  ["'TYPE'", "$k"],
  ["'DEL'", "$k"],
  ["'EXISTS'", "$k", "$k"],
  ["'ECHO'", "$v"],
  ["'PING'"],
  ["'GET'"],
  ["'NOSUCH'", "$v"],
  ["'SUBSCRIBE'", "'c'"],
  ["'MULTI'"],
  ["'CONFIG'", "'NOSUCH'"],
  ["'OBJECT'", "'ENCODING'", "$k"],
  ["$v"],
  [],
];
const EXPRESSIONS = [
  "$v",
  "$v",
  "$n + $v",
  "$v .. $v",
  "$n % $n",
  "$n ^ 2",
  "-$v",
  "#$v",
  "$v == $v",
  "$s < $s",
  "$n <= $n",
  "not $v",
  "$v and $v",
  "$v or $v",
  "tostring($n)",
  "tonumber($v)",
  "tonumber($s, 16)",
  "type($v)",
  "string.format($f, $v)",
  "string.rep($s, 3)",
  "string.sub($s, -2)",
  "string.byte($s, 1, -1)",
  "string.reverse($s)",
  "string.upper($s)",
  "string.find($s, $p)",
  "string.match($s, $p)",
  "string.gsub($s, $p, '<%0>')",
  "table.concat($t, ',')",
  "table.getn($t)",
  "unpack($t)",
  "select('#', $v, $v)",
  "select(2, $v, $v)",
  "math.floor($n)",
  "math.max($n, $n)",
  "math.fmod($n, 3)",
  "math.abs($v)",
  "bit.band($n, 255)",
  "bit.bor($n, $n)",
  "bit.bxor($v, 1)",
  "bit.lshift($n, 3)",
  "bit.arshift($n, 2)",
  "bit.tohex($n, 6)",
  "bit.bswap($n)",
  "bit.tobit($v)",
  "cjson.encode($v)",
  "cjson.decode($s)",
  "cjson.encode({$v, x = $n})",
  "cjson.decode(cjson.encode($t))",
  "cmsgpack.pack($v)",
  "cmsgpack.pack($v, $v)",
  "cmsgpack.unpack(cmsgpack.pack($v))",
  "cmsgpack.unpack($s)",
  "cmsgpack.unpack_one(cmsgpack.pack($v, $v))",
  "struct.pack($u, $v)",
  "struct.pack('>I2B', $n, $n)",
  "struct.unpack($u, $s)",
  "struct.unpack($u, struct.pack($u, $n))",
  "struct.size($u)",
  "redis.sha1hex($v)",
  "redis.status_reply($v)",
  "redis.error_reply($s)",
  "redis.error_reply('-' .. $s)",
  "redis.setresp($n)",
  "redis.REDIS_VERSION",
  "redis.REDIS_VERSION_NUM",
  "redis.acl_check_cmd('GET', $k)",
  "redis.acl_check_cmd($v)",
  "redis.breakpoint()",
  "redis.log(redis.LOG_DEBUG, $v)",
  "redis.call($c)",
  "redis.pcall($c)",
  "redis.pcall($c).err",
  "redis.pcall($c)[1]",
  "pcall(redis.call, $c)",
  "pcall(error, $v)",
  "pcall(string.rep)",
  "pcall(function() return $v + $v end)",
  "next($t)",
  "rawequal($v, $v)",
  "rawget($t, 1)",
  "setmetatable({}, {__index = function() return $v end}).x",
  "loadstring('return ' .. $s)",
  "os.clock() >= 0",
  "$v.x",
  "$v[1]",
  "undefined_global",
  "_G.redis == redis",
  "getmetatable('').__index == string",
  "#ARGV + #KEYS",
];
const STATEMENTS = [
  "local a = $e",
  "local a, b = $e, $e",
  "if $e then redis.call($c) end",
  "redis.pcall($c)",
  "redis.call($c)",
  "local t = $t table.insert(t, $v) if #t > 2 then return t end",
  "local t = $t table.sort(t) if t[1] == 1 then return t end",
  "for i = 1, 3 do redis.pcall($c) end",
  "for k, v in ipairs($t) do redis.pcall('RPUSH', KEYS[1], tostring(v)) end",
  "local ok, e = pcall(function() $r end)",
  "local f = function(x) return x end f($v)",
  "redis.setresp(3)",
  "leak = $v",
  "string.x = $v",
  "KEYS[1] = $s",
  // redis-server 7.0 crashes when a script fails with a table whose field `err` is no text.
  "error($n)",
  "error($s)",
  "error({err=$s})",
  "assert($e, $s)",
];
const RETURNS = [
  "return $e",
  "return $e",
  "return {$e, $e}",
  "return $e, $e",
  "return redis.call($c)",
  "return {$v, redis.pcall($c)}",
  "",
];

/** An endless row of scripts, the same for the same random numbers. */
export class LuaSnippets {
  readonly #random: () => number;

  /** @param random a number in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The next one. */
  next(): string {
    const statements = Array.from({ length: Math.floor(this.#random() * 3) }, () =>
      this.#fill(this.#pick(STATEMENTS)),
    );
    return [...statements, this.#fill(this.#pick(RETURNS))].join("\n");
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)];
  }

  #fill(template: string): string {
    return template.replace(/\$([a-z])/g, (_, kind: string) => this.#part(kind));
  }

  #part(kind: string): string {
    switch (kind) {
      case "n":
        return `(${this.#pick(NUMBERS)})`;
      case "s":
        return `(${this.#pick(STRINGS)})`;
      case "t":
        return `(${this.#pick(TABLES)})`;
      case "f":
        return `'${this.#pick(FORMATS)}'`;
      case "u":
        return `'${this.#pick(STRUCTS)}'`;
      case "p":
        return this.#pick(PATTERNS);
      case "k":
        return this.#pick(["KEYS[1]", "'k2'", "'k3'"]);
      case "c":
        return this.#fill(this.#pick(COMMANDS).join(", "));
      case "e":
        return this.#fill(this.#pick(EXPRESSIONS));
      case "r":
        return this.#fill(this.#pick(RETURNS));
      default:
        return this.#value();
    }
  }

  #value(): string {
    const kind = Math.floor(this.#random() * 10);
    if (kind === 0) return this.#pick(["nil", "true", "false"]);
    return this.#part(kind < 4 ? "n" : kind < 7 ? "s" : "t");
  }
}
