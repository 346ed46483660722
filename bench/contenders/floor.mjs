/**
 * The floor: what JavaScript on Node does at best while a caller still gets one promise per command.
 * No options, no deadlines, no errors, no UTF-8, no RESP3: nothing of what a client is for.
 */
import net from "node:net";

const CUT = Symbol("the rest of the reply has not come yet");
const HEAD = Symbol("the head of an array");

/** A command as it is sent. ASCII only. */
export function wireOf(...words) {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

export async function connect({ port }) {
  let out = "";
  let [first, last] = [null, null]; // commands in flight, a linked list
  let [bytes, at, end] = [null, 0, 0]; // what is being read
  let [store, held, needed] = [Buffer.alloc(0), 0, 0]; // a reply that was cut, and how long it is
  let [array, filled] = [null, 0];
  let onMessage;

  const flush = () => {
    socket.write(out, "latin1");
    out = "";
  };

  /** Send `wire`, to which `count` replies come; several are resolved together. */
  function send(wire, count = 1) {
    if (out === "") process.nextTick(flush);
    out += wire;
    return new Promise((resolve) => {
      const entry = { resolve, replies: count > 1 ? [] : null, left: count, next: null };
      if (first === null) first = entry;
      else last.next = entry;
      last = entry;
    });
  }

  function number() {
    let value = 0;
    let sign = 1;
    for (let i = at + 1; i < end - 1; i++) {
      const byte = bytes[i];
      if (byte === 13) {
        at = i + 2;
        return value * sign;
      }
      if (byte === 45) sign = -1;
      else value = value * 10 + byte - 48;
    }
    return CUT;
  }

  function next() {
    const type = bytes[at];
    if (type === 43 || type === 45) {
      const stop = bytes.indexOf("\r\n", at);
      if (stop < 0 || stop + 2 > end) return CUT;
      const line = bytes.latin1Slice(at + 1, stop);
      at = stop + 2;
      return line;
    }
    const size = number();
    if (size === CUT || type === 58) return size;
    if (size < 0) return null;
    if (type === 42) {
      if (size === 0) return [];
      [array, filled] = [new Array(size), 0];
      return HEAD;
    }
    const start = at;
    needed = start + size + 2;
    if (needed > end) return CUT;
    at = needed;
    return bytes.latin1Slice(start, start + size);
  }

  function deliver(value) {
    let reply = value;
    if (array !== null) {
      array[filled++] = value;
      if (filled < array.length) return;
      [reply, array] = [array, null];
    }
    const entry = first;
    if (entry === null) return onMessage(reply[2]);
    entry.replies?.push(reply);
    if (--entry.left > 0) return;
    first = entry.next;
    entry.resolve(entry.replies ?? reply);
  }

  function read(size, buffer) {
    if (held === 0) {
      bytes = buffer;
      end = size;
    } else {
      // One buffer, kept for the next reply that is cut: a fresh one costs a page fault every 4 KB.
      if (held + size > store.length) store = Buffer.concat([store], 2 * Math.max(held + size, needed));
      buffer.copy(store, held, 0, size);
      held += size;
      if (held < needed) return true;
      bytes = store;
      end = held;
      held = 0;
    }
    at = 0;
    while (at < end) {
      const start = at;
      needed = 0;
      const value = next();
      if (value === CUT) {
        held = end - start;
        needed -= start;
        if (held > store.length) store = Buffer.allocUnsafeSlow(2 * held);
        bytes.copy(store, 0, start, end);
        break;
      }
      if (value !== HEAD) deliver(value);
    }
    return true;
  }

  const onread = { buffer: Buffer.allocUnsafeSlow(65536), callback: read };
  const socket = net.connect({ host: "127.0.0.1", port, noDelay: true, onread });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return {
    send,
    close: () => socket.destroy(),
    get: (key) => send(wireOf("GET", key)),
    lrange: (key) => send(wireOf("LRANGE", key, "0", "-1")),
    hgetall: (key) => send(wireOf("HGETALL", key)).then(fieldsOf),
    pipeline: (key, count) => send(wireOf("GET", key).repeat(count), count),
    subscribe(channel, listener) {
      onMessage = listener;
      return send(wireOf("SUBSCRIBE", channel));
    },
  };
}

function fieldsOf(flat) {
  const fields = {};
  for (let i = 0; i < flat.length; i += 2) fields[flat[i]] = flat[i + 1];
  return fields;
}
