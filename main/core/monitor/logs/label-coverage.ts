// Answers `logs.labelCoverage`: how many rows have a label, how late labels are, and whether labelled rows were answered like the others.
// A label that comes for approved customers alone says nothing of the others: that is looked for, not assumed.
import type { CallContext } from '../../../../shared/contract-kit.ts'
import type { LabelCoverage } from '../../../../shared/domain/log-batch.ts'
import { allRows, openDatabase, type Database } from '../../datasets/duckdb.ts'
import { labelledLogsFrom, type LogWish } from './log-relation.ts'
import type { CoveragePlan } from './reading-plan.ts'


/** Fewer rows than this on either side say nothing. */
const leastRows = 50
const bins = 40
const number = (cell: unknown): number => Number(cell ?? 0)

interface Ask { readonly db: Database; readonly signal: AbortSignal }
const ask = ({ db, signal }: Ask, sql: string): Promise<unknown[][]> => allRows(db, sql, signal, 'the logs')

async function windowsOf(on: Ask, count: number): Promise<LabelCoverage['windows']> {
  const [range] = await ask(on, 'SELECT min("time"), max("time") FROM joined')
  if (range?.[0] == null) return []
  const [from, to] = [number(range[0]), number(range[1]) + 1]
  const width = Math.max(1, Math.ceil((to - from) / count))
  const rows = await ask(on, `SELECT ("time" - ${from}) // ${width} AS w, count(*), count(truth) FROM joined WHERE "time" IS NOT NULL GROUP BY w ORDER BY w`)
  const by = new Map(rows.map(([w, n, labelled]) => [number(w), { rows: number(n), labelled: number(labelled) }]))
  return Array.from({ length: Math.ceil((to - from) / width) }, (_, w) => ({ from: from + w * width, to: Math.min(to, from + (w + 1) * width), ...(by.get(w) ?? { rows: 0, labelled: 0 }) }))
}

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
const delaySteps = [minute, 10 * minute, hour, 6 * hour, day, 3 * day, 7 * day, 14 * day, 30 * day, 60 * day, 90 * day, 180 * day, 365 * day]

async function delayOf(on: Ask): Promise<LabelCoverage['delay']> {
  const late = 'SELECT truth_time - "time" AS d FROM joined WHERE truth_time IS NOT NULL AND "time" IS NOT NULL'
  const [row] = await ask(on, `SELECT count(*), quantile_cont(d, 0.5), quantile_cont(d, 0.9), quantile_cont(d, 0.99), max(d), count(*) FILTER (d < 0) FROM (${late})`)
  if (row === undefined || number(row[0]) === 0) return null
  const counts = await ask(on, `SELECT ${delaySteps.map((s, i) => `count(*) FILTER (d <= ${s}${i === 0 ? '' : ` AND d > ${delaySteps[i - 1]!}`})`).join(', ')}, count(*) FILTER (d > ${delaySteps.at(-1)!}) FROM (${late})`)
  return {
    labels: number(row[0]), median: number(row[1]), p90: number(row[2]), p99: number(row[3]), longest: number(row[4]), negative: number(row[5]),
    histogram: counts[0]!.map((n, i) => ({ upTo: delaySteps[i] ?? null, labels: number(n) })),
  }
}

/** Two samples of n and m rows differ by more than this in at most one of a hundred cases where they are alike (Smirnov’s limit). */
export const ksLimit = (n: number, m: number): number => Math.sqrt(-0.5 * Math.log(0.01 / 2)) * Math.sqrt((n + m) / (n * m))
/** The same of the total variation over k classes: (k − 1) values, each with a standard error of at most half a row’s. */
export const variationLimit = (n: number, m: number, classes: number): number => 2.5758 * 0.5 * Math.sqrt(Math.max(1, classes - 1)) * Math.sqrt(1 / n + 1 / m)

type Selection = LabelCoverage['selection']

/** The largest distance between both distribution functions, over every distinct value. */
async function ksDistance(on: Ask, column: string, labelled: number, unlabelled: number): Promise<number> {
  const [row] = await ask(on, `SELECT max(abs(a / ${labelled} - b / ${unlabelled})) FROM (SELECT sum(l) OVER (ORDER BY v)::DOUBLE AS a, sum(u) OVER (ORDER BY v)::DOUBLE AS b FROM
    (SELECT ${column} AS v, count(truth) AS l, count(*) - count(truth) AS u FROM joined WHERE ${column} IS NOT NULL GROUP BY v))`)
  return number(row?.[0])
}

async function histogramOf(on: Ask, column: string): Promise<Selection['histogram']> {
  const [range] = await ask(on, `SELECT min(${column}), max(${column}) FROM joined`)
  if (range?.[0] == null) return null
  const [low, high] = [number(range[0]), number(range[1])]
  const width = (high - low) / bins || 1
  const rows = await ask(on, `SELECT least(${bins - 1}, floor((${column} - ${low}) / ${width}))::INTEGER AS b, count(truth), count(*) - count(truth) FROM joined WHERE ${column} IS NOT NULL GROUP BY b`)
  const [labelled, unlabelled] = [new Array<number>(bins).fill(0), new Array<number>(bins).fill(0)]
  for (const [b, l, u] of rows) { labelled[number(b)] = number(l); unlabelled[number(b)] = number(u) }
  return { edges: Array.from({ length: bins + 1 }, (_, i) => low + i * width), labelled, unlabelled }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} points`

function wordsOf(verdict: Selection['verdict'], statistic: Selection['statistic'], distance: number | null, limit: number | null): string {
  if (verdict === 'not-enough') return `There are fewer than ${leastRows} rows with a label, or without one, or no answers to compare: nothing can be said.`
  const what = statistic === 'ks' ? 'scores' : 'answers'
  const by = `by ${percent(distance!)}, where chance alone gives at most ${percent(limit!)}`
  return verdict === 'alike' ? `The ${what} of rows with and without a label differ ${by}: labels seem to come for rows like all others.`
    : `Labels are selective: the ${what} of rows with a label differ from those without ${by}. Quality measured on labelled rows does not hold for the others.`
}

async function selectionOf(on: Ask): Promise<Selection> {
  const [row] = await ask(on, `SELECT count(score), count(score) FILTER (truth IS NOT NULL), count("value"), count("value") FILTER (truth IS NOT NULL), count(label), count(label) FILTER (truth IS NOT NULL) FROM joined WHERE outcome = 'ok'`)
  const [scores, scored, values, valued, labels, labelled] = row!.map(number) as [number, number, number, number, number, number]
  const classes = (await ask(on, 'SELECT label, count(truth), count(*) - count(truth) FROM joined WHERE label IS NOT NULL GROUP BY label ORDER BY count(*) DESC, label LIMIT 50')).map(([label, l, u]) => ({ label: String(label), labelled: number(l), unlabelled: number(u) }))
  const column = scores > 0 ? 'score' : values > 0 ? '"value"' : null
  const [n, all] = column === 'score' ? [scored, scores] : column === null ? [labelled, labels] : [valued, values]
  const m = all - n
  const histogram = column === null ? null : await histogramOf(on, column)
  if (n < leastRows || m < leastRows) return { verdict: 'not-enough', statistic: null, distance: null, limit: null, labelled: n, unlabelled: m, sentence: wordsOf('not-enough', null, null, null), histogram, classes }
  const statistic = column === null ? 'total-variation' as const : 'ks' as const
  const distance = column === null ? classes.reduce((sum, c) => sum + Math.abs(c.labelled / n - c.unlabelled / m), 0) / 2 : await ksDistance(on, column, n, m)
  const limit = column === null ? variationLimit(n, m, classes.length) : ksLimit(n, m)
  // A difference that is certain and tiny misleads nobody.
  const verdict = distance > Math.max(limit, 0.05) ? 'selective' : 'alike'
  return { verdict, statistic, distance, limit, labelled: n, unlabelled: m, sentence: wordsOf(verdict, statistic, distance, Math.max(limit, 0.05)), histogram, classes }
}

/** Reads all rows of the window once, joined, spilling to disk where memory ends. */
export async function labelCoverage(plan: CoveragePlan, context: CallContext): Promise<LabelCoverage> {
  const db = await openDatabase([...plan.logs.map((l) => l.path), ...plan.labels], null, '1GB')
  const on: Ask = { db, signal: context.signal }
  try {
    const wish: LogWish = { ...(plan.from === null ? {} : { from: plan.from }), ...(plan.to === null ? {} : { to: plan.to }), ...(plan.version === null ? {} : { version: plan.version }) }
    await ask(on, `CREATE TABLE joined AS SELECT "time", outcome, label, CASE WHEN isfinite(score) THEN score END AS score, CASE WHEN isfinite("value") THEN "value" END AS "value", truth, truth_time FROM ${labelledLogsFrom(plan.logs, plan.labels, wish)}`)
    const [row] = await ask(on, 'SELECT count(*), count(truth) FROM joined')
    return { rows: number(row?.[0]), labelled: number(row?.[1]), windows: await windowsOf(on, plan.windows), delay: await delayOf(on), selection: await selectionOf(on) }
  } finally { db.close() }
}
