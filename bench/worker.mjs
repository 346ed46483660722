/**
 * One contender, one scenario, one process: so that neither compiled code nor garbage of the one
 * reaches the other. Runs under Node and under Bun. Prints one line of JSON.
 *
 * node worker.mjs <contender> <scenario> '{"port":6379,"proxyPort":6380,"seconds":2,"warmup":0.5}'
 */
import { SCENARIOS } from "./scenarios.mjs";

const [contender, scenario, given] = process.argv.slice(2);
const { connect } = await import(`./contenders/${contender}.mjs`);
const figures = await SCENARIOS[scenario].run({ connect, ...JSON.parse(given) });
// What is still open (connections, pending commands) must not keep the process, and need not be closed in order.
process.stdout.write(`${JSON.stringify(figures ?? null)}\n`, () => process.exit(0));
