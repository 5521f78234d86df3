// The words of docs/performance.md, made from docs/performance.json: what was measured, how often, at what size, what it means, what is not met.
// Owns no measuring. Says of every part that was not measured that it was not.
import { seconds } from './bench-engine.mjs'
import { shape } from './bench-input.mjs'
import { serveSection } from './bench-serve-report.mjs'

/** What the issue of this program asks for; a smaller measurement says so. */
export const full = { a: { rows: 1_000_000, rounds: 5 }, b: { count: 10_000, rounds: 5 }, c: { rows: 10_000_000, rounds: 5 }, d: { rows: 1_000_000, rounds: 5 }, e: { count: 10_000, rounds: 200 }, f: { count: 1_000_000, rounds: 5 } }

const whole = (n) => n.toLocaleString('en')
const times = (n, what = 'round') => `${n} ${what}${n === 1 ? '' : 's'}`
const verdict = (ratio, limit) => (ratio <= limit ? `at most ${limit} was wanted: met` : `**at most ${limit} was wanted: missed**; see “Where the time goes”`)
const busy = (load) => (load > 1.5 ? `\nThe machine was busy with other work (${load.toFixed(1)} runnable tasks a core), which stretches every line above.\n` : '')
/** How a size is beside the full one, to be put behind it. */
const beside = (size, wanted) => (size === wanted ? '' : ` (the full size is ${whole(wanted)})`)
const range = (m) => (m.rounds === 1 ? 'one round' : `${seconds(m.from)} to ${seconds(m.to)}`)
const measure = ({ ms, all }) => ({ ms, from: Math.min(...all), to: Math.max(...all), rounds: all.length })

/** The numbers that are kept of what bench-table, bench-images, bench-metrics, bench-registry and bench-serve measured. */
export function kept({ a, b, c, d, e = null, f = null }, measured) {
  const lines = (part, first) => ({ first: measure(part[first]), runs: measure(part.runs), evaluation: measure(part.evaluation), load: part.load, environment: environmentOf(part.evaluation.value.environment) })
  return {
    ...(a === null ? {} : { a: { ...measured, rows: a.rows, bytes: a.bytes, profileMs: a.profileMs, values: a.evaluation.value.metrics.length, inferenceMs: a.evaluation.value.timing.inferenceMs, ...lines(a, 'scan') } }),
    ...(b === null ? {} : { b: { ...measured, count: b.count, ...lines(b, 'decode') } }),
    ...(c === null ? {} : { c: { ...measured, rows: c.rows, own: measure(c.own), sklearn: c.sklearn === null ? null : { version: c.sklearn.version, agreed: c.sklearn.agreed, ...measure(c.sklearn) } } }),
    ...(d === null ? {} : { d: { ...measured, rows: d.rows, rounds: d.rounds, known: d.known, small: d.small, large: d.large } }),
    ...(e === null ? {} : { e: { ...measured, ...e } }),
    ...(f === null ? {} : { f: { ...measured, ...f } }),
  }
}
const environmentOf = ({ runtime, threads, batchSizes }) => ({ runtime, threads, batchSizes })

/** Three lines and their sum, and what the whole is beside it. */
function parts(names, { first, runs, evaluation, load }, count, unit) {
  const rate = (ms) => `${whole(Math.round(count / ms * 1000))} ${unit}/s`
  const line = (name, r) => `| ${name} | ${seconds(r.ms)} | ${range(r)} | ${rate(r.ms)} |`
  const sum = first.ms + runs.ms
  const ratio = evaluation.ms / sum
  return `| | s | from … to | rate |
| --- | --- | --- | --- |
${line(names[0], first)}
${line(names[1], runs)}
| sum of the two | ${seconds(sum)} | | ${rate(sum)} |
${line('**evaluation**, whole', evaluation)}

${times(evaluation.rounds)} of each line in turn after a warm-up${evaluation.rounds === 1 ? '' : '; the first column is the median'}.
Evaluation takes **${ratio.toFixed(2)} times** the sum of its raw parts (${verdict(Number(ratio.toFixed(2)), 1.1)})${ratio < 1 ? ', which is below the sum, since reading and running overlap' : ''}.
${busy(load)}`
}

function tableSection(a) {
  return `## (a) A large table

${whole(a.rows)} rows${beside(a.rows, full.a.rows)} × ${shape.features} number columns and a label, one CSV file of ${Math.round(a.bytes / 1e6)} MB (seeded, the same bytes everywhere), and a dense network ${shape.layers.join('-')}.
An evaluation reads the file, judges every row, builds tensors, runs the model, computes every metric, interval and curve (${a.values} values), and stores the predictions of every row.

${parts(['DuckDB scan alone: every cell parsed as its type, chunks handed to JavaScript, nothing done with them', `\`session.run\` alone: ${a.madeUpRows === true ? 'as many rows of made-up numbers' : 'the same rows'} from tensors that lie ready, batches of ${whole(a.environment.batchSizes.at(-1))}`], a, a.rows, 'rows')}
Inference within the evaluation took ${seconds(a.inferenceMs)} s. Profiling the file once, when it is added, took ${seconds(a.profileMs)} s.
`
}

function imageSection(b) {
  return `## (b) Many pictures

${whole(b.count)} JPEG pictures${beside(b.count, full.b.count)} of 500 × 375 to 224 × 224 × 3, and a net of three strided convolutions. Decoding alone is done by the engine's own threads, one a core, and its values are thrown away.

${parts(['decoding and resizing alone, on all cores', `\`session.run\` alone: as many made-up pictures from a tensor that lies ready, batches of ${b.environment.batchSizes.at(-1)}`], b, b.count, 'pictures')}`
}

function metricSection(c) {
  const own = `| every metric, interval and curve here | ${seconds(c.own.ms)} | ${range(c.own)} |`
  const opening = `## (c) All metrics of many predictions

${whole(c.rows)} binary predictions in memory${beside(c.rows, full.c.rows)}, ${times(c.own.rounds)} here`
  if (c.sklearn === null) return `${opening}. There was no Python with scikit-learn on this machine to compare with.\n\n| | s | from … to |\n| --- | --- | --- |\n${own}\n`
  const faster = c.sklearn.ms / c.own.ms
  return `${opening} and ${c.sklearn.rounds === c.own.rounds ? 'as many' : times(c.sklearn.rounds)} of scikit-learn${c.sklearn.rounds < c.own.rounds ? ', which takes long' : ''}; the same arrays for both. scikit-learn ${c.sklearn.version} computes one function a metric and three curves, no intervals; ${c.sklearn.agreed} values were compared and agree to 1e-9.

| | s | from … to |
| --- | --- | --- |
${own}
| scikit-learn | ${seconds(c.sklearn.ms)} | ${range(c.sklearn)} |

${faster >= 1 ? `**${faster.toFixed(1)} times faster** than scikit-learn (faster was wanted: met).` : `**${(1 / faster).toFixed(1)} times slower** than scikit-learn: missed.`}
`
}

function memorySection(d) {
  if (!d.known) return '## (d) Memory\n\nThis system does not tell the peak memory of a process.\n'
  const ratio = d.large / d.small
  return `## (d) Memory

| peak memory of a fresh engine${d.rounds === 1 ? ', one round' : `, median of ${times(d.rounds)}`} | MB |
| --- | --- |
| ${whole(d.rows)} rows${beside(d.rows, full.d.rows)} | ${Math.round(d.small)} |
| ${whole(d.rows * 10)} rows | ${Math.round(d.large)} |

**${ratio.toFixed(2)} times** as much (${verdict(Number(ratio.toFixed(2)), 1.3)}).
What is held per row: for exact ranking metrics one score of the positive class, 4 bytes (8 when it is not exact in float32), and as much again while the scores are sorted at the end. Predictions go to the file one row group at a time.
`
}

const ms = (value) => (value < 10 ? value.toFixed(1) : value.toFixed(0))

function registrySection(e) {
  const over = e.lines.filter((l) => l.p95 > 50)
  const answer = over.length === 0 ? 'Every one answers in under 50 ms at the 95th percentile (wanted: met).' : `**Over 50 ms at the 95th percentile: ${over.map((l) => `${l.group} (${l.what})`).join(', ')}.** ${over.every((l) => l.cpu95 < 50) ? 'The processor’s own time for each stays below 50 ms: the rest is waiting for a processor that others used.' : ''}`
  return `## (e) A large registry

${whole(e.models)} models, ${whole(e.versions)} versions${beside(e.versions, full.e.count)}, ${whole(e.runs)} runs and ${whole(e.numbers)} numbers in one workspace (${Math.round(e.bytes / 1e6)} MB, made up with a seed, through the schema and its triggers). One model has ${whole(Math.floor(e.versions / 10))} of the versions, and one data set has runs of all of them. Each question goes to the core as a window asks it, with every check of the contract on both sides, ${e.calls} times after one warm-up; opening is a whole opening of the workspace in a running process.

| | what | median, ms | 95 %, ms | longest, ms | processor time, 95 %, ms |
| --- | --- | --- | --- | --- | --- |
${e.lines.map((l) => `| ${l.group} | ${l.what} | ${ms(l.median)} | ${ms(l.p95)} | ${ms(l.most)} | ${ms(l.cpu95)} |`).join('\n')}

${answer} A test holds the plans: none of these reads all runs or all of their numbers.
${busy(e.load)}`
}

const sections = { a: tableSection, b: imageSection, c: metricSection, d: memorySection, e: registrySection, f: (f) => serveSection(f, full.f.count, busy) }
const titles = { a: 'a large table', b: 'many pictures', c: 'all metrics of many predictions', d: 'memory', e: 'a large registry', f: 'the server of a bundle' }

/** How the parts came about: in one run, or in several. */
function origin(found) {
  const runs = new Set(found.map((part) => part.run))
  const machines = new Set(found.map((part) => part.machine))
  if (runs.size === 1) return 'in one run on one machine'
  return `in ${runs.size} runs, part by part, on ${machines.size === 1 ? 'one machine' : `${machines.size} machines`}`
}

/** The whole report from the numbers of performance.json. Parts that were not measured are said to be so. */
export function report(numbers) {
  const names = Object.keys(sections)
  const found = names.filter((name) => numbers[name] !== undefined)
  const left = names.filter((name) => numbers[name] === undefined)
  const opening = found.length === 0 ? 'Nothing was measured.' : `Measured by \`npm run bench\`, ${origin(found.map((name) => numbers[name]))}. Sizes and rounds stand with each part.`
  const gap = left.length === 0 ? '' : `\nNot measured: ${left.map((name) => `(${name}) ${titles[name]}`).join(', ')}.\n`
  const machines = [...new Set(found.map((name) => numbers[name].machine))].map((machine) => {
    const environment = found.map((name) => numbers[name]).find((part) => part.machine === machine && part.environment !== undefined)?.environment
    return `${machine}${environment === undefined ? '' : `, ${environment.runtime}, ${environment.threads} threads, batch sizes ${environment.batchSizes.join(', ')}`}.`
  })
  return `# Performance

${opening}
${gap}
${[...found.map((name) => sections[name](numbers[name])), how].join('\n')}
## Machine

${machines.join('\n\n')}
These are numbers of that day; ratios carry over better than absolutes.
`
}

const how = `## Where the time goes

- Large regular CSV files are parsed by threads of the engine (\`main/core/datasets/csv-parse.ts\`), bit for bit as DuckDB reads them, with about half of its processor time; the thread that runs the model only copies columns into tensors. Files with numbers of more than fifteen digits, other separators of decimals, or records that are not regular are read through DuckDB.
- Pictures are read, decoded and resized by threads of the engine (\`main/core/images/picture-thread.ts\`); the thread that runs the model copies finished values.
- The native call of the model uses all cores and shares them with these threads. On a machine whose cores are busy with either, the sum of the parts is the limit: overlap can only fill the gaps that each part leaves by itself.
- Metrics are loops over the arrays of a batch; scores are sorted once, by radix, and two walks over the sorted scores give every ranking metric, its interval and its curves.
- Predictions are written as plain Parquet pages without compression, which is little more than a copy.
`
