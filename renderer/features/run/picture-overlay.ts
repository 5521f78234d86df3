// What the reader has chosen to see over the pictures of a run; the grid and the large view share it.
import { maskInks } from '../../../shared/charts/palette.ts'
import { operatingScore } from '../../../shared/binding/check-boxes.ts'
import type { Run } from '../../../shared/domain/run.ts'
import type { MaskPaint } from '../../ui/pictures/class-map.ts'

export type OverlayShow = 'both' | 'predicted' | 'truth' | 'sides' | 'none'

export interface Overlay {
  readonly show: OverlayShow
  readonly opacity: number
  readonly onlyDifferences: boolean
  /** Classes of masks that are not drawn, by their place in the binding. */
  readonly hidden: ReadonlySet<number>
  /** Boxes below this score are not drawn. */
  readonly score: number
}

const background = /^_*(background|void|unlabell?ed|none)_*$/i

/** Both drawn over the picture; a class that is called background, or a nameless first one, is left out, and boxes begin at the score at which the run was judged. */
export const startOverlay = (run: Run): Overlay => ({
  show: 'both', opacity: 0.5, onlyDifferences: false, hidden: new Set(run.binding.classes.flatMap((c, i) => (background.test(c.label) || (i === 0 && c.label === '0') ? [i] : []))),
  score: run.task === 'object-detection' ? operatingScore(run.binding) : 0,
})

/** How masks are painted: side by side is drawn by two pictures, which say themselves which one they are. */
export const paintOf = (overlay: Overlay, show: MaskPaint['show']): MaskPaint => ({ show, opacity: overlay.opacity, onlyDifferences: overlay.onlyDifferences, hidden: overlay.hidden, colors: maskInks })

export const maskInk = (place: number): string => maskInks[place % maskInks.length] ?? '#ffffff'
