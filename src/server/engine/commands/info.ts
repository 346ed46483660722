/** INFO. */
import { type ReplyValue, Verbatim } from "../../../protocol/reply.js";
import type { AppendOnly } from "../append-only/append-only.js";
import { lowerCase } from "../arguments.js";
import type { Engine } from "../engine.js";
import type { Args } from "../handler.js";
import { memoryFacts } from "../memory-facts.js";
import type { Session } from "../session.js";

type Field = readonly [name: string, value: string | number];

/** One section: its title and how its fields come about. */
interface Section {
  readonly title: string;
  /** Shown when no section is asked for. */
  readonly isDefault: boolean;
  readonly fields: (engine: Engine) => readonly Field[];
}

/** Bytes for people: 1.50K, 3.25M. */
function human(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  let value = bytes;
  let unit = "B";
  for (const next of ["K", "M", "G", "T"]) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value.toFixed(2)}${unit}`;
}

function server(engine: Engine): Field[] {
  const { platform } = engine;
  const { remaining } = engine.shutdown;
  return [
    ["redis_version", engine.version],
    ["redis_git_sha1", "00000000"],
    ["redis_git_dirty", 0],
    ["redis_build_id", "0"],
    ["redis_mode", "standalone"],
    ["os", platform.os],
    ["arch_bits", 64],
    ["monotonic_clock", "javascript"],
    ["multiplexing_api", "node"],
    ["atomicvar_api", "none"],
    ["gcc_version", "0.0.0"],
    ["process_id", platform.processId],
    ["process_supervised", "no"],
    ["run_id", engine.runId],
    ["tcp_port", engine.config.get("port")],
    ["server_time_usec", engine.clock.micros()],
    ["uptime_in_seconds", engine.uptime],
    ["uptime_in_days", Math.floor(engine.uptime / 86400)],
    ["hz", engine.config.get("hz")],
    ["configured_hz", engine.config.get("hz")],
    ["lru_clock", Math.floor(engine.now / 1000) % (1 << 24)],
    ["executable", platform.executable],
    ["config_file", ""],
    ["io_threads_active", 0],
    ...(remaining === undefined ? [] : [["shutdown_in_milliseconds", remaining] as const]),
  ];
}

/** Those that wait for keys, and those that CLIENT PAUSE holds back. */
function blockedClients(engine: Engine): number {
  let count = 0;
  for (const { blocked } of engine.sessions.values()) if (blocked) count++;
  return count;
}

function clients(engine: Engine): Field[] {
  let input = 0;
  let output = 0;
  for (const { usage } of engine.sessions.values()) {
    const facts = usage.facts();
    input = Math.max(input, facts.input);
    output = Math.max(output, facts.replyListed);
  }
  return [
    ["connected_clients", engine.sessions.size - engine.replication.replicas.size],
    ["cluster_connections", 0],
    ["maxclients", engine.config.maxclients],
    ["client_recent_max_input_buffer", input],
    ["client_recent_max_output_buffer", output],
    ["blocked_clients", blockedClients(engine)],
    ["tracking_clients", engine.tracking.clientCount],
    ["clients_in_timeout_table", engine.blocking.timedCount],
  ];
}

function memory(engine: Engine): Field[] {
  const { used, peak, dataset, clients, backlog, replicas, resident } = memoryFacts(engine);
  const { maxmemory } = engine.config;
  const { platform } = engine;
  const heap = platform.usedMemory();
  const system = platform.systemMemory();
  return [
    ["used_memory", used],
    ["used_memory_human", human(used)],
    ["used_memory_rss", resident],
    ["used_memory_rss_human", human(resident)],
    ["used_memory_peak", peak],
    ["used_memory_peak_human", human(peak)],
    ["used_memory_peak_perc", `${(peak === 0 ? 0 : (used / peak) * 100).toFixed(2)}%`],
    ["used_memory_overhead", used - dataset],
    ["used_memory_startup", used - dataset],
    ["used_memory_dataset", dataset],
    ["used_memory_dataset_perc", "100.00%"],
    ["allocator_allocated", heap],
    ["allocator_active", resident],
    ["allocator_resident", resident],
    ["total_system_memory", system],
    ["total_system_memory_human", human(system)],
    ["used_memory_lua", 0],
    ["used_memory_vm_eval", 0],
    ["used_memory_lua_human", human(0)],
    ["used_memory_scripts_eval", 0],
    ["number_of_cached_scripts", engine.scripts.size],
    ["number_of_functions", engine.functions.functionCount],
    ["number_of_libraries", engine.functions.size],
    ["used_memory_vm_functions", 0],
    ["used_memory_vm_total", 0],
    ["used_memory_vm_total_human", human(0)],
    ["used_memory_functions", 0],
    ["used_memory_scripts", 0],
    ["used_memory_scripts_human", human(0)],
    ["maxmemory", maxmemory],
    ["maxmemory_human", human(maxmemory)],
    ["maxmemory_policy", engine.config.get("maxmemory-policy")],
    ["allocator_frag_ratio", "1.00"],
    ["allocator_frag_bytes", 0],
    ["allocator_rss_ratio", (resident / Math.max(1, heap)).toFixed(2)],
    ["allocator_rss_bytes", resident - heap],
    ["rss_overhead_ratio", "1.00"],
    ["rss_overhead_bytes", 0],
    ["mem_fragmentation_ratio", (resident / Math.max(1, used)).toFixed(2)],
    ["mem_fragmentation_bytes", resident - used],
    ["mem_not_counted_for_evict", replicas],
    ["mem_replication_backlog", backlog],
    ["mem_total_replication_buffers", backlog + replicas],
    ["mem_clients_slaves", replicas],
    ["mem_clients_normal", clients],
    ["mem_cluster_links", 0],
    ["mem_aof_buffer", 0],
    ["mem_allocator", "javascript"],
    ["active_defrag_running", 0],
    ["lazyfree_pending_objects", 0],
    ["lazyfreed_objects", engine.statistics.lazilyFreed],
  ];
}

function appendOnlySizes({ baseSize, scheduled, writer: { size, waiting } }: AppendOnly): Field[] {
  return [
    ["aof_current_size", size],
    ["aof_base_size", baseSize],
    ["aof_pending_rewrite", scheduled ? 1 : 0],
    ["aof_buffer_length", waiting],
    ["aof_pending_bio_fsync", 0],
    ["aof_delayed_fsync", 0],
  ];
}

/** While the data set is being loaded: how far that has come. */
function loading({ appendOnly, now, persistence }: Engine): Field[] {
  const progress = persistence.loading ?? appendOnly.loading;
  if (progress === undefined) return [];
  const { startedAt, total, read } = progress;
  const seconds = Math.floor(now / 1000) - startedAt;
  return [
    ["loading_start_time", startedAt],
    ["loading_total_bytes", total],
    ["loading_loaded_bytes", read],
    ["loading_loaded_perc", ((read / total) * 100).toFixed(2)],
    ["loading_eta_seconds", seconds === 0 ? 1 : Math.floor((seconds * (total - read)) / (read + 1))],
  ];
}

function persistence(engine: Engine): Field[] {
  const { appendOnly, persistence: saved } = engine;
  const { rewriting } = appendOnly;
  const background = saved.background ?? rewriting;
  const seconds = Math.floor(engine.now / 1000);
  const percent = background === undefined ? 0 : (background.keysWritten / background.keysTotal) * 100;
  return [
    ["loading", (saved.loading ?? appendOnly.loading) === undefined ? 0 : 1],
    ["async_loading", 0],
    ["current_cow_peak", background?.copied ?? 0],
    ["current_cow_size", background?.copied ?? 0],
    ["current_cow_size_age", 0],
    ["current_fork_perc", (Number.isFinite(percent) ? percent : 0).toFixed(2)],
    ["current_save_keys_processed", background?.keysWritten ?? 0],
    ["current_save_keys_total", background?.keysTotal ?? 0],
    ["rdb_changes_since_last_save", saved.changes],
    ["rdb_bgsave_in_progress", saved.background === undefined ? 0 : 1],
    ["rdb_last_save_time", saved.lastSave],
    ["rdb_last_bgsave_status", saved.lastSucceeded ? "ok" : "err"],
    ["rdb_last_bgsave_time_sec", saved.lastDuration],
    [
      "rdb_current_bgsave_time_sec",
      saved.background === undefined ? -1 : seconds - saved.background.startedAt,
    ],
    ["rdb_saves", saved.saves],
    ["rdb_last_cow_size", saved.lastCopied],
    ["rdb_last_load_keys_expired", saved.keysExpired],
    ["rdb_last_load_keys_loaded", saved.keysLoaded],
    ["aof_enabled", appendOnly.state === "off" ? 0 : 1],
    ["aof_rewrite_in_progress", rewriting === undefined ? 0 : 1],
    ["aof_rewrite_scheduled", appendOnly.scheduled ? 1 : 0],
    ["aof_last_rewrite_time_sec", appendOnly.lastDuration],
    ["aof_current_rewrite_time_sec", rewriting === undefined ? -1 : seconds - rewriting.startedAt],
    ["aof_last_bgrewrite_status", appendOnly.lastRewriteSucceeded ? "ok" : "err"],
    ["aof_rewrites", appendOnly.rewrites],
    ["aof_rewrites_consecutive_failures", appendOnly.failures],
    ["aof_last_write_status", appendOnly.writer.failure === undefined ? "ok" : "err"],
    ["aof_last_cow_size", appendOnly.lastCopied],
    ...(appendOnly.state === "off" ? [] : appendOnlySizes(appendOnly)),
    ...loading(engine),
  ];
}

function stats(engine: Engine): Field[] {
  const { statistics, channels, tracking } = engine;
  return [
    ["total_connections_received", statistics.connections],
    ["total_commands_processed", statistics.commands],
    ["instantaneous_ops_per_sec", statistics.commandsPerSecond(engine.now)],
    ["total_net_input_bytes", statistics.networkInput],
    ["total_net_output_bytes", statistics.networkOutput],
    ["total_net_repl_input_bytes", 0],
    ["total_net_repl_output_bytes", 0],
    ["instantaneous_input_kbps", "0.00"],
    ["instantaneous_output_kbps", "0.00"],
    ["instantaneous_input_repl_kbps", "0.00"],
    ["instantaneous_output_repl_kbps", "0.00"],
    ["rejected_connections", statistics.rejectedConnections],
    ["sync_full", statistics.fullSyncs],
    ["sync_partial_ok", statistics.partialSyncs],
    ["sync_partial_err", statistics.partialSyncsRefused],
    ["expired_keys", statistics.expiredKeys],
    ["expired_stale_perc", "0.00"],
    ["expired_time_cap_reached_count", 0],
    ["expire_cycle_cpu_milliseconds", 0],
    ["evicted_keys", statistics.evictedKeys],
    ["evicted_clients", statistics.evictedClients],
    ["total_eviction_exceeded_time", 0],
    ["current_eviction_exceeded_time", 0],
    ["keyspace_hits", statistics.keyHits],
    ["keyspace_misses", statistics.keyMisses],
    ["pubsub_channels", channels.channels.size],
    ["pubsub_patterns", channels.patterns.size],
    ["pubsubshard_channels", channels.shardChannels.size],
    ["latest_fork_usec", 0],
    ["total_forks", statistics.forks],
    ["migrate_cached_sockets", engine.otherServers?.connections ?? 0],
    ["slave_expires_tracked_keys", 0],
    ["active_defrag_hits", 0],
    ["active_defrag_misses", 0],
    ["active_defrag_key_hits", 0],
    ["active_defrag_key_misses", 0],
    ["total_active_defrag_time", 0],
    ["current_active_defrag_time", 0],
    ["tracking_total_keys", tracking.keyCount],
    ["tracking_total_items", tracking.readerCount],
    ["tracking_total_prefixes", tracking.prefixCount],
    ["unexpected_error_replies", 0],
    ["total_error_replies", statistics.errorReplies],
    ["dump_payload_sanitizations", 0],
    ["total_reads_processed", statistics.reads],
    ["total_writes_processed", statistics.writes],
    ["io_threaded_reads_processed", 0],
    ["io_threaded_writes_processed", 0],
    ["reply_buffer_shrinks", 0],
    ["reply_buffer_expands", 0],
  ];
}

function replication(engine: Engine): Field[] {
  const { backlog, goodReplicas, offset, replicas } = engine.replication;
  const counts = engine.mustHaveReplicas && engine.config.number("min-replicas-max-lag") !== 0;
  return [
    ["role", "master"],
    ["connected_slaves", replicas.size],
    ...(counts ? [["min_slaves_good_slaves", goodReplicas] as const] : []),
    ...Array.from(replicas, (replica, at): Field => {
      const { host, port, acknowledged, sync } = replica;
      const state = sync?.state ?? "online";
      const lag = sync === undefined ? replica.lag(engine.now) : 0;
      return [`slave${at}`, `ip=${host},port=${port},state=${state},offset=${acknowledged},lag=${lag}`];
    }),
    ["master_failover_state", "no-failover"],
    ["master_replid", engine.replicationId],
    ["master_replid2", "0".repeat(40)],
    ["master_repl_offset", offset],
    ["second_repl_offset", -1],
    ["repl_backlog_active", backlog === undefined ? 0 : 1],
    ["repl_backlog_size", engine.config.get("repl-backlog-size")],
    ["repl_backlog_first_byte_offset", backlog?.first ?? 0],
    ["repl_backlog_histlen", backlog?.length ?? 0],
  ];
}

function cpu(engine: Engine): Field[] {
  const { system, user } = engine.platform.cpuSeconds();
  return [
    ["used_cpu_sys", system.toFixed(6)],
    ["used_cpu_user", user.toFixed(6)],
    ["used_cpu_sys_children", "0.000000"],
    ["used_cpu_user_children", "0.000000"],
    ["used_cpu_sys_main_thread", system.toFixed(6)],
    ["used_cpu_user_main_thread", user.toFixed(6)],
  ];
}

function commandStats(engine: Engine): Field[] {
  const fields: Field[] = [];
  for (const { displayName, calls, rejected, failed, durations } of engine.commands.runnable()) {
    if (calls + rejected === 0) continue;
    // Of some calls the time was not taken: they are thought to be like the others.
    const each = durations.measured === 0 ? 0 : durations.total / durations.measured;
    const time = `usec=${Math.round(each * calls)},usec_per_call=${each.toFixed(2)}`;
    const counts = `calls=${calls},${time},rejected_calls=${rejected},failed_calls=${failed}`;
    fields.push([`cmdstat_${displayName}`, counts]);
  }
  return fields;
}

function latencyStats(engine: Engine): Field[] {
  const fields: Field[] = [];
  const wanted = engine.config
    .get("latency-tracking-info-percentiles")
    .split(" ")
    .filter((word) => word !== "");
  for (const { displayName, durations } of engine.commands.runnable()) {
    if (durations.measured === 0) continue;
    const values = wanted.map((percent) => `p${percent}=${durations.percentile(Number(percent)).toFixed(3)}`);
    fields.push([`latency_percentiles_usec_${displayName}`, values.join(",")]);
  }
  return fields;
}

function errorStats(engine: Engine): Field[] {
  const counts = [...engine.statistics.errorsByCode].sort(([a], [b]) => (a < b ? -1 : 1));
  return counts.map(([code, count]) => [`errorstat_${code}`, `count=${count}`]);
}

function keyspace(engine: Engine): Field[] {
  const fields: Field[] = [];
  for (const database of engine.databases) {
    if (database.size === 0) continue;
    const { size, expiringSize } = database;
    const sample = database.sampleExpiring(20);
    const left = sample.reduce((sum, entry) => sum + Math.max(0, (entry.deadline?.at ?? 0) - engine.now), 0);
    const average = sample.length === 0 ? 0 : Math.round(left / sample.length);
    const facts = `keys=${size},expires=${expiringSize},avg_ttl=${average}`;
    const hashes = engine.fieldExpiries;
    const subexpiry = hashes === undefined ? "" : `,subexpiry=${hashes.countIn(database)}`;
    fields.push([`db${database.index}`, facts + subexpiry]);
  }
  return fields;
}

const SECTIONS: readonly Section[] = [
  { title: "Server", isDefault: true, fields: server },
  { title: "Clients", isDefault: true, fields: clients },
  { title: "Memory", isDefault: true, fields: memory },
  { title: "Persistence", isDefault: true, fields: persistence },
  { title: "Stats", isDefault: true, fields: stats },
  { title: "Replication", isDefault: true, fields: replication },
  { title: "CPU", isDefault: true, fields: cpu },
  { title: "Modules", isDefault: true, fields: () => [] },
  { title: "Commandstats", isDefault: false, fields: commandStats },
  { title: "Errorstats", isDefault: true, fields: errorStats },
  { title: "Latencystats", isDefault: false, fields: latencyStats },
  { title: "Cluster", isDefault: true, fields: () => [["cluster_enabled", 0]] },
  { title: "Keyspace", isDefault: true, fields: keyspace },
];

/** @see https://redis.io/docs/latest/commands/info/ */
export function info(session: Session, args: Args): ReplyValue {
  const words = new Set(args.slice(1).map(lowerCase));
  const all = words.has("all") || words.has("everything");
  const byDefault = words.size === 0 || words.has("default");
  const chosen = SECTIONS.filter(
    ({ title, isDefault }) => all || (byDefault && isDefault) || words.has(lowerCase(title)),
  );
  const texts = chosen.map(({ title, fields }) => {
    const lines = fields(session.engine).map(([name, value]) => `${name}:${value}\r\n`);
    return `# ${title}\r\n${lines.join("")}`;
  });
  return new Verbatim("txt", texts.join("\r\n"));
}
