// run.compare and run.common: finished runs on the same rows, tested against each other, with the answer in words. Stores nothing: the stored predictions decide it.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { runCaveats } from '../../../shared/comparison.ts'
import type { Run } from '../../../shared/domain/run.ts'
import type { Challenger, ComparedRun, RunComparison } from '../../../shared/domain/verdict.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatPlural, formatShare } from '../../../shared/format.ts'
import { comparedMetrics } from '../../../shared/verdict/paired-differences.ts'
import { challengerSentence, comparedName } from '../../../shared/verdict/verdict-words.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { storedPredictions } from '../steps/stored-predictions.ts'
import { getDataset } from '../store/datasets.ts'
import { commonDataRuns, getRun } from '../store/runs.ts'

type Request = InputOf<SlipwayContract['run.compare']>

/** The runs, which must have finished on one and the same data for one task. Errors: `run.notFinished`, `input.invalid`, `input.unknownId`. */
export function comparableRuns(parts: Parts, ids: readonly Run['id'][]): readonly [Run, ...Run[]] {
  const runs = ids.map((id) => parts.store.read((db) => getRun(db, id)))
  const [champion, ...rest] = runs as [Run, ...Run[]]
  if (new Set(ids).size < ids.length) throw new SlipwayError('input.invalid', { reason: 'a run cannot be compared with itself' })
  const other = rest.find((run) => run.datasetSha256 !== champion.datasetSha256)
  if (other !== undefined) throw new SlipwayError('input.invalid', { reason: `the runs of ${comparedName(champion)} and ${comparedName(other)} read different data, so that no row can be paired` })
  const strange = rest.find((run) => run.task !== champion.task)
  if (strange !== undefined) throw new SlipwayError('input.invalid', { reason: `${comparedName(champion)} and ${comparedName(strange)} answer different questions: ${champion.task} and ${strange.task}` })
  const unlabelled = runs.find((run) => run.status === 'done' && run.binding.target === null)
  if (unlabelled !== undefined) throw new SlipwayError('input.invalid', { reason: `the run of ${comparedName(unlabelled)} has no true answers, so nobody can be right` })
  return [champion, ...rest]
}

/** Between the labels of a row, as the scorer writes them. */
const separatorOf = ({ binding }: Run): string => (binding.target?.kind === 'label-list' ? binding.target.separator : '|')
const comparedRun = (run: Run): ComparedRun => ({ runId: run.id, versionId: run.versionId, modelName: run.modelName, versionNumber: run.versionNumber })

/** Two runs of one version are told apart by their time. */
const nameIn = (run: Run, all: readonly Run[]): string => (all.some((r) => r !== run && r.versionId === run.versionId) ? `${comparedName(run)} (run of ${new Date(run.endedAt ?? run.createdAt).toISOString().slice(0, 16).replace('T', ' ')})` : comparedName(run))

/** Errors without a limit of which no row shows anything: the rule of three says how rare they must be to stay unseen. */
const unseenTail = (task: Run['task'], { rows, answer }: Pick<Challenger, 'rows' | 'answer'>): string[] =>
  (task !== 'regression' || rows.paired >= 1000 || rows.paired === 0 || (answer !== 'better' && answer !== 'worse') ? []
    : [`This holds for rows like these: with ${formatPlural(rows.paired, 'row')}, large errors that occur in fewer than ${formatShare(3 / rows.paired)} of cases may not be among them (rule of three).`])

function notesOf(champion: Run, run: Run, found: Pick<Challenger, 'rows' | 'answer'>): string[] {
  const { rows } = found
  const one = [...(rows.onlyFirst === 0 ? [] : [`${formatPlural(rows.onlyFirst, 'row was', 'rows were')} scored by ${comparedName(champion)} alone`]), ...(rows.onlySecond === 0 ? [] : [`${formatPlural(rows.onlySecond, 'row')} by ${comparedName(run)} alone`])]
  return [
    ...(one.length === 0 ? [] : [`${one.join(', ')}; only rows that both scored are compared.`]),
    ...(rows.otherTruth === 0 ? [] : [`In ${formatPlural(rows.otherTruth, 'row')} the two runs hold different true answers; they are left out.`]),
    ...unseenTail(champion.task, found),
    ...runCaveats(champion, run),
  ]
}

/** Errors: `run.notFinished`, `store.blobMissing`, `input.invalid` for runs that cannot be paired. */
export async function compareFinishedRuns(parts: Parts, request: Request, context: JobContext): Promise<RunComparison> {
  const runs = comparableRuns(parts, request.runs)
  const [champion, ...rest] = runs
  const file = (run: Run): { path: string, labels: string[] } => ({ path: storedPredictions(parts, run), labels: run.binding.classes.map((c) => c.label) })
  const { confidence, power, margins } = request
  const metrics = request.metrics ?? comparedMetrics[champion.task].map((metric) => ({ metric, slice: '' }))
  const seed = champion.options.seed
  const answer = await parts.light.task('compare', {
    task: champion.task, champion: file(champion), challengers: rest.map(file), separator: separatorOf(champion), metrics, confidence, power, margins, seed,
    positiveClass: champion.task === 'binary-classification' ? champion.binding.positiveClass : null,
  }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
  const challengers = answer.challengers.map((found, i): Challenger => {
    const run = rest[i]!
    const sentence = challengerSentence({ champion: nameIn(champion, runs), challenger: nameIn(run, runs), data: champion.datasetName }, found)
    return { ...comparedRun(run), ...found, sentence, notes: notesOf(champion, run, found) }
  })
  return { datasetId: champion.datasetId, datasetName: champion.datasetName, datasetSha256: champion.datasetSha256, task: champion.task, confidence, power, seed, questions: answer.questions, champion: comparedRun(champion), challengers }
}

/** Versions that share no data give an empty list. Errors: `input.unknownId`. */
export function commonData(parts: Parts, { versions, datasetId: wanted }: InputOf<SlipwayContract['run.common']>): OutputOf<SlipwayContract['run.common']> {
  return parts.store.read((db) => commonDataRuns(db, versions, wanted === undefined ? null : getDataset(db, wanted).sha256).map(({ datasetId, runs }) => ({ datasetId, datasetName: getDataset(db, datasetId).name, runs: [...runs] })))
}
