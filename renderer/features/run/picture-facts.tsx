// What is known of one picture of a run: its answer and scores, the overlap of every class of its masks, or its boxes one by one.
import { useMemo, type ReactNode } from 'react'
import type { RunBoxes } from '../../../shared/domain/run-boxes.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { formatCount, formatNumber } from '../../../shared/format.ts'
import { Facts, type Fact } from '../../ui/facts.tsx'
import { boxWords } from '../../ui/pictures/box-layer.tsx'
import { countClasses } from '../../ui/pictures/class-map.ts'
import type { Maps } from '../../ui/pictures/mask-layer.tsx'
import { Mark } from '../../ui/status.tsx'
import type { PictureRow } from './picture-pages.ts'
import { maskInk } from './picture-overlay.ts'
import { boxCounts, isWhole, shareWords, verdictWords } from './picture-words.ts'
import styles from './picture-view.module.css'

interface PictureFactsProps {
  readonly run: Run
  readonly row: PictureRow
  readonly scoreNames: readonly string[]
  readonly name: string
  readonly size: { readonly width: number; readonly height: number } | null
  readonly maps: Maps | null
  readonly boxes: RunBoxes | undefined
  readonly onMark: (key: string | null) => void
}

function answerFacts(run: Run, row: PictureRow): readonly Fact[] {
  if (!isWhole(run.task)) return []
  const judged = run.task !== 'regression' && row.correct !== null
  return [
    ...(row.truth === null ? [] : [{ name: 'True', value: row.truth }]),
    { name: 'Predicted', value: row.predicted ?? 'nothing' },
    ...(judged ? [{ name: 'Answer', value: <Mark tone={row.correct === true ? 'good' : 'bad'} icon={row.correct === true ? 'good' : 'bad'}>{verdictWords(row.correct)}</Mark> }] : []),
    ...(row.confidence === null ? [] : [{ name: 'Confidence', value: shareWords(row.confidence) }]),
    ...(row.loss === null ? [] : [{ name: run.task === 'regression' ? 'Error' : 'Loss', value: formatNumber(row.loss) }]),
  ]
}

/** The classes of the picture by falling probability, at most ten. */
function Scores({ row, scoreNames }: Pick<PictureFactsProps, 'row' | 'scoreNames'>): ReactNode {
  const ranked = useMemo(() => scoreNames.flatMap((name, i) => { const score = row.scores[i] ?? null; return score === null ? [] : [{ name, score }] }).sort((a, b) => b.score - a.score).slice(0, 10), [row, scoreNames])
  if (ranked.length === 0) return null
  return (
    <table className={styles['table']} aria-label="Probabilities">
      <thead><tr><th scope="col">Class</th><th scope="col" className={styles['end']}>Probability</th><td className={styles['barCell']} /></tr></thead>
      <tbody>
        {ranked.map(({ name, score }) => (
          <tr key={name}><th scope="row">{name}</th><td className={styles['end']}>{shareWords(score)}</td><td className={styles['barCell']}><span className={styles['bar']} style={{ width: `${Math.max(0, Math.min(1, score)) * 100}%` }} /></td></tr>
        ))}
      </tbody>
    </table>
  )
}

function MaskClasses({ run, maps }: { readonly run: Run; readonly maps: Maps }): ReactNode {
  const counts = useMemo(() => (maps.truth === null || maps.predicted === null ? [] : countClasses(maps.truth, maps.predicted, run.binding.classes.length)), [maps, run])
  if (counts.length === 0) return null
  return (
    <table className={styles['table']} aria-label="Classes of this picture">
      <thead><tr><th scope="col">Class</th><th scope="col" className={styles['end']}>IoU</th><th scope="col" className={styles['end']}>True pixels</th><th scope="col" className={styles['end']}>Predicted</th></tr></thead>
      <tbody>
        {run.binding.classes.map((c, i) => {
          const found = counts[i]
          return found === undefined || found.iou === null ? null : (
            <tr key={c.label}><th scope="row"><span className={styles['swatch']} style={{ background: maskInk(i) }} />{c.label}</th><td className={styles['end']}>{shareWords(found.iou)}</td><td className={styles['end']}>{formatCount(found.truth)}</td><td className={styles['end']}>{formatCount(found.predicted)}</td></tr>
          )
        })}
      </tbody>
    </table>
  )
}

function BoxRows({ boxes, onMark }: { readonly boxes: RunBoxes; readonly onMark: (key: string | null) => void }): ReactNode {
  const lines = [
    ...boxes.predicted.map((b, i) => ({ key: `p${i}`, label: b.label, score: b.score.toFixed(4), kind: b.match ?? ('unknown' as const) })),
    ...boxes.truth.flatMap((b, i) => (b.found && !b.crowd ? [] : [{ key: `t${i}`, label: b.label, score: '', kind: b.crowd ? ('crowd' as const) : ('missed' as const) }])),
  ]
  return (
    <table className={styles['table']} aria-label="Boxes of this picture">
      <thead><tr><th scope="col">Class</th><th scope="col" className={styles['end']}>Score</th><th scope="col">Box</th></tr></thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.key} onPointerEnter={() => onMark(line.key)} onPointerLeave={() => onMark(null)}>
            <th scope="row">{line.label}</th><td className={styles['end']}>{line.score}</td><td><span className={styles['boxSwatch']} data-kind={line.kind} /> {boxWords[line.kind]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function PictureFacts({ run, row, scoreNames, name, size, maps, boxes, onMark }: PictureFactsProps): ReactNode {
  const segmentation = run.task === 'semantic-segmentation'
  const score = (of: string): readonly Fact[] => { const value = row.scores[scoreNames.indexOf(of)] ?? null; return value === null ? [] : [{ name: of === 'mean IoU' ? 'Mean IoU' : 'Pixel accuracy', value: shareWords(value) }] }
  const facts: readonly Fact[] = [
    ...answerFacts(run, row),
    ...(segmentation ? [...score('mean IoU'), ...score('pixel accuracy')] : []),
    ...(boxes === undefined ? [] : [{ name: boxes.labelled ? 'Boxes' : 'Found', value: boxCounts(boxes) }]),
    { name: 'File', value: name },
    { name: 'Record', value: formatCount(row.record) },
    ...(size === null ? [] : [{ name: 'Size', value: `${formatCount(size.width)} × ${formatCount(size.height)} pixels` }]),
  ]
  return (
    <>
      <Facts label="About the picture" facts={facts} />
      {segmentation && maps !== null && <MaskClasses run={run} maps={maps} />}
      {boxes !== undefined && <BoxRows boxes={boxes} onMark={onMark} />}
      {isWhole(run.task) && run.task !== 'regression' && <Scores row={row} scoreNames={scoreNames} />}
    </>
  )
}
