/**
 * What Redis 7.2 to 8.4 have added to the core types, for an engine that follows one of these versions. An engine
 * of 7.0 never loads this.
 */
import { laterCommands } from "../../../spec/additions.js";
import { type Command, CommandTable, commandOf } from "../../../spec/lookup.js";
import { addRuledCommands } from "../acl/command-index.js";
import { clusterHandlers } from "../commands/cluster.js";
import type { Release } from "../engine-options.js";
import type { Handlers } from "../handler.js";
import { COMPAT_VERSIONS, type CompatVersion, reportedVersion } from "../version.js";
import { bitOperationHandlers } from "./bit-operations.js";
import { changedCommands } from "./changed-commands.js";
import { conditionalStringHandlers } from "./conditional-strings.js";
import { connectionCommandHandlers } from "./connection-commands.js";
import { expiringHashHandlers } from "./expiring-hashes.js";
import { FieldExpiries } from "./field-expiries.js";
import { fieldExpiryHandlers } from "./field-expiry-commands.js";
import { fieldValueHandlers } from "./field-value-commands.js";
import { laterParameters } from "./later-parameters.js";
import { listEncodingHandlers } from "./list-encoding.js";
import { listNumberHandlers } from "./list-numbers.js";
import { rankHandlers } from "./ranks.js";
import { scanHandlers, strictScanHandlers } from "./scan-arguments.js";
import { scoreBoundHandlers } from "./score-bounds.js";
import { setEncodingHandlers } from "./set-encoding.js";
import { shortDoubleHandlers } from "./short-doubles.js";
import { streamClaimHandlers } from "./stream-claim-reads.js";
import { streamDeletionHandlers } from "./stream-deletion.js";
import { streamTrimmingHandlers } from "./stream-trimming.js";
import { waitingTimeHandlers } from "./waiting-times.js";

/** The handlers that each version has brought. */
const BROUGHT: Readonly<Record<CompatVersion, Handlers>> = {
  "7.0": {},
  "7.2": {
    ...connectionCommandHandlers,
    ...shortDoubleHandlers,
    ...waitingTimeHandlers,
    ...rankHandlers,
    ...listEncodingHandlers,
    ...setEncodingHandlers,
    ...listNumberHandlers,
  },
  "7.4": { ...fieldExpiryHandlers, ...expiringHashHandlers, ...scanHandlers },
  "8.0": { ...fieldValueHandlers, ...strictScanHandlers, ...scoreBoundHandlers },
  "8.2": { ...bitOperationHandlers, ...streamDeletionHandlers, ...streamTrimmingHandlers },
  "8.4": { ...conditionalStringHandlers, ...streamClaimHandlers },
};

/** The commands that came after 7.0, up to a version; modules and Valkey left out. */
function commandsUpTo(compat: CompatVersion): Command[] {
  return [...new CommandTable(laterCommands)].filter(
    ({ group, since }) => group !== "module" && /^\d/.test(since) && since.slice(0, compat.length) <= compat,
  );
}

/** What an engine needs in order to follow a version later than 7.0. */
export function releaseOf(compat: CompatVersion): Release {
  const brought = commandsUpTo(compat);
  addRuledCommands(brought);
  const specs = new Map([...brought, ...changedCommands(compat)].map((command) => [command.name, command]));
  const handlers: Handlers = Object.assign(
    {},
    ...COMPAT_VERSIONS.filter((version) => version <= compat).map((version) => BROUGHT[version]),
    clusterRefusals(specs),
  );
  return {
    compat,
    version: reportedVersion(compat),
    handlers,
    parameters: laterParameters(compat),
    specOf: (name) => specs.get(name) ?? commandOf(name),
    prepare: (engine) => {
      if (compat >= "7.4") engine.fieldExpiries = new FieldExpiries(engine);
    },
  };
}

/** Outside of cluster mode, where this server is, commands on the cluster are refused alike. */
function clusterRefusals(specs: ReadonlyMap<string, Command>): Handlers {
  const refuse = clusterHandlers["CLUSTER INFO"];
  const names = [...specs.values()].flatMap(({ name, group }) => (group === "cluster" ? [name] : []));
  return Object.fromEntries(names.map((name) => [name, refuse]));
}
