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
  // Right answers last, so that no wrong one of the same place covers them.
  const order = [...predicted.filter((b) => b.kind !== 'right'), ...predicted.filter((b) => b.kind === 'right')]
  return [...(show === 'predicted' ? [] : truth), ...(show === 'truth' ? [] : order)]
}

/** Boxes whose edges all lie within this share of the picture stand at one place. */
const samePlace = 0.015

const isTruth = ({ kind }: DrawnBox): boolean => kind === 'found' || kind === 'missed' || kind === 'crowd'

/**
 * Where boxes lie on each other: per box, by how many lines its words move (`words`: beside others whose words begin at the same corner)
 * and by how many steps its outline grows (`outline`: around others of the same place), so that each can be read.
 */
export function staggered(boxes: readonly DrawnBox[], width: number, height: number): readonly { readonly words: number; readonly outline: number }[] {
  const near = (a: number, b: number, whole: number, share: number): boolean => Math.abs(a - b) <= whole * share
  const free = (taken: readonly number[]): number => { let step = 0; while (taken.includes(step)) step++; return step }
  const words: number[] = []
  for (const box of boxes) {
    const [x1, y1, , y2] = box.box
    const corner = (of: DrawnBox): boolean => isTruth(of) === isTruth(box) && near(of.box[0], x1, width, 0.12) && (isTruth(box) ? near(of.box[3], y2, height, 0.035) : near(of.box[1], y1, height, 0.035))
    words.push(free(boxes.slice(0, words.length).flatMap((of, i) => (corner(of) ? [words[i]!] : []))))
  }
  // The last one lies on top and keeps its place to the pixel: a right answer. A true box and its answer are told apart by their lines.
  const outline = new Array<number>(boxes.length).fill(0)
  for (let at = boxes.length - 1; at >= 0; at--) {
    const [x1, y1, x2, y2] = boxes[at]!.box
    const same = (of: DrawnBox): boolean => isTruth(of) === isTruth(boxes[at]!) && near(of.box[0], x1, width, samePlace) && near(of.box[1], y1, height, samePlace) && near(of.box[2], x2, width, samePlace) && near(of.box[3], y2, height, samePlace)
    outline[at] = free(boxes.flatMap((of, i) => (i > at && same(of) ? [outline[i]!] : [])))
  }
  return boxes.map((_, i) => ({ words: words[i]!, outline: outline[i]! }))
}

const percent = (part: number, whole: number): string => `${(part / whole) * 100}%`

function Label({ drawn, line, width, height }: { readonly drawn: DrawnBox; /** so many lines away from the box */ readonly line: number; readonly width: number; readonly height: number }): ReactNode {
  const [x1, y1, , y2] = drawn.box
  const truth = isTruth(drawn)
  // Words of predicted boxes stand at the top, of true ones at the bottom; inside where the picture ends.
  const inside = truth ? y2 > height * 0.94 : y1 < height * 0.06
  const place: CSSProperties = truth ? { top: percent(Math.min(y2, height), height), translate: inside ? `0 ${-100 * (line + 1)}%` : `0 ${100 * line}%` } : { top: percent(Math.max(0, y1), height), translate: inside ? `0 ${100 * line}%` : `0 ${-100 * (line + 1)}%` }
  return <span className={classes(styles['boxLabel'], styles[drawn.kind])} style={{ left: percent(Math.max(0, x1), width), ...place }}>{drawn.words}</span>
}

export function BoxLayer({ boxes, width, height, labels, marked = null }: { readonly boxes: readonly DrawnBox[]; readonly width: number; readonly height: number; readonly labels: boolean; readonly marked?: string | null }): ReactNode {
  const moved = staggered(boxes, width, height)
  const step = Math.max(width, height) * 0.008
  return (
    <>
      <svg className={styles['layer']} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {boxes.map(({ key, kind, box: [x1, y1, x2, y2] }, i) => {
          const out = step * (moved[i]?.outline ?? 0)
          const rect = { x: x1 - out, y: y1 - out, width: Math.max(0, x2 - x1) + 2 * out, height: Math.max(0, y2 - y1) + 2 * out }
          return <g key={key} data-box={kind} data-outline={moved[i]?.outline ?? 0} className={classes(styles['box'], styles[kind], marked === key && styles['marked'])}><rect {...rect} className={styles['casing']} /><rect {...rect} className={styles['line']} /></g>
        })}
      </svg>
      {labels && <div className={styles['labels']} aria-hidden="true">{boxes.map((drawn, i) => <Label key={drawn.key} drawn={drawn} line={moved[i]?.words ?? 0} width={width} height={height} />)}</div>}
    </>
  )
}
