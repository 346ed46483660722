/** SHA-1, by which client and server name scripts. */

/** The message schedule, used again for each block: to make one costs more than to use it. */
const words = new Int32Array(80);

/**
 * The SHA-1 digest of a one-byte string.
 * @returns 40 hexadecimal digits in lower case
 */
export function sha1(text: string): string {
  let digits = "";
  for (const word of sha1Words(text, new Int32Array(5))) digits += (word >>> 0).toString(16).padStart(8, "0");
  return digits;
}

/**
 * The SHA-1 digest of a one-byte string as numbers.
 * @param digest becomes the digest: five words of 32 bits, the first the highest
 * @returns `digest`
 */
export function sha1Words(text: string, digest: Int32Array): Int32Array {
  const { length } = text;
  const blocks = (length + 9 + 63) >>> 6;
  let a0 = 0x67452301;
  let b0 = 0xefcdab89 | 0;
  let c0 = 0x98badcfe | 0;
  let d0 = 0x10325476;
  let e0 = 0xc3d2e1f0 | 0;
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < 16; i++) {
      const at = block * 64 + i * 4;
      words[i] =
        (byteAt(text, at) << 24) |
        (byteAt(text, at + 1) << 16) |
        (byteAt(text, at + 2) << 8) |
        byteAt(text, at + 3);
    }
    if (block === blocks - 1) {
      // The length in bits ends the last block; a string is shorter than 2^53 bits.
      words[14] = Math.floor(length / 0x20000000);
      words[15] = length * 8;
    }
    for (let i = 16; i < 80; i++) {
      words[i] = rotate(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    }
    let a = a0;
    let b = b0;
    let c = c0;
    let d = d0;
    let e = e0;
    for (let i = 0; i < 80; i++) {
      let mixed: number;
      if (i < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
      else if (i < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
      else if (i < 60) mixed = ((b & c) | (b & d) | (c & d)) - 0x70e44324;
      else mixed = (b ^ c ^ d) - 0x359d3e2a;
      const next = (rotate(a, 5) + mixed + e + words[i]) | 0;
      e = d;
      d = c;
      c = rotate(b, 30);
      b = a;
      a = next;
    }
    a0 = (a0 + a) | 0;
    b0 = (b0 + b) | 0;
    c0 = (c0 + c) | 0;
    d0 = (d0 + d) | 0;
    e0 = (e0 + e) | 0;
  }
  digest[0] = a0;
  digest[1] = b0;
  digest[2] = c0;
  digest[3] = d0;
  digest[4] = e0;
  return digest;
}

/** A byte of the padded message: behind the text stands 0x80, then zeros. */
function byteAt(text: string, at: number): number {
  if (at < text.length) return text.charCodeAt(at) & 0xff;
  return at === text.length ? 0x80 : 0;
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
