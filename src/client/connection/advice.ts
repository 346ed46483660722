/** What to do about an error: the sentence behind its message. */
import { ConnectionError, type RedisError, ReplyError } from "../../errors.js";

/** For replies whose text alone does not say what the caller can do. */
const FOR_REPLIES: Readonly<Record<string, string>> = {
  BUSY: "A script runs for longer than busy-reply-threshold allows. redis.scriptKill() or functionKill() ends one that has not written",
  CLUSTERDOWN: "The cluster did not come back within retry.attempts. CLUSTER INFO says what it lacks",
  LOADING: "It was not done within retry.attempts; raise them, or retry.backoff, where loading takes longer",
  MASTERDOWN: "The link did not come back within retry.attempts. Is the master running?",
  NOAUTH: "The connection has no user (any more). Set username and password, or credentials",
  READONLY:
    "After a new connection it is a replica still. Does the address lead to the master, or was this one demoted for good?",
  TRYAGAIN: "The slot was still on its way to another node after retry.attempts",
};

const advice = new WeakSet<RedisError>();

/** `error` with advice behind its message, where there is some. */
export function advised<E extends RedisError>(error: E): E {
  const sentence = error instanceof ReplyError ? FOR_REPLIES[error.code] : undefined;
  if (sentence === undefined || advice.has(error)) return error;
  advice.add(error);
  error.message = `${error.message} (${sentence}.)`;
  return error;
}

/** Codes of certificates that do not verify, and of handshakes that end over them. */
const CERTIFICATE =
  /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|ERR_SSL_.*(CERTIFICATE|UNKNOWN_CA))/;

/** Is it about a certificate? Then the next attempt ends in the same way, until somebody does something. */
export function isAboutCertificate(code: string): boolean {
  return CERTIFICATE.test(code);
}

/** What to do about a connection that could not be opened. */
export function connectionAdvice(code: string): string {
  switch (code) {
    case "ECONNREFUSED":
      return "Is the server running, and is the port right?";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "Is the host name right?";
    case "ENOENT":
      return "Is unixSocketPath right, and is the server running?";
    case "ETIMEDOUT":
      return "Is the address reachable from here? The option connectTimeout says how long to try.";
    case "EACCES":
      return "May this user open the socket?";
    case "ETLS":
    case "EADDRESS":
      return "It is a function, and is asked at each connect.";
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
      return "Does the server expect TLS on this port? It answered something else.";
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return "The server's certificate is out of date, or the clock here is wrong.";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return "The server's certificate is for another name: set tls.servername to one that it bears.";
  }
  if (!CERTIFICATE.test(code)) return "Is it a Redis server, and does it expect TLS?";
  return code.startsWith("ERR_SSL_")
    ? "The server refuses this client's certificate, or wants one: set tls.cert and tls.key."
    : "Nobody here vouches for the server's certificate: give its authority in tls.ca.";
}

/** The error of a connection that could not be opened, because of `cause`. Nothing was sent. */
export function unreachable(cause: unknown, address: string): ConnectionError {
  const { code = "ECONNECT", message } = cause as { code?: string; message?: string };
  const why = message ?? String(cause);
  return new ConnectionError(code, `No connection to ${address}: ${why}. ${connectionAdvice(code)}`, "no", {
    address,
    cause,
  });
}
