interface MetricRow {
  readonly type: "counter" | "gauge" | "histogram";
  readonly labels: readonly string[];
  /** One line for the docs, and for Prometheus. */
  readonly help: string;
}

/** THE table of Keywright's own metrics. No label holds a key, a tenant or an address; each has a bounded number of values. */
export const metricTable = {
  keywright_requests_total: { type: "counter", labels: ["endpoint", "status"], help: "Answered requests, by endpoint (its id) and class of status (2xx)." },
  keywright_request_duration_seconds: {
    type: "histogram",
    labels: ["endpoint"],
    help: "How long requests took, by endpoint. Of verifications and questions of gateways one of 32 is timed, so that to time them costs nothing; their number is in keywright_requests_total.",
  },
  keywright_verdicts_total: {
    type: "counter",
    labels: ["verdict"],
    help: "Verified API keys, by verdict, whichever door they came in by. Dry runs are not counted.",
  },
  keywright_engine_call_duration_seconds: {
    type: "histogram",
    labels: ["engine"],
    help: "How long calls of an engine took: a statement of the store, a batch of spends of the ledger, a question for the epoch, a call of the secret store. The memory ledger is no engine.",
  },
  keywright_engine_failures_total: { type: "counter", labels: ["engine"], help: "Calls of an engine that was out of reach, or late." },
  keywright_ledger_in_use: { type: "gauge", labels: ["ledger"], help: "1 for the ledger that this process spends on: redis, postgres, memory or none." },
  keywright_ledger_degraded: { type: "gauge", labels: [], help: "1 while this process counts limits in the store, because the ledger is out of reach." },
  keywright_ledger_unusable: { type: "gauge", labels: [], help: "1 while this process can spend nowhere." },
  keywright_ledger_events_total: {
    type: "counter",
    labels: ["event"],
    help: "What became of the ledger, as the log tells it: degraded, restored, epoch-moved and so on.",
  },
  keywright_store_out_of_reach: { type: "gauge", labels: [], help: "1 while this process cannot confirm which ledger is current." },
  keywright_changes_not_in_force: {
    type: "gauge",
    labels: [],
    help: "Changes that are committed and not yet in force in every process; NaN while the store is out of reach.",
  },
  keywright_changes_late: { type: "gauge", labels: [], help: "Of these, the ones that are older than 30 seconds; NaN while the store is out of reach." },
  keywright_cache_records: { type: "gauge", labels: [], help: "Key records in memory." },
  keywright_cache_limit_records: { type: "gauge", labels: [], help: "Key records that may be in memory: KEYWRIGHT_CACHE_RECORDS." },
  keywright_cache_hits_total: {
    type: "counter",
    labels: [],
    help: "Key records that were asked for and in memory. A verification asks for its caller's record, and for the key's.",
  },
  keywright_cache_loads_total: { type: "counter", labels: [], help: "Key records that were read from the store: new, changed, or unknown keys." },
  keywright_job_last_success_age_seconds: { type: "gauge", labels: ["task"], help: "Seconds since a job last succeeded in this process, or since the start." },
  keywright_job_interval_seconds: { type: "gauge", labels: ["task"], help: "The pause between two runs of a job." },
  keywright_job_failures_total: { type: "counter", labels: ["task"], help: "Runs of a job that failed; it runs again." },
  keywright_usage_delivery_age_seconds: {
    type: "gauge",
    labels: [],
    help: "Seconds since all counts were last brought from the ledger to the store, or since the start.",
  },
  keywright_usage_moves_total: { type: "counter", labels: [], help: "Moves of counts from the ledger to the store." },
  keywright_request_log_kept_total: { type: "counter", labels: [], help: "Verifications that were written to the request log." },
  keywright_request_log_skipped_total: {
    type: "counter",
    labels: [],
    help: "Verifications that the request log left out, because there were more than it keeps; usage counts them all.",
  },
  keywright_live_viewers: { type: "gauge", labels: ["stream"], help: "Open streams of this process: changes, or verdicts." },
  keywright_tampered_rows_total: { type: "counter", labels: [], help: "Rows that were edited behind Keywright's back, and refused." },
  keywright_broken_chains_total: { type: "counter", labels: [], help: "Times that an audit chain was looked at that does not fit." },
  keywright_heap_limit_bytes: { type: "gauge", labels: [], help: "What JavaScript's heap may grow to; beyond it the process ends." },
  keywright_silent_workers: { type: "gauge", labels: [], help: "With --workers: workers that did not answer this scrape." },
} as const satisfies Readonly<Record<string, MetricRow>>;

export type MetricName = keyof typeof metricTable;

export const metricNames = Object.keys(metricTable) as readonly MetricName[];
