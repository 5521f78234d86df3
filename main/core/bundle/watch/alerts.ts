// The alerts of a bundle: their names, what each means and what to look at first. The runbook explains them under these names.
// Owns words; the limits are in limits.ts, the rules in rules.ts.

export interface AlertWords {
  /** One sentence: what is the matter. `$FEATURE` and `$OUTPUT` are replaced. */
  readonly summary: string
  /** What it means for whoever relies on the model. */
  readonly meaning: string
  readonly firstChecks: readonly string[]
}

export const alerts = {
  InputDrift: {
    summary: 'The input $FEATURE is distributed differently than in the evaluation.', meaning: 'The model gets other data than it was judged on, so its measured quality may no longer hold.',
    firstChecks: ['Did the system that sends this input change: a unit, a code list, a default?', 'Do other inputs of the same source drift too? Then look there first.', 'Do the outputs drift as well (OutputDrift)? If not, the change may not matter.'],
  },
  OutputDrift: {
    summary: 'The model answers differently than in the evaluation ($OUTPUT).', meaning: 'Decisions have another mix than was approved: because the inputs changed, or because the world did.',
    firstChecks: ['Which inputs drift at the same time?', 'Was another version put in service shortly before?', 'Look at a sample of recent answers by hand.'],
  },
  InputMissing: {
    summary: 'The input $FEATURE is missing more often than in the evaluation.', meaning: 'The model answers without something that it was used to.',
    firstChecks: ['Is the source of this input late or broken?', 'Did its name or form change, so that it arrives empty?'],
  },
  InputUnseen: {
    summary: 'The input $FEATURE has values that the evaluation hardly knew.', meaning: 'For these rows the model guesses.',
    firstChecks: ['Is there a new code or category at the source?', 'Did the spelling change: case, blanks, language?'],
  },
  InputOutOfRange: {
    summary: 'The input $FEATURE lies outside the usual range of the evaluation more often.', meaning: 'The model answers beyond what it was tested on.',
    firstChecks: ['Did a unit change, such as from metres to centimetres?', 'Is there a fault of a sensor or of a conversion?'],
  },
  ConfidenceLow: {
    summary: 'The model is less sure of its answers than in the evaluation.', meaning: 'More answers are near the border, so more of them will be wrong.',
    firstChecks: ['Do inputs drift, or are more of them missing?', 'Is a new group of users or devices among the callers?'],
  },
  LatencyHigh: {
    summary: 'More than one answer in a hundred takes longer than the limit.', meaning: 'Callers wait, and may give up.',
    firstChecks: ['Are requests waiting (model_queue_depth)? Then there is too much load for this many servers.', 'Is the processor time limited or shared with something else?', 'Did requests become larger (model_request_rows)?'],
  },
  AvailabilityBurn: {
    summary: 'Requests fail so often that the objective of 99.5 % will be missed.', meaning: 'Callers get errors instead of answers.',
    firstChecks: ['Which outcome grows: failed, timed-out or rejected (model_requests_total)?', 'Did it begin with a release? Then roll back.', 'Read the server’s log for the first failure.'],
  },
  RequestsFailing: {
    summary: 'More than one request in twenty fails.', meaning: 'Callers get errors instead of answers. This rule is for little traffic, where the burn of an objective says nothing.',
    firstChecks: ['Which outcome grows: failed, timed-out or rejected (model_requests_total)?', 'Did it begin with a release? Then roll back.'],
  },
  RequestsRejected: {
    summary: 'The server turns requests away because its queue is full.', meaning: 'There is more load than this many servers can take.',
    firstChecks: ['Add servers, or raise the limits of the processor.', 'Is one caller sending far more than usual?'],
  },
  PredictionLogDropped: {
    summary: 'The prediction log cannot keep up and leaves records out.', meaning: 'What comes home from this time is incomplete; no request was harmed.',
    firstChecks: ['Is the disk of the log full or slow?', 'Lower --prediction-log-rate, so that records are sampled evenly instead.'],
  },
  BundleUnverified: {
    summary: 'The server runs a bundle whose signature and hashes were not checked.', meaning: 'Nobody can say that this is the model that was approved.',
    firstChecks: ['Who started it with --insecure-skip-verify, and why?', 'Run bin/verify.sh on the files and start again without that option.'],
  },
  ReviewDue: {
    summary: 'The day by which this model was to be reviewed has passed.', meaning: 'Its approval is older than was agreed.',
    firstChecks: ['Ask the owner in the model card for a review in Slipway.'],
  },
  NoTraffic: {
    summary: 'No request for a prediction has arrived for two hours, though there were some during the last day.', meaning: 'Callers may be cut off; or there is nothing to do at this hour.',
    firstChecks: ['Is that usual for this time of the week?', 'Can callers reach the server: address, certificate, token, network policy?'],
  },
  ModelAbsent: {
    summary: 'No server of this bundle tells any metrics.', meaning: 'The model is not served, or Prometheus cannot see it.',
    firstChecks: ['Is the process running, and does /v2/health/ready answer?', 'Is the scrape target still right?'],
  },
  QualityBelowEvaluation: {
    summary: 'With true answers joined, the model does worse than its evaluation.', meaning: 'Told by Slipway, which joins true answers with the prediction log.',
    firstChecks: ['Are the true answers complete, or only the striking cases?', 'Which inputs drifted in the same time?'],
  },
  QualityBelowGate: {
    summary: 'With true answers joined, the model no longer passes the gate that it was released by.', meaning: 'Told by Slipway, which joins true answers with the prediction log.',
    firstChecks: ['Roll back where the previous version passes on the same rows.', 'Otherwise agree on the fallback with the owner.'],
  },
} as const satisfies Readonly<Record<string, AlertWords>>
export type AlertName = keyof typeof alerts

/** Where the runbook of the bundle explains an alert. */
export const runbookLink = (alert: string): string => `docs/runbook.md#${alert.toLowerCase()}`
