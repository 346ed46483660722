/** The calls of all families and what they send, in one list. */
import { dataCases } from "./wire-cases.js";
import { modernCases } from "./wire-modern-cases.js";
import { moduleCases } from "./wire-module-cases.js";
import { operatorCases } from "./wire-operator-cases.js";
import { placeCases } from "./wire-place-cases.js";
import { serverCases } from "./wire-server-cases.js";
import { streamCases } from "./wire-stream-cases.js";

export const wireCases = [
  ...dataCases,
  ...streamCases,
  ...placeCases,
  ...serverCases,
  ...operatorCases,
  ...modernCases,
  ...moduleCases,
];
