/** The replies of COMMAND DOCS. */
import { MapReply, type ReplyValue, SetReply, SimpleString } from "../../../protocol/reply.js";
import { deprecatedSince, docFlagsOf } from "../../../spec/details.js";
import type { Command } from "../command-table.js";
import type { Argument } from "./argument-notation.js";
import { type Documentation, documentationOf } from "./documentation.js";

/**
 * What is told of one command: a map. Of what came behind Redis 7.0 only its version and its group are known.
 * @param subcommands of a container, each once
 */
export function docsReply(command: Command, subcommands: readonly Command[]): ReplyValue {
  const { spec } = command;
  const written = documentationOf(command.name);
  const flags = docFlagsOf(spec).map((flag) => new SimpleString(flag));
  return new MapReply([
    ...field("summary", written?.summary),
    "since",
    spec.since,
    "group",
    spec.group,
    ...field("complexity", written?.complexity),
    ...field("doc_flags", flags.length === 0 ? undefined : new SetReply(flags)),
    ...field("deprecated_since", deprecatedSince(spec)),
    ...field("replaced_by", written?.replacedBy),
    ...field("history", historyReply(written)),
    ...field("arguments", written?.arguments.length ? written.arguments.map(argumentReply) : undefined),
    ...field(
      "subcommands",
      subcommands.length === 0
        ? undefined
        : new MapReply(subcommands.flatMap((sub) => [sub.displayName, docsReply(sub, [])])),
    ),
  ]);
}

function historyReply(written: Documentation | undefined): ReplyValue | undefined {
  if (written === undefined || written.history.length === 0) return undefined;
  return new SetReply(written.history.map(([version, change]) => [version, change]));
}

function argumentReply(argument: Argument): ReplyValue {
  const flags = argument.flags.map((flag) => new SimpleString(flag));
  return new MapReply([
    "name",
    argument.name,
    "type",
    argument.type,
    ...field("key_spec_index", argument.keySpec),
    ...field("token", argument.token),
    ...field("since", argument.since),
    ...field("deprecated_since", argument.deprecatedSince),
    ...field("flags", flags.length === 0 ? undefined : new SetReply(flags)),
    ...field("arguments", argument.parts?.map(argumentReply)),
  ]);
}

/** A field of a map, or nothing where it has no value. */
function field(name: string, value: ReplyValue | undefined): ReplyValue[] {
  return value === undefined ? [] : [name, value];
}
