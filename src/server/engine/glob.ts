/** Redis's glob patterns, for KEYS, SCAN, PSUBSCRIBE, CONFIG GET. */

const STAR = 0x2a;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const CARET = 0x5e;
const DASH = 0x2d;
const BACKSLASH = 0x5c;

/**
 * Does `text` match `pattern`? `*` any run of bytes, `?` one byte, `[abc]`, `[^a]`, `[a-z]` one of a class,
 * `\x` the byte x itself. An unclosed class ends with the pattern, as in redis-server.
 *
 * Two cursors and one point to return to make it O(pattern x text) at worst: no pattern can hang the server.
 */
export function globMatches(pattern: string, text: string, ignoreCase = false): boolean {
  // As in redis-server: not even a star matches a text of no bytes.
  if (text.length === 0) return pattern.length === 0;
  // Not even a star matches nothing at all: so it is in redis-server.
  if (text.length === 0) return pattern.length === 0;
  let p = 0;
  let t = 0;
  let starAt = -1;
  let starText = 0;
  while (t < text.length) {
    if (p < pattern.length) {
      if (pattern.charCodeAt(p) === STAR) {
        while (p < pattern.length && pattern.charCodeAt(p) === STAR) p++;
        if (p === pattern.length) return true;
        starAt = p;
        starText = t;
        continue;
      }
      const next = matchOne(pattern, p, text.charCodeAt(t), ignoreCase);
      if (next !== -1) {
        p = next;
        t++;
        continue;
      }
    }
    if (starAt === -1) return false;
    p = starAt;
    t = ++starText;
  }
  while (p < pattern.length && pattern.charCodeAt(p) === STAR) p++;
  return p === pattern.length;
}

/** Is the pattern a plain word, so that only one key can match it? */
export function isPlainPattern(pattern: string): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const code = pattern.charCodeAt(i);
    if (code === STAR || code === QUESTION || code === OPEN || code === BACKSLASH) return false;
  }
  return true;
}

/** Match one byte against the element at `p`; the index behind that element, or -1. */
function matchOne(pattern: string, p: number, code: number, ignoreCase: boolean): number {
  const first = pattern.charCodeAt(p);
  if (first === QUESTION) return p + 1;
  if (first === OPEN) return matchClass(pattern, p + 1, code, ignoreCase);
  if (first === BACKSLASH && p + 1 < pattern.length) p++;
  return equal(pattern.charCodeAt(p), code, ignoreCase) ? p + 1 : -1;
}

function matchClass(pattern: string, p: number, code: number, ignoreCase: boolean): number {
  const negated = pattern.charCodeAt(p) === CARET;
  if (negated) p++;
  let found = false;
  for (;;) {
    if (p >= pattern.length) {
      break;
    }
    let low = pattern.charCodeAt(p);
    if (low === BACKSLASH && p + 1 < pattern.length) {
      p++;
      if (pattern.charCodeAt(p) === code) found = true;
      p++;
      continue;
    }
    if (low === CLOSE) {
      p++;
      break;
    }
    if (p + 2 < pattern.length && pattern.charCodeAt(p + 1) === DASH) {
      let high = pattern.charCodeAt(p + 2);
      if (low > high) [low, high] = [high, low];
      if (ignoreCase) {
        low = lower(low);
        high = lower(high);
      }
      const wanted = ignoreCase ? lower(code) : code;
      if (wanted >= low && wanted <= high) found = true;
      p += 3;
      continue;
    }
    if (equal(low, code, ignoreCase)) found = true;
    p++;
  }
  return found === negated ? -1 : p;
}

function equal(a: number, b: number, ignoreCase: boolean): boolean {
  return a === b || (ignoreCase && lower(a) === lower(b));
}

function lower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 32 : code;
}
