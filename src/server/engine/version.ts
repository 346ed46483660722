/** The Redis version whose behaviour this server follows, as HELLO and INFO report it. */
export const SERVER_VERSION = "7.0.15";
