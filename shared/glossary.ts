// The words of Slipway: each has one meaning everywhere, on screens, on the command line, in bundles and in documents.

export interface GlossaryEntry {
  readonly word: string
  readonly meaning: string
  /** Other words that people look for. */
  readonly also: readonly string[]
}

const entry = (word: string, meaning: string, ...also: string[]): GlossaryEntry => ({ word, meaning, also })

/** In alphabetical order. */
export const glossary: readonly GlossaryEntry[] = [
  entry('Alert', 'A limit that live numbers have crossed, with the number, the limit and where the limit comes from.', 'alarm', 'incident'),
  entry('Alias', 'A name such as champion or staging that points to one version of a model in one environment. It moves; where it pointed before is kept for ever.', 'tag', 'stage', 'pointer'),
  entry('Approval', 'The signed answer of a reviewer. It counts for exactly the evidence and the policy that the reviewer saw.', 'review', 'sign-off'),
  entry('Arm', 'One of the versions that share live traffic: stable, canary, or one side of an A/B test.', 'canary', 'variant', 'bucket'),
  entry('Baseline', 'An answer without a model, such as always the most frequent class or the mean. A model that does not beat it is worth nothing.', 'dummy', 'majority class'),
  entry('Binding', 'How the columns of a data set become the inputs of a model, what its outputs mean, which column holds the true answer, and how an answer is decided.', 'mapping', 'schema', 'signature mapping'),
  entry('Bundle', 'One archive with a model and everything that operations need to verify, run, roll out, watch and roll back it.', 'package', 'export', 'artefact'),
  entry('Calibration', 'Whether stated probabilities come true: of the rows with 80 %, about 80 of 100 should be right.', 'temperature', 'isotonic', 'reliability'),
  entry('Canary', 'A new version that gets a small share of live traffic first, and is taken back when its numbers cross a limit.', 'rollout', 'progressive delivery'),
  entry('Champion and challenger', 'The version that serves now, and the one that wants its place. They are compared on the same rows.', 'incumbent', 'candidate'),
  entry('Confidence interval', 'The range in which the true value lies in 95 of 100 such evaluations. It is wide when there are few rows.', 'error bar', 'uncertainty', 'CI'),
  entry('Data set', 'A table or a folder of images on this machine. Slipway keeps its profile and its hash, and reads it where it lies.', 'dataset', 'file', 'table'),
  entry('Deployment', 'A version that serves somewhere: environment, target, since when, with which share of traffic, and by whom.', 'serving', 'production'),
  entry('Disagreement', 'A row on which two models decide differently.', 'flip', 'difference'),
  entry('Drift', 'Live data that are spread differently from the data a version was evaluated on.', 'data drift', 'shift', 'PSI'),
  entry('Environment', 'A place with aliases of its own, such as staging or production.', 'stage'),
  entry('Evaluation', 'Running a model on the rows of a data set and computing every metric with its interval. The result is a run.', 'run', 'test', 'score'),
  entry('Execution provider', 'What computes inside ONNX Runtime: CPU, CUDA, DirectML, Core ML, WebGPU. A run says which nodes ran on which.', 'GPU', 'device', 'accelerator'),
  entry('Gate', 'The decision whether a version may be exported, by the rules of a policy. A rule passes, fails, or is not established.', 'policy', 'quality gate'),
  entry('Golden request', 'A request with its right answer inside a bundle. The server must give that answer before it calls itself ready.', 'smoke test', 'sample request'),
  entry('Headline metric', 'The one number that stands for a run in lists: accuracy, micro F1, RMSE, mAP or mean IoU, by task.', 'main metric'),
  entry('Ledger', 'The chain of hashes over every row of the history. A changed or removed row is found and named.', 'audit', 'chain', 'tamper'),
  entry('Opset', 'The version of ONNX operators that a model is written in. A runtime carries operators up to some opset.', 'operator set', 'IR version'),
  entry('Override', 'A gate that failed, passed by a named person with a reason. It stays visible for ever, in the bundle too.', 'exception', 'waiver'),
  entry('Parity', 'Whether two devices give the same answers within a tolerance.', 'GPU difference'),
  entry('Policy', 'The file with the rules of a gate: floors, no regression, slices, fairness, speed, approvals.', 'rules', 'gate file'),
  entry('Preflight', 'The question, asked before an export, whether a target loads this model.', 'compatibility check', 'target'),
  entry('Profile of a data set', 'For each column: type, missing cells, smallest and largest value, frequent values.', 'statistics', 'summary'),
  entry('PSI', 'Population stability index: how far two distributions over the same bins lie apart. Below 0.1 little, above 0.25 much, given enough rows.', 'drift'),
  entry('Reference profile', 'The distribution of every input and answer at evaluation, kept in a bundle; live data are held against it.', 'drift', 'training profile'),
  entry('Review request', 'One signed file with the evidence of a version, opened by a reviewer on another machine.', 'approval'),
  entry('Roll back', 'To let serve again what served before, with a reason.', 'undo', 'revert'),
  entry('Run', 'One evaluation: model, data, binding, device, conditions, metrics and answers. It never changes.', 'evaluation', 'experiment'),
  entry('Shadow', 'A version that gets copies of live requests and whose answers nobody sees.', 'mirror', 'dark launch'),
  entry('Signature of a model', 'Its inputs and outputs: names, types and shapes.', 'schema', 'inputs', 'outputs'),
  entry('Slice', 'The rows that share a value of a column, such as country = DE, with metrics of their own.', 'segment', 'cohort', 'subgroup'),
  entry('Target', 'Where a bundle will run: the bundle’s own server, a container, Triton, KServe, Kubernetes, SageMaker. In a data set: the column with the true answer.', 'label', 'platform'),
  entry('Threshold', 'The probability from which on a row is decided as positive.', 'cut-off', 'decision boundary'),
  entry('Verdict', 'The answer of a comparison: better, worse, equivalent within the margin, or not enough rows to tell.', 'significance', 'p-value'),
  entry('Version', 'One model file, told by its hash. Another file is another version; a version never changes.', 'revision', 'model file'),
  entry('Weak segment', 'A minority of rows, found by a shallow tree on the errors, on which the model is clearly worse.', 'slice', 'error analysis'),
  entry('Window', 'A span of time whose live rows are looked at together.', 'period', 'batch'),
  entry('Workspace', 'The folder in which Slipway keeps models, history and answers. Nothing leaves it unless you export it.', 'project', 'registry', 'database'),
]

/** Entries whose word, other words or meaning hold every word of the text. */
export function findInGlossary(text: string): readonly GlossaryEntry[] {
  const wanted = text.toLowerCase().split(/\s+/).filter((w) => w !== '')
  return glossary.filter((e) => { const all = `${e.word} ${e.also.join(' ')} ${e.meaning}`.toLowerCase(); return wanted.every((w) => all.includes(w)) })
}
