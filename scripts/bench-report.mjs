// The words of docs/performance.md: what was measured, the numbers, what they mean and what is not met. Owns no measuring.
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import { seconds, spread } from './bench-engine.mjs'
import { shape } from './bench-input.mjs'

const whole = (n) => n.toLocaleString('en')
const verdict = (ratio, limit) => (ratio <= limit ? `at most ${limit} was wanted: met` : `**at most ${limit} was wanted: missed**; see “Where the time goes”`)
const busy = (load) => (load > 1.5 ? `\nThe machine was busy with other work (${load.toFixed(1)} runnable tasks a core), which stretches every line above.\n` : '')

/** Three lines and their sum, and what the whole is beside it. */
function parts(names, { runs, evaluation, load }, first, count, unit) {
  const rate = (ms) => `${whole(Math.round(count / ms * 1000))} ${unit}/s`
  const line = (name, r) => `| ${name} | ${seconds(r.ms)} | ${spread(r.all)} | ${rate(r.ms)} |`
  const sum = first.ms + runs.ms
  const ratio = evaluation.ms / sum
  return `| | s | from … to | rate |
| --- | --- | --- | --- |
${line(names[0], first)}
${line(names[1], runs)}
| sum of the two | ${seconds(sum)} | | ${rate(sum)} |
${line('**evaluation**, whole', evaluation)}

Evaluation takes **${ratio.toFixed(2)} times** the sum of its raw parts (${verdict(Number(ratio.toFixed(2)), 1.1)})${ratio < 1 ? ', which is below the sum, since reading and running overlap' : ''}.
${busy(load)}`
}

function tableSection(a) {
  const { environment, timing, metrics } = a.evaluation.value
  return `## (a) A large table

${whole(a.rows)} rows × ${shape.features} number columns and a label, one CSV file of ${Math.round(a.bytes / 1e6)} MB (seeded, the same bytes everywhere), and a dense network ${shape.layers.join('-')}.
An evaluation reads the file, judges every row, builds tensors, runs the model, computes every metric, interval and curve (${metrics.length} values), and stores the predictions of every row.

${parts(['DuckDB scan alone: every cell parsed as its type, chunks handed to JavaScript, nothing done with them', `\`session.run\` alone: the same rows from tensors that lie ready, batches of ${whole(environment.batchSizes.at(-1))}`], a, a.scan, a.rows, 'rows')}
Inference within the evaluation took ${seconds(timing.inferenceMs)} s. Profiling the file once, when it is added, took ${seconds(a.profileMs)} s.
`
}

function imageSection(b) {
  const { environment } = b.evaluation.value
  return `## (b) Many pictures

${whole(b.count)} JPEG pictures of 500 × 375 to 224 × 224 × 3, and a net of three strided convolutions. Decoding alone is done by the engine's own threads, one a core, and its values are thrown away.

${parts(['decoding and resizing alone, on all cores', `\`session.run\` alone, batches of ${environment.batchSizes.at(-1)}`], b, b.decode, b.count, 'pictures')}`
}

function metricSection(c) {
  const own = `| every metric, interval and curve here | ${seconds(c.own.ms)} | ${spread(c.own.all)} |`
  if (c.sklearn === null) return `## (c) All metrics of many predictions\n\n| | s | from … to |\n| --- | --- | --- |\n${own}\n\nThere was no Python with scikit-learn on this machine to compare with.\n`
  const faster = c.sklearn.ms / c.own.ms
  return `## (c) All metrics of many predictions

${whole(c.rows)} binary predictions in memory, the same arrays for both. scikit-learn ${c.sklearn.version} computes one function a metric and three curves, no intervals; ${c.sklearn.agreed} values were compared and agree to 1e-9.

| | s | from … to |
| --- | --- | --- |
${own}
| scikit-learn | ${seconds(c.sklearn.ms)} | ${spread(c.sklearn.all)} |

${faster >= 1 ? `**${faster.toFixed(1)} times faster** than scikit-learn (faster was wanted: met).` : `**${(1 / faster).toFixed(1)} times slower** than scikit-learn: missed.`}
`
}

function memorySection(d) {
  if (!d.known) return '## (d) Memory\n\nThis system does not tell the peak memory of a process.\n'
  const ratio = d.large / d.small
  return `## (d) Memory

| peak memory of a fresh engine | MB |
| --- | --- |
| ${whole(d.rows)} rows | ${Math.round(d.small)} |
| ${whole(d.rows * 10)} rows | ${Math.round(d.large)} |

**${ratio.toFixed(2)} times** as much (${verdict(Number(ratio.toFixed(2)), 1.3)}).
What is held per row: for exact ranking metrics one score of the positive class, 4 bytes (8 when it is not exact in float32), and as much again while the scores are sorted at the end. Predictions go to the file one row group at a time.
`
}

/** The whole report. Parts that were not measured are null and left out. */
export function report({ a, b, c, d, repeats }) {
  const environment = (a ?? b)?.evaluation.value.environment
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB memory, ${platform()} ${release()}, Node ${process.versions.node}`
  return `# Performance

Measured by \`npm run bench\`, everything in one run on one machine: ${repeats} rounds of every part in turn after a warm-up, medians.

${[a === null ? '' : tableSection(a), b === null ? '' : imageSection(b), c === null ? '' : metricSection(c), d === null ? '' : memorySection(d), how].filter((s) => s !== '').join('\n')}
## Machine

${machine}${environment === undefined ? '' : `, ${environment.runtime}, ${environment.threads} threads, batch sizes ${environment.batchSizes.join(', ')}`}.
These are numbers of this machine on that day; ratios carry over better than absolutes.
`
}

const how = `## Where the time goes

- Large regular CSV files are parsed by threads of the engine (\`main/core/datasets/csv-parse.ts\`), bit for bit as DuckDB reads them, with about half of its processor time; the thread that runs the model only copies columns into tensors. Files with numbers of more than fifteen digits, other separators of decimals, or records that are not regular are read through DuckDB.
- Pictures are read, decoded and resized by threads of the engine (\`main/core/images/picture-thread.ts\`); the thread that runs the model copies finished values.
- The native call of the model uses all cores and shares them with these threads. On a machine whose cores are busy with either, the sum of the parts is the limit: overlap can only fill the gaps that each part leaves by itself.
- Metrics are loops over the arrays of a batch; scores are sorted once, by radix, and two walks over the sorted scores give every ranking metric, its interval and its curves.
- Predictions are written as plain Parquet pages without compression, which is little more than a copy.
`
