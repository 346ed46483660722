/** Views of bytes, through which four of them are read at once. */

/** Memory of up to this size is remembered with its view: sockets read into the same again and again. */
const SHARED = 65536;

/** Of nothing. */
export const NO_VIEW: DataView = new DataView(new ArrayBuffer(0));

let shared: ArrayBufferLike = NO_VIEW.buffer;
let sharedView: DataView = NO_VIEW;

/** A view that begins where `bytes` do, and ends where they do or behind. */
export function viewOf(bytes: Uint8Array): DataView {
  if (bytes.length === 0) return NO_VIEW;
  const { buffer, byteOffset } = bytes;
  if (byteOffset !== 0) return new DataView(buffer, byteOffset, bytes.length);
  if (buffer === shared) return sharedView;
  const view = new DataView(buffer);
  if (buffer.byteLength <= SHARED) {
    shared = buffer;
    sharedView = view;
  }
  return view;
}
