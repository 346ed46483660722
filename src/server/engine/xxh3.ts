/**
 * XXH3, the hash that DIGEST answers: 64 bits, without a seed, with the secret that comes with it.
 * @see https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */

const MASK = 0xffffffffffffffffn;
const LOW = 0xffffffffn;
const PRIME32_1 = 0x9e3779b1n;
const PRIME32_2 = 0x85ebca77n;
const PRIME32_3 = 0xc2b2ae3dn;
const PRIME64_1 = 0x9e3779b185ebca87n;
const PRIME64_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME64_3 = 0x165667b19e3779f9n;
const PRIME64_4 = 0x85ebca77c2b2ae63n;
const PRIME64_5 = 0x27d4eb2f165667c5n;
const PRIME_MX1 = 0x165667919e3779f9n;
const PRIME_MX2 = 0x9fb21c651e98df25n;

const SECRET_SIZE = 192;
const STRIPE = 64;
/** Each stripe of a block uses the secret 8 bytes further on. */
const STRIPES_A_BLOCK = (SECRET_SIZE - STRIPE) / 8;
const BLOCK = STRIPES_A_BLOCK * STRIPE;

const SECRET = viewOf(
  Uint8Array.from(
    (
      "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221" +
      "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8" +
      "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb" +
      "170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
    ).match(/../g) ?? [],
    (pair) => Number.parseInt(pair, 16),
  ),
);

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function word32(view: DataView, at: number): bigint {
  return BigInt(view.getUint32(at, true));
}

function word64(view: DataView, at: number): bigint {
  return view.getBigUint64(at, true);
}

/** Both halves of the product of 128 bits, one laid over the other. */
function foldedProduct(a: bigint, b: bigint): bigint {
  const product = a * b;
  return (product & MASK) ^ (product >> 64n);
}

function rotatedLeft(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}

function bytesSwapped(value: bigint): bigint {
  let rest = value;
  let swapped = 0n;
  for (let i = 0; i < 8; i++) {
    swapped = (swapped << 8n) | (rest & 0xffn);
    rest >>= 8n;
  }
  return swapped;
}

function avalanche(hash: bigint): bigint {
  let mixed = (hash ^ (hash >> 37n)) * PRIME_MX1;
  mixed &= MASK;
  return mixed ^ (mixed >> 32n);
}

/** The finish of the older XXH64, which the shortest inputs have kept. */
function avalancheOf64(hash: bigint): bigint {
  let mixed = ((hash ^ (hash >> 33n)) * PRIME64_2) & MASK;
  mixed = ((mixed ^ (mixed >> 29n)) * PRIME64_3) & MASK;
  return mixed ^ (mixed >> 32n);
}

function ofUpTo16(input: DataView): bigint {
  const length = input.byteLength;
  if (length > 8) {
    const low = word64(input, 0) ^ word64(SECRET, 24) ^ word64(SECRET, 32);
    const high = word64(input, length - 8) ^ word64(SECRET, 40) ^ word64(SECRET, 48);
    return avalanche((BigInt(length) + bytesSwapped(low) + high + foldedProduct(low, high)) & MASK);
  }
  if (length >= 4) {
    const both = word32(input, length - 4) + (word32(input, 0) << 32n);
    let hash = both ^ word64(SECRET, 8) ^ word64(SECRET, 16);
    hash ^= rotatedLeft(hash, 49n) ^ rotatedLeft(hash, 24n);
    hash = (hash * PRIME_MX2) & MASK;
    hash ^= (hash >> 35n) + BigInt(length);
    hash = (hash * PRIME_MX2) & MASK;
    return hash ^ (hash >> 28n);
  }
  if (length === 0) return avalancheOf64(word64(SECRET, 56) ^ word64(SECRET, 64));
  const combined =
    input.getUint8(length - 1) |
    (length << 8) |
    (input.getUint8(0) << 16) |
    (input.getUint8(length >> 1) << 24);
  return avalancheOf64(BigInt(combined >>> 0) ^ word32(SECRET, 0) ^ word32(SECRET, 4));
}

/** 16 bytes of the input with 16 of the secret. */
function mixed16(input: DataView, at: number, secretAt: number): bigint {
  return foldedProduct(
    word64(input, at) ^ word64(SECRET, secretAt),
    word64(input, at + 8) ^ word64(SECRET, secretAt + 8),
  );
}

function ofUpTo128(input: DataView): bigint {
  const length = input.byteLength;
  let hash = BigInt(length) * PRIME64_1;
  // Pairs from both ends towards the middle.
  for (let pair = Math.floor((length - 1) / 32); pair >= 0; pair--) {
    hash += mixed16(input, pair * 16, pair * 32) + mixed16(input, length - 16 - pair * 16, pair * 32 + 16);
  }
  return avalanche(hash & MASK);
}

function ofUpTo240(input: DataView): bigint {
  const length = input.byteLength;
  let hash = BigInt(length) * PRIME64_1;
  for (let round = 0; round < 8; round++) hash += mixed16(input, round * 16, round * 16);
  hash = avalanche(hash & MASK);
  for (let round = 8; round < Math.floor(length / 16); round++) {
    hash += mixed16(input, round * 16, (round - 8) * 16 + 3);
  }
  return avalanche((hash + mixed16(input, length - 16, 119)) & MASK);
}

function accumulate(lanes: bigint[], input: DataView, at: number, secretAt: number): void {
  for (let lane = 0; lane < 8; lane++) {
    const value = word64(input, at + lane * 8);
    const key = value ^ word64(SECRET, secretAt + lane * 8);
    lanes[lane ^ 1] = (lanes[lane ^ 1] + value) & MASK;
    lanes[lane] = (lanes[lane] + (key & LOW) * (key >> 32n)) & MASK;
  }
}

function scramble(lanes: bigint[]): void {
  for (let lane = 0; lane < 8; lane++) {
    const mixed = lanes[lane] ^ (lanes[lane] >> 47n) ^ word64(SECRET, SECRET_SIZE - STRIPE + lane * 8);
    lanes[lane] = (mixed * PRIME32_1) & MASK;
  }
}

function ofLong(input: DataView): bigint {
  const length = input.byteLength;
  const lanes = [PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1];
  // The last stripe, whole or not, is taken from the end.
  const stripes = Math.floor((length - 1) / STRIPE);
  for (let stripe = 0; stripe < stripes; stripe++) {
    const inBlock = stripe % STRIPES_A_BLOCK;
    accumulate(lanes, input, stripe * STRIPE, inBlock * 8);
    if (
      inBlock === STRIPES_A_BLOCK - 1 &&
      (stripe + 1) * STRIPE <= Math.floor((length - 1) / BLOCK) * BLOCK
    ) {
      scramble(lanes);
    }
  }
  accumulate(lanes, input, length - STRIPE, SECRET_SIZE - STRIPE - 7);
  let hash = BigInt(length) * PRIME64_1;
  for (let pair = 0; pair < 4; pair++) {
    hash += foldedProduct(
      lanes[pair * 2] ^ word64(SECRET, 11 + pair * 16),
      lanes[pair * 2 + 1] ^ word64(SECRET, 19 + pair * 16),
    );
  }
  return avalanche(hash & MASK);
}

/**
 * The hash of a one-byte string.
 * @returns 16 hexadecimal digits in lower case
 * @example xxh3("Hello world"); // "b6acb9d84a38ff74"
 */
export function xxh3(text: string): string {
  const input = viewOf(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  const { byteLength } = input;
  let hash: bigint;
  if (byteLength <= 16) hash = ofUpTo16(input);
  else if (byteLength <= 128) hash = ofUpTo128(input);
  else if (byteLength <= 240) hash = ofUpTo240(input);
  else hash = ofLong(input);
  return hash.toString(16).padStart(16, "0");
}
