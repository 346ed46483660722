/** Errors of a server that breaks the protocol. */
import { ProtocolError } from "../errors.js";

/** The error for a byte that begins no element. */
export function noType(byte: number): ProtocolError {
  return broken(`the byte 0x${byte.toString(16).padStart(2, "0")} where a type is expected`);
}

/** The error for `what`, in words that follow "The server sent". */
export function broken(what: string): ProtocolError {
  return new ProtocolError(`The server sent ${what}, which is no valid RESP; the connection was closed`);
}
