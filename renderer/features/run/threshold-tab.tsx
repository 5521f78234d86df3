// The threshold explorer: a goal, the best threshold for it, and a slider that moves every number at once. The core is asked for a goal or a class only.
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import type { Run } from '../../../shared/domain/run.ts'
import type { ThresholdGoal, ThresholdReport } from '../../../shared/domain/thresholds.ts'
import { formatCount, formatNumber, formatPlural } from '../../../shared/format.ts'
import { goalWords } from '../../../shared/thresholds/goal-words.ts'
import { pointAt } from '../../../shared/thresholds/measures.ts'
import { thresholdGuesses } from '../../../shared/binding/saved-guesses.ts'
import { thresholdBinding, thresholdText } from '../../../shared/thresholds/save-threshold.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { SelectField } from '../../ui/field.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Slider } from '../../ui/slider.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import { CalibrationSection } from './calibration-section.tsx'
import styles from './run.module.css'
import { ThresholdNumbers } from './threshold-numbers.tsx'

type GoalKind = ThresholdGoal['kind']

const goalChoices: readonly { readonly value: GoalKind; readonly label: string }[] = [
  { value: 'f1', label: 'the best F1' }, { value: 'cost', label: 'the least cost' }, { value: 'min-precision', label: 'most found, precision at least' },
  { value: 'min-recall', label: 'best precision, recall at least' }, { value: 'max-selected', label: 'most found, selected at most' },
]

const firstGoals: Readonly<Record<GoalKind, ThresholdGoal>> = {
  f1: { kind: 'f1' }, cost: { kind: 'cost', falsePositive: 1, falseNegative: 1 }, 'min-precision': { kind: 'min-precision', least: 0.9 },
  'min-recall': { kind: 'min-recall', least: 0.9 }, 'max-selected': { kind: 'max-selected', most: 0.1 },
}

function GoalFields({ goal, onGoal }: { readonly goal: ThresholdGoal; readonly onGoal: (goal: ThresholdGoal) => void }): ReactNode {
  const share = { min: 0, max: 1 }
  return (
    <>
      <SelectField label="Best for" value={goal.kind} onChoose={(kind) => onGoal(firstGoals[kind])} choices={goalChoices} />
      {goal.kind === 'cost' && <NumberField label="Cost of a false positive" value={goal.falsePositive} min={0} onNumber={(v) => { if (v !== null) onGoal({ ...goal, falsePositive: v }) }} />}
      {goal.kind === 'cost' && <NumberField label="Cost of a false negative" value={goal.falseNegative} min={0} onNumber={(v) => { if (v !== null) onGoal({ ...goal, falseNegative: v }) }} />}
      {goal.kind === 'min-precision' && <NumberField label="Precision at least" value={goal.least} {...share} onNumber={(v) => { if (v !== null) onGoal({ ...goal, least: v }) }} />}
      {goal.kind === 'min-recall' && <NumberField label="Recall at least" value={goal.least} {...share} onNumber={(v) => { if (v !== null) onGoal({ ...goal, least: v }) }} />}
      {goal.kind === 'max-selected' && <NumberField label="Share selected at most" value={goal.most} {...share} onNumber={(v) => { if (v !== null) onGoal({ ...goal, most: v }) }} />}
    </>
  )
}

function BestLine({ report, onGo }: { readonly report: ThresholdReport; readonly onGo: (threshold: number) => void }): ReactNode {
  const { best } = report
  if (best.found === null) return <p role="status">{goalWords(best.goal, report.class)}: none. {best.reason}</p>
  const { threshold, low, high } = best.found
  return (
    <div className={styles['note']}>
      <p role="status">
        {goalWords(best.goal, report.class)}: <strong>{thresholdText(threshold)}</strong>.{' '}
        {low === null || high === null ? 'Too few draws have one to say how sure that is.' : `Drawn again, the rows would put it between ${formatNumber(low)} and ${formatNumber(high)} (95 %, ${formatCount(best.draws)} draws).`}
      </p>
      <Button onClick={() => onGo(threshold)}>Go to the best</Button>
    </div>
  )
}

/** Saves the threshold into the newest binding of the version, as one more revision. */
function UseThreshold({ run, report, threshold }: { readonly run: Run; readonly report: ThresholdReport; readonly threshold: number }): ReactNode {
  const version = useCall('version.get', { versionId: run.versionId })
  const save = useCommand('binding.save')
  if (report.cannotSave !== null) return <p className={styles['quiet']}>{report.cannotSave}</p>
  const onSave = (): void => {
    const stored = version.data?.binding ?? null
    try {
      const binding = thresholdBinding(run.binding, stored?.binding ?? null, threshold)
      save.mutate({ versionId: run.versionId, binding, guesses: thresholdGuesses(stored?.binding ?? run.binding, binding, stored?.guesses ?? run.guesses, `${run.id} on ${run.datasetName}`) }, {
        onSuccess: (saved) => notify(`Saved the threshold ${thresholdText(threshold)} as revision ${saved.revision} of the binding. Earlier runs keep theirs.`), onError: notifyError,
      })
    } catch (thrown) { notifyError(thrown) }
  }
  const stored = version.data?.binding?.binding
  const already = stored?.decision.kind === 'threshold' && stored.decision.threshold === threshold && (stored.calibration === undefined) === (run.binding.calibration === undefined)
  return (
    <div className={styles['note']}>
      <Button look="primary" disabled={version.data === undefined || already} busy={save.isPending} onClick={onSave}>Use this threshold</Button>
      <span className={styles['quiet']}>{already ? 'The binding decides at this threshold.' : 'New runs of this version will decide by it; earlier runs keep theirs.'}</span>
    </div>
  )
}

/** Positions of the slider: so many equal steps from the lowest threshold to the highest. */
const sliderSteps = 1000

/** The threshold at a position, with no more digits than the steps need; the ends are the exact ones. */
function steppedThreshold(position: number, low: number, high: number): number {
  if (position <= 0 || position >= sliderSteps) return position <= 0 ? low : high
  const digits = Math.max(3, Math.ceil(-Math.log10((high - low) / sliderSteps)))
  return Number((low + (high - low) * position / sliderSteps).toFixed(Math.min(digits, 15)))
}

function Explorer({ run, report, threshold, onThreshold }: { readonly run: Run; readonly report: ThresholdReport; readonly threshold: number; readonly onThreshold: (threshold: number) => void }): ReactNode {
  const { points } = report
  const { at, exact } = pointAt(points, threshold)
  const [low, high] = [points.threshold[0]!, points.threshold.at(-1)!]
  const position = high > low ? Math.min(sliderSteps, Math.max(0, Math.round((threshold - low) / (high - low) * sliderSteps))) : 0
  return (
    <Section title="Threshold" note={`A row counts as ${report.class} when its probability is at or above the threshold. ${formatPlural(report.rows, 'row')}, ${formatCount(report.positives)} of them ${report.class}, ${formatPlural(report.distinct, 'different score')}.`}>
      <Stack>
        <BestLine report={report} onGo={onThreshold} />
        <div className={styles['sliderRow']}>
          <Slider label="Move the threshold" position={position} last={high > low ? sliderSteps : 0} onPosition={(i) => onThreshold(steppedThreshold(i, low, high))} words={`threshold ${thresholdText(threshold)}`} ends={[thresholdText(low), thresholdText(high)]} />
          <NumberField label="Threshold" value={threshold} min={0} max={1} onNumber={(v) => { if (v !== null) onThreshold(v) }} className={styles['typed']} />
        </div>
        {!exact && <p className={styles['quiet']}>Counting the rows at {thresholdText(threshold)}; until then the numbers are those at {thresholdText(points.upTo[at] ?? threshold)}.</p>}
        <UseThreshold run={run} report={report} threshold={threshold} />
        <ThresholdNumbers run={run} report={report} threshold={threshold} at={at} />
      </Stack>
    </Section>
  )
}

export function ThresholdTab({ run }: { readonly run: Run }): ReactNode {
  const job = useJobHandle('run.thresholds')
  const { start, result } = job
  const [goal, setGoal] = useState<ThresholdGoal>(firstGoals.f1)
  const [label, setLabel] = useState(run.binding.positiveClass ?? run.binding.classes[0]?.label ?? '')
  const [chosen, setChosen] = useState<number | null>(null)
  const [report, setReport] = useState<ThresholdReport | null>(null)
  // The last report stays on screen while a new one is on its way.
  if (result !== null && result !== report) setReport(result)
  const threshold = chosen ?? report?.current ?? report?.best.found?.threshold ?? 0.5
  const shown = report?.class === label ? report : null
  const missing = shown !== null && !pointAt(shown.points, threshold).exact ? threshold : null
  const at = useMemo(() => (missing === null ? [] : [missing]), [missing])
  useEffect(() => {
    const soon = setTimeout(() => { void start({ runId: run.id, class: label, goal, at }) }, at.length === 0 && report === null ? 0 : 300)
    return () => clearTimeout(soon)
    // `at` empties when its answer arrives, and `report` comes of the answer itself: neither asks again.
  }, [start, run.id, label, goal, missing])
  return (
    <Stack>
      <Row>
        {run.task !== 'binary-classification' && <SelectField label={run.task === 'multilabel-classification' ? 'Label' : 'Class against all others'} value={label} onChoose={(next) => { setLabel(next); setChosen(null) }} choices={run.binding.classes.map((c) => ({ value: c.label, label: c.label }))} />}
        <GoalFields goal={goal} onGoal={setGoal} />
      </Row>
      {job.error !== null && <ErrorPanel error={job.error} onRetry={() => void start({ runId: run.id, class: label, goal, at })} />}
      {shown === null && job.error === null && <Progress label="Counting the scores" fraction={null} />}
      {shown !== null && <Explorer run={run} report={shown} threshold={threshold} onThreshold={setChosen} />}
      {run.task !== 'multilabel-classification' && <CalibrationSection run={run} />}
    </Stack>
  )
}
