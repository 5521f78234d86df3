// Every metric that a bundle's server exposes: name, kind, labels and meaning. Rules, dashboard, documents and the server itself read this one list.

export type MetricKind = 'counter' | 'gauge' | 'histogram'
export interface MetricEntry {
  readonly kind: MetricKind
  readonly help: string
  /** Beside `model` and `version`, which all of the model's metrics have. */
  readonly labels: readonly string[]
  /** Upper edges of the buckets; of `model_prediction_score` they are the bins of the evaluation. */
  readonly buckets?: readonly number[]
}

/** Seconds. A latency limit is always one of them, so that the share of requests under it is exact. */
export const latencyBuckets: readonly number[] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const rowBuckets: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096]

/** So many features and classes get series of their own. */
export const mostFeatureSeries = 200
export const mostClassSeries = 50

export const modelMetrics = {
  model_info: { kind: 'gauge', labels: ['serial', 'root_digest'], help: 'Always 1; its labels say which bundle is served.' },
  model_bundle_verified: { kind: 'gauge', labels: [], help: 'Whether the bundle was verified before it was loaded: 1 yes, 0 no.' },
  model_requests_total: { kind: 'counter', labels: ['outcome'], help: 'Requests for predictions by outcome: ok, refused (the request is wrong), failed, rejected (too much load), timed-out.' },
  model_request_duration_seconds: { kind: 'histogram', labels: [], buckets: latencyBuckets, help: 'From the arrival of an answered request to its answer.' },
  model_inference_duration_seconds: { kind: 'histogram', labels: [], buckets: latencyBuckets, help: 'Time in the model of the batch that a request was part of.' },
  model_request_rows: { kind: 'histogram', labels: [], buckets: rowBuckets, help: 'Rows of answered requests.' },
  model_queue_depth: { kind: 'gauge', labels: [], help: 'Requests that wait for the model.' },
  model_rejected_requests_total: { kind: 'counter', labels: ['reason'], help: 'Requests that were not answered, by reason.' },
  model_predictions_total: { kind: 'counter', labels: ['output', 'class'], help: 'Answered rows by predicted class; `other` holds classes beyond the first fifty.' },
  model_prediction_score: { kind: 'histogram', labels: ['output'], help: 'Scores of answered rows, in the bins of the evaluation.' },
  model_prediction_confidence_mean: { kind: 'gauge', labels: [], help: 'Mean probability of the answered class over the window of drift.' },
  model_input_drift_psi: { kind: 'gauge', labels: ['feature'], help: 'Population stability index of a feature, the window against the profile of the evaluation.' },
  model_output_drift_psi: { kind: 'gauge', labels: ['output'], help: 'Population stability index of the answers: class, and score.' },
  model_input_missing_ratio: { kind: 'gauge', labels: ['feature'], help: 'Share of the window in which a feature is missing.' },
  model_input_unseen_ratio: { kind: 'gauge', labels: ['feature'], help: 'Share of the window with a category that the profile does not name.' },
  model_input_out_of_range_ratio: { kind: 'gauge', labels: ['feature'], help: 'Share of the window outside the usual range of the evaluation.' },
  model_drift_window_rows: { kind: 'gauge', labels: [], help: 'Rows in the window of drift.' },
  model_prediction_log_records_total: { kind: 'counter', labels: [], help: 'Records written to the prediction log.' },
  model_prediction_log_dropped_total: { kind: 'counter', labels: [], help: 'Records that the prediction log could not keep up with.' },
  model_review_due_timestamp_seconds: { kind: 'gauge', labels: [], help: 'When the model is due for review; absent where nobody set a date.' },
} as const satisfies Readonly<Record<string, MetricEntry>>
export type ModelMetric = keyof typeof modelMetrics

/** Of the process; they carry no label. */
export const processMetrics = {
  process_cpu_seconds_total: { kind: 'counter', labels: [], help: 'Processor time of the server.' },
  process_resident_memory_bytes: { kind: 'gauge', labels: [], help: 'Memory that the server holds.' },
  process_start_time_seconds: { kind: 'gauge', labels: [], help: 'When the server started.' },
  nodejs_heap_size_used_bytes: { kind: 'gauge', labels: [], help: 'Memory used by JavaScript objects.' },
  nodejs_eventloop_lag_p99_seconds: { kind: 'gauge', labels: [], help: 'Delay of the event loop since the last scrape, 99th percentile.' },
} as const satisfies Readonly<Record<string, MetricEntry>>
export type ProcessMetric = keyof typeof processMetrics
