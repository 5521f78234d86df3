// What is said of one picture of a run: under its thumbnail, beside it when it is large, and to those who listen.
import type { RunBoxes } from '../../../shared/domain/run-boxes.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { formatNumber } from '../../../shared/format.ts'
import type { PictureRow } from './picture-pages.ts'

/** A probability, share or score with four decimals; tiny ones are never written as zero. */
export const shareWords = (value: number): string => (value > 0 && value < 0.00005 ? '< 0.0001' : value.toFixed(4))

export const verdictWords = (correct: boolean | null): string => (correct === null ? 'not judged' : correct ? 'right' : 'wrong')

const count = (n: number, words: string): string => `${n} ${words}`

/** `3 right, 1 wrong, 0 missed`, or `4 boxes` where no truth is known. */
export function boxCounts(boxes: RunBoxes): string {
  if (!boxes.labelled) return boxes.predicted.length === 1 ? '1 box' : count(boxes.predicted.length, 'boxes')
  const match = (kind: 'right' | 'wrong'): number => boxes.predicted.filter((b) => b.match === kind).length
  return `${count(match('right'), 'right')}, ${count(match('wrong'), 'wrong')}, ${count(boxes.truth.filter((b) => !b.found && !b.crowd).length, 'missed')}`
}

/** `3 of 4 found, 1 wrong`: what fits under a thumbnail. */
export function boxCaption(boxes: RunBoxes): string {
  if (!boxes.labelled) return boxCounts(boxes)
  const truth = boxes.truth.filter((b) => !b.crowd)
  return `${truth.filter((b) => b.found).length} of ${truth.length} found, ${boxes.predicted.filter((b) => b.match === 'wrong').length} wrong`
}

/** The counts that are stored with a picture of a detection, at the score of the run. */
function storedCounts(row: PictureRow, scoreNames: readonly string[]): string {
  const stored = (name: string): number | null => row.scores[scoreNames.indexOf(name)] ?? null
  const [found, wrong, missed] = [stored('boxes found'), stored('boxes wrong'), stored('boxes missed')]
  return found === null || wrong === null || missed === null ? '' : `${found} of ${found + missed} found, ${wrong} wrong`
}

/** One class, or one number, stands for the whole picture. */
export const isWhole = (task: Run['task']): boolean => task !== 'semantic-segmentation' && task !== 'object-detection'

const fileName = (name: string): string => name.split('/').at(-1) ?? name

/** The two lines under a thumbnail: what it is, and how good the answer is. */
export function captionOf(run: Run, row: PictureRow, scoreNames: readonly string[], name: string, boxes: RunBoxes | undefined): { readonly head: string; readonly tail: string; readonly foot: string } {
  if (run.task === 'semantic-segmentation') {
    const iou = row.scores[scoreNames.indexOf('mean IoU')] ?? null
    return { head: fileName(name), tail: '', foot: iou === null ? 'not judged' : `mean IoU ${shareWords(iou)}` }
  }
  if (run.task === 'object-detection') return { head: fileName(name), tail: '', foot: boxes === undefined ? storedCounts(row, scoreNames) : boxCaption(boxes) }
  const tail = run.task === 'regression' ? (row.loss === null ? '' : `off by ${formatNumber(row.loss)}`) : row.confidence === null ? '' : shareWords(row.confidence)
  return { head: `predicted ${row.predicted ?? 'nothing'}`, tail, foot: row.truth === null ? 'true answer unknown' : `true ${row.truth}` }
}
