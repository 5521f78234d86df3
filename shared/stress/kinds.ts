// The ways in which data is spoiled: what each does, to which columns, and the steps of its ladder. Owns the words and the steps, not the doing.
import type { StressKind } from '../domain/stress.ts'

export interface StressDescription {
  readonly title: string
  readonly data: 'table' | 'images'
  /** What happens to the data, in one or two sentences. */
  readonly definition: string
  /** What a severity counts, for an axis. */
  readonly unit: string
  /** From mild to severe; `swapped-columns` makes its own from the pairs there are. */
  readonly ladder: readonly number[]
  /** A severity in words, as in "at 0.5 standard deviations". */
  readonly words: (severity: number) => string
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(6))} %`
const shares = [0.05, 0.1, 0.2, 0.35, 0.5]
const again = 'A cell that is hit at one severity is hit at every higher one too.'

export const stressKinds: Readonly<Record<StressKind, StressDescription>> = {
  missing: {
    title: 'Missing values', data: 'table', unit: 'share of cells', ladder: shares, words: (s) => `${percent(s)} of the cells`,
    definition: `Every cell of every fed column is emptied with this chance. What happens then is the binding’s missing rule. ${again}`,
  },
  noise: {
    title: 'Numeric noise', data: 'table', unit: 'standard deviations', ladder: [0.1, 0.25, 0.5, 1, 2], words: (s) => `${s} standard deviation${s === 1 ? '' : 's'}`,
    definition: 'Normal noise is added to every number: its standard deviation is this multiple of the column’s own. Columns of whole numbers are rounded again.',
  },
  'unseen-category': {
    title: 'Unseen categories', data: 'table', unit: 'share of cells', ladder: shares, words: (s) => `${percent(s)} of the texts`,
    definition: `Every text is replaced, with this chance, by one that occurs neither in the data nor among the categories that the model lists. ${again}`,
  },
  'swapped-columns': {
    title: 'Swapped columns', data: 'table', unit: 'pairs swapped', ladder: [], words: (s) => `${s} pair${s === 1 ? '' : 's'} swapped`,
    definition: 'In all rows, pairs of columns of the same kind change places, as when a file is delivered with its columns in another order. The seed draws the pairs.',
  },
  'scaled-units': {
    title: 'Scaled units', data: 'table', unit: 'factor', ladder: [10, 100, 1000], words: (s) => `a factor of ${s}`,
    definition: 'In every row one number, drawn by the seed, is multiplied by this factor, as when grams arrive instead of kilograms.',
  },
  'out-of-range': {
    title: 'Out-of-range numbers', data: 'table', unit: 'share of cells', ladder: shares, words: (s) => `${percent(s)} of the numbers`,
    definition: `Every number is replaced, with this chance, by one beyond what the data holds: the column’s whole range above its maximum or below its minimum. ${again}`,
  },
  blur: {
    title: 'Blur', data: 'images', unit: '% of the shorter side', ladder: [1, 2, 3, 5, 8], words: (s) => `${s} % of the shorter side`,
    definition: 'Gaussian blur whose standard deviation is this share of the picture’s shorter side.',
  },
  'pixel-noise': {
    title: 'Pixel noise', data: 'images', unit: 'grey levels', ladder: [8, 16, 32, 64, 96], words: (s) => `${s} grey levels`,
    definition: 'Normal noise of this standard deviation, in levels of 0 to 255, is added to every pixel, to each colour by itself; a grey picture stays grey.',
  },
  brightness: {
    title: 'Brightness', data: 'images', unit: '% of the full range', ladder: [10, 20, 30, 40, 50], words: (s) => `${s} % brighter or darker`,
    definition: 'Every pixel is made brighter or darker by this share of the full range and cut off at black and white; the seed draws the direction picture by picture.',
  },
  contrast: {
    title: 'Contrast', data: 'images', unit: '% of the contrast lost', ladder: [20, 40, 60, 75, 90], words: (s) => `${s} % of the contrast lost`,
    definition: 'Every pixel moves this share of the way toward the mean grey of its picture.',
  },
  rotation: {
    title: 'Rotation', data: 'images', unit: 'degrees', ladder: [5, 10, 20, 30, 45], words: (s) => `${s} degrees`,
    definition: 'The picture is turned about its centre to the left or right, as the seed draws it; the corners are filled with the mean colour of its border.',
  },
  jpeg: {
    title: 'JPEG compression', data: 'images', unit: '100 − quality', ladder: [40, 60, 75, 90, 95], words: (s) => `quality ${100 - s}`,
    definition: 'The picture is written as a JPEG of this quality and read again.',
  },
  crop: {
    title: 'Crop', data: 'images', unit: '% of each side cut', ladder: [10, 20, 30, 40, 50], words: (s) => `${s} % of each side cut`,
    definition: 'A part of the picture is cut out, its sides shorter by this share; the seed draws where. The rest is then prepared like any other picture.',
  },
}

/** `levels` steps of a ladder, evenly spread, the most severe always among them. */
export function stepsOf(ladder: readonly number[], levels: number): readonly number[] {
  if (ladder.length <= levels) return ladder
  return Array.from({ length: levels }, (_, i) => ladder[Math.round(((i + 1) * ladder.length) / levels) - 1]!)
}
