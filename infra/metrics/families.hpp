#pragma once

#include "infra/metrics/family.hpp"

// Everything that /metrics tells. To add a family: declare it here and list it at the end.
namespace ledger::metrics {

// Of histograms that their owners keep by themselves the bounds are the owners'.
inline constexpr std::array<double, 12> kLatencyBounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2};
inline constexpr std::array<double, 12> kRequestBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30};

// Requests. Of the status only its class: 2xx.
inline constexpr Family kHttpRequests{"promptledger_http_requests_total", Kind::counter, "Requests answered.", {"route", "method", "status"}};
inline constexpr Family kHttpRequestSeconds{"promptledger_http_request_seconds", Kind::histogram, "From a request's arrival to its answer.", {"route", "method"}, kRequestBounds};
inline constexpr Family kHttpResponseBytes{"promptledger_http_response_bytes_total", Kind::counter, "Bytes of answers' bodies.", {"route", "method"}};
inline constexpr Family kHttpConnections{"promptledger_http_connections", Kind::gauge, "Open connections."};
inline constexpr Family kHttpEventStreams{"promptledger_http_event_streams", Kind::gauge, "Open event streams."};
inline constexpr Family kHttpEvicted{"promptledger_http_evicted_connections_total", Kind::counter, "Idle connections closed to make room."};
inline constexpr Family kHttpTimedOut{"promptledger_http_timed_out_connections_total", Kind::counter, "Connections closed because the client was too slow."};
inline constexpr Family kHttpRunning{"promptledger_http_requests_running", Kind::gauge, "Requests being answered, but for health and metrics."};
inline constexpr Family kHttpHeldBytes{"promptledger_http_held_bytes", Kind::gauge, "Large bodies and answers that are held, in bytes."};
inline constexpr Family kHttpRefused{"promptledger_http_refused_total", Kind::counter, "Refused at once because the server was full, by what was full: requests, bytes, connections.", {"full"}};

// Between the nodes of the ledger.
inline constexpr Family kForwardedRequests{"promptledger_forwarded_requests_total", Kind::counter, "Requests that belong to another node, by what became of giving them there.", {"outcome"}};
inline constexpr Family kForwardedHere{"promptledger_forwarded_here_requests_total", Kind::counter, "Requests that came from other nodes, and those that only said so.", {"verdict"}};
inline constexpr Family kForwardSeconds{"promptledger_forward_seconds", Kind::histogram, "From asking another node to its answer.", {}, kLatencyBounds};

// The command side, per partition of the log.
inline constexpr Family kHeadHeight{"promptledger_partition_head_height", Kind::gauge, "Height of the last record that counts.", {"topic", "partition"}};
inline constexpr Family kHeadAge{"promptledger_partition_head_age_seconds", Kind::gauge, "Age of the last record that counts.", {"topic", "partition"}};
inline constexpr Family kPartitionLag{"promptledger_partition_lag_records", Kind::gauge, "Records in the log that the writer has not read yet.", {"topic", "partition"}};
inline constexpr Family kPartitionPhase{"promptledger_partition_phase", Kind::gauge, "1 for the phase that the writer is in.", {"topic", "partition", "phase"}};
inline constexpr Family kVoidRecords{"promptledger_partition_void_records_total", Kind::counter, "Records read that do not count, by why.", {"topic", "partition", "class"}};
inline constexpr Family kOwnVoid{"promptledger_partition_own_void_records_total", Kind::counter, "Of the void records, those that this writer sent.", {"topic", "partition"}};
inline constexpr Family kFlights{"promptledger_partition_flights", Kind::gauge, "Records sent and not read back yet.", {"topic", "partition"}};
inline constexpr Family kOldestFlight{"promptledger_partition_oldest_flight_age_seconds", Kind::gauge, "Age of the oldest of them.", {"topic", "partition"}};
inline constexpr Family kCommandsWaiting{"promptledger_partition_commands_waiting", Kind::gauge, "Commands not decided yet.", {"topic", "partition"}};
inline constexpr Family kAnswersWaiting{"promptledger_partition_answers_waiting", Kind::gauge, "Rejections that wait until they are safe to tell.", {"topic", "partition"}};
inline constexpr Family kSpeculationDiscarded{"promptledger_partition_speculation_discarded_total", Kind::counter, "Flights made void by a foreign head.", {"topic", "partition"}};
inline constexpr Family kForeignHeads{"promptledger_partition_foreign_heads_total", Kind::counter, "Records of other writers that took the head.", {"topic", "partition"}};
inline constexpr Family kRacesLost{"promptledger_partition_races_lost_total", Kind::counter, "Of them, those that made commands of ours void.", {"topic", "partition"}};
inline constexpr Family kYields{"promptledger_partition_yields_total", Kind::counter, "Times that commands were given to another node: it won all races, or has taken over.", {"topic", "partition"}};
inline constexpr Family kMoved{"promptledger_partition_moved_commands_total", Kind::counter, "Commands given to it that were waiting here.", {"topic", "partition"}};
inline constexpr Family kBarriers{"promptledger_partition_barriers_total", Kind::counter, "Barriers sent, by why.", {"topic", "partition", "reason"}};
inline constexpr Family kDoubts{"promptledger_partition_doubts_total", Kind::counter, "Times that a record's fate came into doubt.", {"topic", "partition"}};
inline constexpr Family kResends{"promptledger_partition_resends_total", Kind::counter, "Records sent again, byte for byte.", {"topic", "partition"}};
inline constexpr Family kSendersMade{"promptledger_partition_senders_made_total", Kind::counter, "Senders begun anew because of doubt.", {"topic", "partition"}};
inline constexpr Family kCommands{"promptledger_partition_commands_total", Kind::counter, "Commands answered, by outcome.", {"topic", "partition", "outcome"}};
inline constexpr Family kLoads{"promptledger_partition_loads_total", Kind::counter, "Loads of a stream's past from the history.", {"topic", "partition"}};
inline constexpr Family kLoadFaults{"promptledger_partition_load_faults_total", Kind::counter, "Loads that failed.", {"topic", "partition"}};
inline constexpr Family kTailBytes{"promptledger_partition_tail_bytes", Kind::gauge, "Events that the history table does not hold yet.", {"topic", "partition"}};
inline constexpr Family kCacheBytes{"promptledger_partition_cache_bytes", Kind::gauge, "States kept for the next decision.", {"topic", "partition"}};
inline constexpr Family kHeadComparisons{"promptledger_partition_head_comparisons_total", Kind::counter, "Comparisons of the head with the log.", {"topic", "partition"}};
inline constexpr Family kHeadMismatches{"promptledger_partition_head_mismatches_total", Kind::counter, "Of them, those that found another record: the log was cut.", {"topic", "partition"}};
inline constexpr Family kHandOvers{"promptledger_cluster_hand_overs_total", Kind::counter, "Times that the partition came to this node (took_over) or left it, in order (released) or not (lost).", {"topic", "partition", "kind"}};
inline constexpr Family kHandOverSeconds{"promptledger_cluster_hand_over_seconds_total", Kind::counter, "How long they took, all together.", {"topic", "partition", "kind"}};
inline constexpr Family kPartitionAssigned{"promptledger_cluster_assigned", Kind::gauge, "1 for the node that writes the partition, as far as this one knows.", {"topic", "partition", "node"}};
inline constexpr Family kClusterNodes{"promptledger_cluster_node_partitions", Kind::gauge, "Partitions of each node of the group of writers, as far as this one knows.", {"node"}};
inline constexpr Family kProduceSeconds{"promptledger_partition_produce_seconds", Kind::histogram, "From sending a record to the log's report that it is stored.", {"topic", "partition"}, kLatencyBounds};
inline constexpr Family kReadBackSeconds{"promptledger_partition_read_back_seconds", Kind::histogram, "From sending a record to reading it back.", {"topic", "partition"}, kLatencyBounds};

// What must hold of the log.
inline constexpr Family kGuardFault{"promptledger_log_guard_fault", Kind::gauge, "1 for what is wrong with a topic of the log: unfit, or can_lose, and then nothing is written to it.", {"topic", "fault"}};
inline constexpr Family kGuardLooks{"promptledger_log_guard_looks_total", Kind::counter, "Looks at how the log's topics are.", {"outcome"}};
inline constexpr Family kClockApart{"promptledger_log_guard_clock_ahead_seconds", Kind::gauge, "How far this machine's clock was ahead of the log's, at least, at the last record of ours; negative when behind."};

// What was signed of the log, and whether it still holds.
inline constexpr Family kCheckpointSize{"promptledger_checkpoint_records", Kind::gauge, "Records of the partition that are under the last checkpoint that agrees with them.", {"topic", "partition"}};
inline constexpr Family kWatchedRecords{"promptledger_watched_records", Kind::gauge, "Records of the partition that this process has recomputed, or resumed behind a checkpoint.", {"topic", "partition"}};
inline constexpr Family kProofFault{"promptledger_proof_fault", Kind::gauge, "1 when what was signed does not agree with the log, or with the read model of proofs.", {"topic", "partition", "where"}};

// The read models.
inline constexpr Family kProjectionState{"promptledger_projection_state", Kind::gauge, "1 for the state that the projection is in.", {"projection", "state"}};
inline constexpr Family kProjectionHeight{"promptledger_projection_height", Kind::gauge, "Height of the last record applied.", {"projection", "topic", "partition"}};
inline constexpr Family kProjectionLag{"promptledger_projection_lag_records", Kind::gauge, "Records in the log that are not applied yet.", {"projection", "topic", "partition"}};
inline constexpr Family kProjectionHalted{"promptledger_projection_halted", Kind::gauge, "1 when the partition is not read any more: tampered with, or cut.", {"projection", "topic", "partition"}};
inline constexpr Family kProjectionApplied{"promptledger_projection_applied_records_total", Kind::counter, "Records applied.", {"projection"}};
inline constexpr Family kProjectionMine{"promptledger_projection_partitions", Kind::gauge, "Partitions that this process applies.", {"projection"}};
inline constexpr Family kProjectionRebalances{"promptledger_projection_rebalances_total", Kind::counter, "Times that partitions came to this process or left it.", {"projection"}};
inline constexpr Family kProjectionHandedOver{"promptledger_projection_handed_over_total", Kind::counter, "Partitions that this process gave to another in order.", {"projection"}};
inline constexpr Family kProjectionLostPartitions{"promptledger_projection_lost_partitions_total", Kind::counter, "Partitions that were another's before this process knew.", {"projection"}};
inline constexpr Family kProjectionHandOverSeconds{"promptledger_projection_hand_over_seconds_total", Kind::counter, "From being asked for partitions to having put them down, all together.", {"projection"}};
inline constexpr Family kProjectionLostRaces{"promptledger_projection_lost_races_total", Kind::counter, "Batches that were not applied, because another process had applied them.", {"projection"}};
inline constexpr Family kProjectionRate{"promptledger_projection_records_per_second", Kind::gauge, "Records applied in a second, lately.", {"projection"}};
inline constexpr Family kProjectionParkedStreams{"promptledger_projection_parked_streams", Kind::gauge, "Streams that wait for an event that could not be applied.", {"projection"}};
inline constexpr Family kProjectionParkedEvents{"promptledger_projection_parked_events", Kind::gauge, "Events that wait in them.", {"projection"}};
inline constexpr Family kProjectionLastError{"promptledger_projection_last_error_timestamp_seconds", Kind::gauge, "When an event could last not be applied; 0 never.", {"projection"}};
inline constexpr Family kWriteToVisible{"promptledger_projection_write_to_visible_seconds", Kind::histogram, "From recording an event to its rows being visible.", {"projection"}, kLatencyBounds};

// The process. Names without our prefix are those that every Prometheus dashboard knows.
inline constexpr Family kResidentMemory{"process_resident_memory_bytes", Kind::gauge, "Resident memory."};
inline constexpr Family kThreads{"process_threads", Kind::gauge, "Threads."};
inline constexpr Family kOpenFiles{"process_open_fds", Kind::gauge, "Open files and sockets."};
inline constexpr Family kCpuSeconds{"process_cpu_seconds_total", Kind::counter, "Processor time used."};
inline constexpr Family kUptime{"promptledger_uptime_seconds", Kind::gauge, "Time since start."};
inline constexpr Family kBuildInfo{"promptledger_build_info", Kind::gauge, "Always 1; the version is in the label.", {"version"}};
inline constexpr Family kLogLinesDropped{"promptledger_log_lines_dropped_total", Kind::counter, "Log lines lost because stderr was not read."};

inline constexpr const Family* kFamilies[] = {
    &kHttpRequests, &kHttpRequestSeconds, &kHttpResponseBytes, &kHttpConnections, &kHttpEventStreams, &kHttpEvicted, &kHttpTimedOut,
    &kHttpRunning, &kHttpHeldBytes, &kHttpRefused,
    &kForwardedRequests, &kForwardedHere, &kForwardSeconds,
    &kHeadHeight, &kHeadAge, &kPartitionLag, &kPartitionPhase, &kVoidRecords, &kOwnVoid, &kFlights, &kOldestFlight, &kCommandsWaiting, &kAnswersWaiting,
    &kSpeculationDiscarded, &kForeignHeads, &kRacesLost, &kYields, &kMoved, &kBarriers, &kDoubts, &kResends, &kSendersMade, &kCommands, &kLoads, &kLoadFaults, &kTailBytes, &kCacheBytes,
    &kHeadComparisons, &kHeadMismatches, &kHandOvers, &kHandOverSeconds, &kPartitionAssigned, &kClusterNodes, &kProduceSeconds, &kReadBackSeconds,
    &kGuardFault, &kGuardLooks, &kClockApart, &kCheckpointSize, &kWatchedRecords, &kProofFault,
    &kProjectionState, &kProjectionHeight, &kProjectionLag, &kProjectionHalted, &kProjectionApplied, &kProjectionMine, &kProjectionRebalances,
    &kProjectionHandedOver, &kProjectionLostPartitions, &kProjectionHandOverSeconds, &kProjectionLostRaces, &kProjectionRate, &kProjectionParkedStreams, &kProjectionParkedEvents,
    &kProjectionLastError, &kWriteToVisible,
    &kResidentMemory, &kThreads, &kOpenFiles, &kCpuSeconds, &kUptime, &kBuildInfo, &kLogLinesDropped,
};

}  // namespace ledger::metrics
