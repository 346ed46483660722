/** Joins the families of commands to one class. */
import { AclCommands } from "./acl.js";
import { CommandSet } from "./base.js";
import { BitmapCommands } from "./bitmaps.js";
import { BloomCommands } from "./bloom.js";
import { ClusterCommands } from "./cluster.js";
import { ClusterScanCommands } from "./cluster-scan.js";
import { CommandInfoCommands } from "./command-info.js";
import { CommandlogCommands } from "./commandlog.js";
import { ConditionalStringCommands } from "./conditional-strings.js";
import { ConnectionCommands } from "./connection.js";
import { CountMinCommands } from "./count-min.js";
import { CuckooCommands } from "./cuckoo.js";
import { DebugCommands } from "./debug.js";
import { DiagnosticCommands } from "./diagnostics.js";
import { FunctionCommands } from "./functions.js";
import { GeoCommands } from "./geo.js";
import { GeoradiusCommands } from "./georadius.js";
import { HashExpiryCommands } from "./hash-expiry.js";
import { HashCommands } from "./hashes.js";
import { HyperLogLogCommands } from "./hyperloglog.js";
import { JsonCommands } from "./json.js";
import { KeyCommands } from "./keys.js";
import { LatencyCommands } from "./latency.js";
import { ListCommands } from "./lists.js";
import type { Mode } from "./mode.js";
import { ModuleCommands } from "./modules.js";
import { PubSubCommands } from "./pubsub.js";
import { ReplicationCommands } from "./replication.js";
import { ScriptCommands } from "./scripting.js";
import { SearchAggregationCommands } from "./search-aggregations.js";
import { SearchHybridCommands } from "./search-hybrid.js";
import { SearchIndexCommands } from "./search-indexes.js";
import { SearchQueryCommands } from "./search-queries.js";
import { ServerCommands } from "./server.js";
import { SetCommands } from "./sets.js";
import { SlotMigrationCommands } from "./slot-migration.js";
import { SortedSetAlgebraCommands } from "./sorted-set-algebra.js";
import { SortedSetRangeCommands } from "./sorted-set-ranges.js";
import { SortedSetCommands } from "./sorted-sets.js";
import { SortCommands } from "./sorting.js";
import { StreamDeletionCommands } from "./stream-deletion.js";
import { StreamGroupCommands } from "./stream-groups.js";
import { StreamInfoCommands } from "./stream-info.js";
import { StreamCommands } from "./streams.js";
import { StringCommands } from "./strings.js";
import { SuggestionCommands } from "./suggestions.js";
import { TDigestCommands } from "./t-digest.js";
import { TimeSeriesCommands } from "./time-series.js";
import { TopKCommands } from "./top-k.js";
import { TransferCommands } from "./transfer.js";
import { VectorSetCommands } from "./vector-sets.js";

/**
 * Every Redis command as a method. What a call returns depends on the mode `M`: a promise on a client, a longer
 * chain on a pipeline. Two families with the same method would be a compile error here.
 */
export interface Commands<M extends Mode>
  extends AclCommands<M>,
    BitmapCommands<M>,
    BloomCommands<M>,
    ClusterCommands<M>,
    ClusterScanCommands<M>,
    CommandInfoCommands<M>,
    CommandlogCommands<M>,
    ConditionalStringCommands<M>,
    ConnectionCommands<M>,
    CountMinCommands<M>,
    CuckooCommands<M>,
    DebugCommands<M>,
    DiagnosticCommands<M>,
    FunctionCommands<M>,
    GeoCommands<M>,
    GeoradiusCommands<M>,
    HashCommands<M>,
    HashExpiryCommands<M>,
    HyperLogLogCommands<M>,
    JsonCommands<M>,
    KeyCommands<M>,
    LatencyCommands<M>,
    ListCommands<M>,
    ModuleCommands<M>,
    PubSubCommands<M>,
    ReplicationCommands<M>,
    ScriptCommands<M>,
    SearchAggregationCommands<M>,
    SearchHybridCommands<M>,
    SearchIndexCommands<M>,
    SearchQueryCommands<M>,
    ServerCommands<M>,
    SetCommands<M>,
    SlotMigrationCommands<M>,
    SortCommands<M>,
    SortedSetAlgebraCommands<M>,
    SortedSetCommands<M>,
    SortedSetRangeCommands<M>,
    StreamCommands<M>,
    StreamDeletionCommands<M>,
    StreamGroupCommands<M>,
    StreamInfoCommands<M>,
    StringCommands<M>,
    SuggestionCommands<M>,
    TDigestCommands<M>,
    TimeSeriesCommands<M>,
    TopKCommands<M>,
    TransferCommands<M>,
    VectorSetCommands<M> {}

/** Base of all that takes commands: client, cluster, pipeline. It provides `run`, this provides the methods. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the loop below gives the class what the interface says
export abstract class Commands<M extends Mode> extends CommandSet<M> {}

// V8 copies the list of an object's properties each time it gets one more, unless it is a dictionary. Deleting a
// property makes the prototype one, which takes some milliseconds off loading; it is fast again as soon as it is used.
const prototype = Commands.prototype as { first?: unknown; second?: unknown };
prototype.first = prototype.second = undefined;
delete prototype.first;
delete prototype.second;

const METHOD = { writable: true, enumerable: false, configurable: true };

// The families are classes only so that each has its own file: at run time every method sits on one prototype.
for (const family of [
  AclCommands,
  BitmapCommands,
  BloomCommands,
  ClusterCommands,
  ClusterScanCommands,
  CommandInfoCommands,
  CommandlogCommands,
  ConditionalStringCommands,
  ConnectionCommands,
  CountMinCommands,
  CuckooCommands,
  DebugCommands,
  DiagnosticCommands,
  FunctionCommands,
  GeoCommands,
  GeoradiusCommands,
  HashCommands,
  HashExpiryCommands,
  HyperLogLogCommands,
  JsonCommands,
  KeyCommands,
  LatencyCommands,
  ListCommands,
  ModuleCommands,
  PubSubCommands,
  ReplicationCommands,
  ScriptCommands,
  SearchAggregationCommands,
  SearchHybridCommands,
  SearchIndexCommands,
  SearchQueryCommands,
  ServerCommands,
  SetCommands,
  SlotMigrationCommands,
  SortCommands,
  SortedSetAlgebraCommands,
  SortedSetCommands,
  SortedSetRangeCommands,
  StreamCommands,
  StreamDeletionCommands,
  StreamGroupCommands,
  StreamInfoCommands,
  StringCommands,
  SuggestionCommands,
  TDigestCommands,
  TimeSeriesCommands,
  TopKCommands,
  TransferCommands,
  VectorSetCommands,
]) {
  for (const name of Object.getOwnPropertyNames(family.prototype)) {
    const value = (family.prototype as unknown as Record<string, unknown>)[name];
    if (name !== "constructor") Object.defineProperty(Commands.prototype, name, { ...METHOD, value });
  }
}
