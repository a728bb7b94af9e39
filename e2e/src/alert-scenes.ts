/** A fault of half an hour, as series of one value each minute, and as much peace after it. */
export interface AlertScene {
  readonly alert: string;
  readonly series: Readonly<Record<string, string>>;
}

const steps = 30;
const gauge = (atFault: number, after: number): string => `${atFault}x${steps} ${after}x${steps}`;
/** Grows by so much each step while the fault lasts, and then by so much. */
const counter = (atFault: number, after: number): string => `0+${atFault}x${steps} ${atFault * steps}+${after}x${steps}`;

/** Of a hundred calls each step, ten take longer than the bound while the fault lasts; none does after it. */
const durations = (metric: string, label: string, [bound, next]: readonly [string, string]): Readonly<Record<string, string>> => ({
  [`${metric}_bucket{${label},le="${bound}"}`]: counter(90, 100),
  [`${metric}_bucket{${label},le="${next}"}`]: counter(100, 100),
  [`${metric}_bucket{${label},le="+Inf"}`]: counter(100, 100),
});

/** What each rule is for, made to happen. */
export const alertScenes: readonly AlertScene[] = [
  { alert: "KeywrightDown", series: { 'up{job="keywright",instance="a"}': gauge(0, 1) } },
  {
    alert: "KeywrightErrors",
    series: {
      'keywright_requests_total{endpoint="verify-key",status="5xx"}': counter(20, 0),
      'keywright_requests_total{endpoint="verify-key",status="2xx"}': counter(100, 100),
    },
  },
  { alert: "KeywrightSlow", series: durations("keywright_request_duration_seconds", 'endpoint="verify-key"', ["0.1", "0.25"]) },
  { alert: "KeywrightLedgerDegraded", series: { 'keywright_ledger_degraded{instance="a"}': gauge(1, 0) } },
  { alert: "KeywrightLedgerUnusable", series: { 'keywright_ledger_unusable{instance="a"}': gauge(1, 0) } },
  { alert: "KeywrightStoreOutOfReach", series: { 'keywright_engine_failures_total{instance="a",engine="store"}': counter(40, 0) } },
  { alert: "KeywrightStoreOutOfReach", series: { 'keywright_store_out_of_reach{instance="a"}': gauge(1, 0) } },
  { alert: "KeywrightSecretStoreFails", series: { 'keywright_engine_failures_total{instance="a",engine="secrets"}': counter(1, 0) } },
  { alert: "KeywrightEngineSlow", series: durations("keywright_engine_call_duration_seconds", 'engine="ledger"', ["0.25", "0.5"]) },
  { alert: "KeywrightChangesLate", series: { 'keywright_changes_late{instance="a"}': gauge(3, 0) } },
  {
    alert: "KeywrightJobLate",
    series: {
      'keywright_job_last_success_age_seconds{instance="a",task="deliver-usage"}': gauge(600, 1),
      'keywright_job_interval_seconds{instance="a",task="deliver-usage"}': gauge(1, 1),
    },
  },
  { alert: "KeywrightUsageLate", series: { 'keywright_usage_delivery_age_seconds{instance="a"}': gauge(300, 1) } },
  {
    alert: "KeywrightUnknownKeys",
    series: { 'keywright_verdicts_total{verdict="NOT_FOUND"}': counter(1_200, 0), 'keywright_verdicts_total{verdict="VALID"}': counter(1_200, 1_200) },
  },
  { alert: "KeywrightTampering", series: { 'keywright_tampered_rows_total{instance="a"}': counter(1, 0) } },
  { alert: "KeywrightTampering", series: { 'keywright_broken_chains_total{instance="a"}': counter(1, 0) } },
  { alert: "KeywrightEventLoopBlocked", series: { 'nodejs_eventloop_lag_p99_seconds{instance="a"}': gauge(0.5, 0.01) } },
  {
    alert: "KeywrightHeapFull",
    series: { 'nodejs_heap_size_used_bytes{instance="a"}': gauge(900, 100), 'keywright_heap_limit_bytes{instance="a"}': gauge(1_000, 1_000) },
  },
  { alert: "KeywrightWorkerSilent", series: { 'keywright_silent_workers{instance="a"}': gauge(1, 0) } },
];

/** Fires while the fault lasts, alone; and is over when the fault has been for a while. */
export const promtoolTests = (rules: string) => ({
  rule_files: [rules],
  evaluation_interval: "1m",
  tests: alertScenes.map(({ alert, series }) => ({
    interval: "1m",
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      { expr: 'count by (alertname) (ALERTS{alertstate="firing"})', eval_time: "25m", exp_samples: [{ labels: `{alertname="${alert}"}`, value: 1 }] },
      { expr: 'ALERTS{alertstate="firing"}', eval_time: "55m", exp_samples: [] },
    ],
  })),
});
