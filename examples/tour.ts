/**
 * A tour of the client: every step prints its code, the reply, and what it shows.
 *
 *   npm run tour                                   on the embedded mini server, in this process
 *   REDIS_URL=redis://localhost:6379/9 npm run tour   on a server of yours (the database must be empty)
 *
 * `-- --no-race` leaves out the race at the end. Plain output where it is not a terminal, or with NO_COLOR.
 */
import { clientSteps } from "./tour/client.js";
import { ended, heading, note } from "./tour/print.js";
import { promptSteps } from "./tour/prompt.js";
import { race } from "./tour/race.js";
import { openServer } from "./tour/server.js";

const server = await openServer(process.env.REDIS_URL);
try {
  heading("resplendent", server.description);
  await promptSteps(server);
  await clientSteps(server);
  if (!process.argv.includes("--no-race")) await race(server);
  ended();
} catch (error) {
  note(`The tour stopped: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = 1;
} finally {
  await server.close();
}
