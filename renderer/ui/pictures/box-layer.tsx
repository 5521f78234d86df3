// Draws true and predicted boxes over a picture. A predicted box is a full line, a true one dashed; right, wrong, found and missed have
// their own colour and, where there is room, their own words, so that colour alone says nothing.
import type { CSSProperties, ReactNode } from 'react'
import type { RunBoxes } from '../../../shared/domain/run-boxes.ts'
import { classes } from '../classes.ts'
import styles from './pictures.module.css'

type Corners = RunBoxes['predicted'][number]['box']
export type BoxKind = 'right' | 'wrong' | 'unknown' | 'found' | 'missed' | 'crowd'

export const boxWords: Readonly<Record<BoxKind, string>> = {
  right: 'predicted, right', wrong: 'predicted, wrong', unknown: 'predicted, not judged', found: 'true, found', missed: 'true, missed', crowd: 'true, many objects',
}

export interface DrawnBox { readonly key: string; readonly kind: BoxKind; readonly box: Corners; readonly words: string }

/** What is drawn of an answer of `run.boxes`, true boxes first so that predicted ones lie above them. Boxes below the score are left out. */
export function drawnBoxes(boxes: RunBoxes, score: number, show: 'both' | 'predicted' | 'truth' = 'both'): readonly DrawnBox[] {
  const truth = boxes.truth.map((b, i): DrawnBox => ({ key: `t${i}`, kind: b.crowd ? 'crowd' : b.found ? 'found' : 'missed', box: b.box, words: `${b.label}${b.crowd ? ' (many)' : b.found ? '' : ' missed'}` }))
  const predicted = boxes.predicted.map((b, i): DrawnBox => ({ key: `p${i}`, kind: b.match ?? 'unknown', box: b.box, words: `${b.label} ${b.score.toFixed(2)}${b.match === 'wrong' ? ' wrong' : ''}` })).filter((_, i) => boxes.predicted[i]!.score >= score)
  return [...(show === 'predicted' ? [] : truth), ...(show === 'truth' ? [] : predicted)]
}

const percent = (part: number, whole: number): string => `${(part / whole) * 100}%`

function Label({ drawn, width, height }: { readonly drawn: DrawnBox; readonly width: number; readonly height: number }): ReactNode {
  const [x1, y1, , y2] = drawn.box
  const truth = drawn.kind === 'found' || drawn.kind === 'missed' || drawn.kind === 'crowd'
  // Words of predicted boxes stand at the top, of true ones at the bottom; inside where the picture ends.
  const inside = truth ? y2 > height * 0.94 : y1 < height * 0.06
  const place: CSSProperties = truth ? { top: percent(Math.min(y2, height), height), translate: inside ? '0 -100%' : undefined } : { top: percent(Math.max(0, y1), height), translate: inside ? undefined : '0 -100%' }
  return <span className={classes(styles['boxLabel'], styles[drawn.kind])} style={{ left: percent(Math.max(0, x1), width), ...place }}>{drawn.words}</span>
}

export function BoxLayer({ boxes, width, height, labels, marked = null }: { readonly boxes: readonly DrawnBox[]; readonly width: number; readonly height: number; readonly labels: boolean; readonly marked?: string | null }): ReactNode {
  return (
    <>
      <svg className={styles['layer']} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {boxes.map(({ key, kind, box: [x1, y1, x2, y2] }) => {
          const rect = { x: x1, y: y1, width: Math.max(0, x2 - x1), height: Math.max(0, y2 - y1) }
          return <g key={key} data-box={kind} className={classes(styles['box'], styles[kind], marked === key && styles['marked'])}><rect {...rect} className={styles['casing']} /><rect {...rect} className={styles['line']} /></g>
        })}
      </svg>
      {labels && <div className={styles['labels']} aria-hidden="true">{boxes.map((drawn) => <Label key={drawn.key} drawn={drawn} width={width} height={height} />)}</div>}
    </>
  )
}
