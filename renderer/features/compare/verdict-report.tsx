// The verdict on challengers: the answer in words, a forest of differences with their intervals, and the tests behind it.
import { useMemo, type ReactNode } from 'react'
import type { Challenger, MetricVerdict, OverallAnswer, RunComparison } from '../../../shared/domain/verdict.ts'
import { formatCount, formatDelta, formatPlural } from '../../../shared/format.ts'
import { metricText } from '../../../shared/metrics/metric-text.ts'
import { answerTitle, comparedName, percentText, pText } from '../../../shared/verdict/verdict-words.ts'
import { Facts, type Fact } from '../../ui/facts.tsx'
import type { IconName } from '../../ui/icon.tsx'
import { IntervalPlot, scaleOf, type PlotScale } from '../../ui/interval-plot.tsx'
import { sliceWords } from '../../ui/metric/definition-of.ts'
import { MetricFigure, MetricName } from '../../ui/metric/metric-number.tsx'
import { Section } from '../../ui/page.tsx'
import { Mark, type Tone } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './compare.module.css'

const marks: Readonly<Record<OverallAnswer, { readonly tone: Tone, readonly icon: IconName }>> = {
  better: { tone: 'good', icon: 'good' }, worse: { tone: 'bad', icon: 'bad' }, equivalent: { tone: 'accent', icon: 'check' }, mixed: { tone: 'warn', icon: 'alert' },
  'not-enough-rows': { tone: 'neutral', icon: 'waiting' }, 'not-tested': { tone: 'neutral', icon: 'stopped' },
}

const methods: Readonly<Record<NonNullable<MetricVerdict['method']>, string>> = { mcnemar: 'McNemar', 'paired-t': 'Paired t', delong: 'DeLong', influence: 'Influence', bootstrap: 'Bootstrap' }

/** The answer in as few words as a column has room for. */
const shortAnswers: Readonly<Record<MetricVerdict['answer'], string>> = { better: 'Better', worse: 'Worse', equivalent: 'Equivalent', 'not-enough-rows': 'Not enough rows', 'not-tested': 'Not tested' }

/** A difference in margins with better to the right, so that metrics of any unit share one scale; null without a margin. */
function inMargins(m: MetricVerdict): { readonly value: number, readonly low: number, readonly high: number } | null {
  if (m.difference === null || m.low === null || m.high === null || m.margin === null || m.margin === 0) return null
  const [low, high] = [m.low / m.margin, m.high / m.margin]
  return m.direction === 'lower-is-better' ? { value: -m.difference / m.margin, low: -high, high: -low } : { value: m.difference / m.margin, low, high }
}

const intervalText = (m: MetricVerdict): string => (m.low === null || m.high === null ? '' : `${formatDelta(m.low)} to ${formatDelta(m.high)}`)

function forestColumns(found: RunComparison, challenger: Challenger, scale: PlotScale): readonly TableColumn<MetricVerdict>[] {
  return [
    { key: 'metric', header: 'Metric', most: '200px', value: (m) => m.metric, cell: (m) => <><MetricName metric={m.metric} slice={m.slice} />{m.slice !== '' && <span className={styles['quiet']}> {sliceWords(m.slice)}</span>}</> },
    { key: 'first', header: `v${found.champion.versionNumber}`, align: 'end', width: '72px', value: (m) => m.first, cell: (m) => <MetricFigure metric={m.metric} value={m.first} /> },
    { key: 'second', header: `v${challenger.versionNumber}`, align: 'end', width: '72px', value: (m) => m.second, cell: (m) => <MetricFigure metric={m.metric} value={m.second} /> },
    { key: 'difference', header: 'Difference', align: 'end', width: '96px', value: (m) => m.difference, cell: (m) => (m.difference === null ? '' : formatDelta(m.difference)) },
    { key: 'plot', header: 'Worse · better (margins)', width: '176px', sortable: false, value: (m) => intervalText(m), cell: (m) => { const at = inMargins(m); return at === null ? '' : <IntervalPlot {...at} reference={0} scale={scale} strong={m.answer === 'better' || m.answer === 'worse'} good={m.answer === 'better'} words={`${formatDelta(m.difference ?? 0)} (${intervalText(m)})`} /> } },
    { key: 'interval', header: `${percentText(found.confidence)} interval`, width: '164px', value: (m) => intervalText(m) },
    { key: 'adjusted', header: 'Corrected p', align: 'end', width: '96px', value: (m) => m.adjusted, cell: (m) => (m.adjusted === null ? '' : pText(m.adjusted).replace('p = ', '').replace('p < ', '< ')) },
    { key: 'answer', header: 'Answer', width: '140px', value: (m) => m.answer, cell: (m) => <Mark {...marks[m.answer]}>{shortAnswers[m.answer]}</Mark> },
    { key: 'method', header: 'Test', width: '88px', value: (m) => (m.method === null ? '' : methods[m.method]) },
  ]
}

function Forest({ found, challenger }: { readonly found: RunComparison, readonly challenger: Challenger }): ReactNode {
  const tested = challenger.metrics.filter((m) => m.answer !== 'not-tested')
  const scale = useMemo(() => scaleOf([...tested.flatMap((m) => inMargins(m) ?? []), { low: -1, high: 1 }]), [tested])
  const columns = useMemo(() => forestColumns(found, challenger, scale), [found, challenger, scale])
  return <Table label={`Differences of ${comparedName(challenger)} from ${comparedName(found.champion)}`} columns={columns} rows={tested} rowId={(m) => `${m.metric} ${m.slice}`} empty="No metric can be compared row by row." />
}

function agreementFacts(found: RunComparison, { agreement: a, errors: e }: Challenger, names: readonly [string, string]): Fact[] {
  return [
    ...(a === null ? [] : [
      { name: 'Same answer', value: `${percentText(a.share)}; ${formatPlural(a.changedRows, 'row differs', 'rows differ')}` },
      { name: 'Who is right', value: `both ${formatCount(a.bothRight)}, only ${names[0]} ${formatCount(a.onlyFirstRight)}, only ${names[1]} ${formatCount(a.onlySecondRight)}, neither ${formatCount(a.bothWrong)}` },
      { name: 'McNemar', value: `exact ${pText(a.exactP)}; χ² = ${a.chiSquare.toFixed(2)}, ${pText(a.chiSquareP)}` },
    ]),
    ...(e === null ? [] : [
      { name: 'Closer to the truth', value: `${names[0]} in ${formatCount(e.firstCloser)} rows, ${names[1]} in ${formatCount(e.secondCloser)}` },
      { name: 'Mean absolute error', value: `${metricText('mae', e.firstMae)} and ${metricText('mae', e.secondMae)}` },
      { name: 'Wilcoxon signed rank', value: e.wilcoxon.p === null ? 'says nothing: no row differs' : `W = ${formatCount(Math.round(e.wilcoxon.statistic))}, ${pText(e.wilcoxon.p)}` },
      { name: 'Paired t', value: e.pairedT.p === null ? 'says nothing: the difference does not vary' : `t = ${e.pairedT.statistic.toFixed(2)}, ${pText(e.pairedT.p)}` },
    ]),
    { name: 'Correction', value: found.questions > 1 ? `Holm, for ${found.questions} questions` : 'none: one question' },
  ]
}

export function ChallengerReport({ found, challenger }: { readonly found: RunComparison, readonly challenger: Challenger }): ReactNode {
  const names = [comparedName(found.champion), comparedName(challenger)] as const
  const untested = challenger.metrics.filter((m) => m.answer === 'not-tested')
  const sameModel = found.champion.modelName === challenger.modelName
  return (
    <Section title={sameModel ? `v${challenger.versionNumber} against v${found.champion.versionNumber}` : `${names[1]} against ${names[0]}`} count={formatPlural(challenger.rows.paired, 'row')}>
      <div className={styles['verdict']} role="status" data-answer={challenger.answer}>
        <strong className={styles['answer']}><Mark {...marks[challenger.answer]}>{answerTitle(challenger.answer)}</Mark></strong>
        <p>{challenger.sentence}</p>
        {challenger.notes.map((note) => <p key={note} className={styles['quiet']}>{note}</p>)}
      </div>
      <Forest found={found} challenger={challenger} />
      <details className={styles['details']}>
        <summary>Tests and every answer in words</summary>
        <Facts label="Tests" facts={agreementFacts(found, challenger, names)} />
        <ul>{challenger.metrics.filter((m) => m.answer !== 'not-tested').map((m) => <li key={`${m.metric} ${m.slice}`}>{m.sentence}</li>)}</ul>
        {untested.length > 0 && <p>Not compared: {untested.map((m) => `${m.metric} (${m.sentence.replace(/\.$/, '')})`).join('; ')}.</p>}
      </details>
    </Section>
  )
}
