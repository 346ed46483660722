/** What the broker does in one step on the server, so that no message is lost in between. */
import { defineScript } from "../index.js";

/**
 * Take messages and note them as unacknowledged, at once.
 *
 * KEYS: the index, the hash, the receipt, then the lists: of all queues for the first priority, of all for the next, ...
 * ARGV: how many at the most; how many queues; the number of this call; seconds to keep the receipt.
 * Reply: for each message the number of its list, its tag (`""`: it is no envelope, and was not noted), its text.
 *
 * A priority's messages are shared out evenly among its queues before one of them gives more. A tag that is in
 * use already (someone pushed a copy) is made another, for it is all that names the message in the hash.
 * The receipt says what was taken, for the case that the reply is lost with its connection: see {@link RECOVER}. A call
 * that this has given up takes nothing: it may have been on its way for long.
 */
export const POP = defineScript({
  args: (limit: number, queues: number, call: number, seconds: number) => [limit, queues, call, seconds],
  replies: "buffer",
  decode: (reply) => reply as (number | Buffer)[],
  lua: `
local INFO = '^"delivery_info": ?{"exchange": ?"([^"\\\\]*)", ?"routing_key": ?"([^"\\\\]*)"},[^{}\\\\]*"delivery_tag": ?"([^"\\\\]+)"}}$'
local hash = KEYS[2]
local left, queues = tonumber(ARGV[1]), tonumber(ARGV[2])
local time, out, receipt = nil, {}, {ARGV[3], ""}
local last = redis.call("GET", KEYS[3])
if last and tonumber(string.match(last, "^%d+")) >= tonumber(ARGV[3]) then return out end
local function destination(raw)
  -- Where what is sought stands last, as all known senders have it, nothing else need be read.
  local at = string.find(raw, '"delivery_info"', -500, true)
  if at then
    local exchange, routing, tag = string.match(raw, INFO, at)
    if tag then return tag, '"' .. exchange .. '"', '"' .. routing .. '"' end
  end
  local ok, message = pcall(cjson.decode, raw)
  if not ok or type(message) ~= "table" or type(message.properties) ~= "table" then return nil end
  local tag, info = message.properties.delivery_tag, message.properties.delivery_info
  if type(tag) ~= "string" or tag == "" then return nil end
  local exchange, routing = "", ""
  if type(info) == "table" then
    if type(info.exchange) == "string" then exchange = info.exchange end
    if type(info.routing_key) == "string" then routing = info.routing_key end
  end
  return tag, cjson.encode(exchange), cjson.encode(routing)
end
local function keep(raw)
  local tag, exchange, routing = destination(raw)
  if tag == nil then return "" end
  local entry = "[" .. raw .. ", " .. exchange .. ", " .. routing .. "]"
  local fresh = redis.pcall("HSETNX", hash, tag, entry)
  while fresh == 0 do
    tag = tag .. "+"
    fresh = redis.pcall("HSETNX", hash, tag, entry)
  end
  if type(fresh) == "table" then return nil, fresh end
  return tag
end
local function index(tags)
  if #tags == 0 then return nil end
  if time == nil then
    local now = redis.call("TIME")
    time = now[1] .. "." .. string.format("%06d", now[2])
    receipt[2] = time
  end
  local scored = {}
  for i = 1, #tags do
    scored[2 * i - 1] = time
    scored[2 * i] = tags[i]
  end
  local added = redis.pcall("ZADD", KEYS[1], unpack(scored))
  if type(added) ~= "table" then return nil end
  for i = 1, #tags do redis.call("HDEL", hash, tags[i]) end
  return added
end
local function take(at, count)
  local list = redis.pcall("RPOP", KEYS[at], count)
  if type(list) ~= "table" or list.err then return 0 end
  local words, tags, failed = {}, {}, nil
  for i = 1, #list do
    local tag
    tag, failed = keep(list[i])
    if failed then break end
    words[i] = tag
    if tag ~= "" then tags[#tags + 1] = tag end
  end
  local unindexed = index(tags)
  local kept = unindexed and 0 or #words
  for i = 1, kept do
    out[#out + 1] = at - 4
    out[#out + 1] = words[i]
    out[#out + 1] = list[i]
    if words[i] ~= "" then
      receipt[#receipt + 1] = KEYS[at]
      receipt[#receipt + 1] = words[i]
    end
  end
  for i = #list, kept + 1, -1 do redis.call("RPUSH", KEYS[at], list[i]) end
  return kept, unindexed or failed
end
local function takeAll()
  for first = 4, #KEYS, queues do
    local again = {}
    for at = first, first + queues - 1 do
      if left == 0 then return end
      local share = math.ceil(left / (first + queues - at))
      local got, failed = take(at, share)
      if failed then return failed end
      left = left - got
      if got == share then again[#again + 1] = at end
    end
    for i = 1, #again do
      if left == 0 then return end
      local got, failed = take(again[i], left)
      if failed then return failed end
      left = left - got
    end
  end
end
local failed = takeAll()
if failed and #out == 0 then return failed end
if #receipt > 2 then
  redis.pcall("SET", KEYS[3], table.concat(receipt, "\\0"), "EX", ARGV[4])
end
return out`,
});

/**
 * What a call of {@link POP} has taken whose reply was lost, as far as it is still noted as it was then. If it has not
 * been run yet, it is given up.
 *
 * KEYS: the index, the hash, the receipt. ARGV: the number of that call; seconds to keep the receipt.
 * Reply: the list, the tag and the entry in the hash of each.
 */
export const RECOVER = defineScript({
  keys: 3,
  args: (call: number, seconds: number) => [call, seconds],
  replies: "buffer",
  decode: (reply) => reply as Buffer[],
  lua: `
local out, words = {}, {}
for word in string.gmatch((redis.call("GET", KEYS[3]) or "") .. "\\0", "([^%z]*)%z") do words[#words + 1] = word end
if words[1] ~= ARGV[1] then
  if (tonumber(words[1]) or 0) < tonumber(ARGV[1]) then
    redis.call("SET", KEYS[3], ARGV[1] .. "\\0", "EX", ARGV[2])
  end
  return out
end
for i = 3, #words - 1, 2 do
  local score = redis.call("ZSCORE", KEYS[1], words[i + 1])
  local entry = score and tonumber(score) == tonumber(words[2]) and redis.call("HGET", KEYS[2], words[i + 1])
  if entry then
    out[#out + 1] = words[i]
    out[#out + 1] = words[i + 1]
    out[#out + 1] = entry
  end
end
return out`,
});

/**
 * Give messages back to their lists, each only if it is still noted as unacknowledged.
 *
 * KEYS: the index, the hash, then the list of each. ARGV: `left` or `right`; then the tag, the text and the score
 * (`""`: any) of each. Reply: how many were given back.
 */
export const GIVE_BACK = defineScript({
  args: (side: "LPUSH" | "RPUSH", ...rest: readonly string[]) => [side, ...rest],
  decode: Number,
  lua: `
local count = 0
for i = 3, #KEYS do
  local at = (i - 3) * 3 + 2
  local tag, raw, score = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local same = score == "" or tonumber(redis.call("ZSCORE", KEYS[1], tag) or "nan") == tonumber(score)
  local entry = same and redis.call("HGET", KEYS[2], tag)
  if entry then
    redis.call("HDEL", KEYS[2], tag)
    local pushed = redis.pcall(ARGV[1], KEYS[i], raw)
    if type(pushed) == "table" then
      redis.call("HSET", KEYS[2], tag, entry)
      return pushed
    end
    redis.call("ZREM", KEYS[1], tag)
    count = count + 1
  end
end
return count`,
});

/** Say that messages are still held: their delivery was now. KEYS: the index. ARGV: tags. */
export const REFRESH = defineScript({
  keys: 1,
  args: (tags: readonly string[]) => tags,
  decode: Number,
  lua: `
local now = redis.call("TIME")
local time = now[1] .. "." .. string.format("%06d", now[2])
for i = 1, #ARGV do redis.call("ZADD", KEYS[1], "XX", time, ARGV[i]) end
return #ARGV`,
});

/**
 * What was delivered too long ago: tag, score and entry of each. KEYS: the index, the hash. ARGV: seconds; how many
 * to leave out; how many at the most. A tag that has no entry any more is forgotten.
 */
export const OVERDUE = defineScript({
  keys: 2,
  args: (seconds: number, skip: number, limit: number) => [seconds, skip, limit],
  replies: "buffer",
  decode: (reply) => reply as Buffer[],
  lua: `
local now = redis.call("TIME")
local ceiling = now[1] - ARGV[1]
local found = redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", ceiling, "WITHSCORES", "LIMIT", ARGV[2], ARGV[3])
local out = {}
for i = 1, #found, 2 do
  local entry = redis.call("HGET", KEYS[2], found[i])
  if entry then
    out[#out + 1] = found[i]
    out[#out + 1] = found[i + 1]
    out[#out + 1] = entry
  else
    redis.call("ZREM", KEYS[1], found[i])
  end
end
return out`,
});
