// One picture of a run, large: what is drawn over it, what is known of it, and the way to the one before and after by the arrow keys.
import { useCallback, useDeferredValue, useMemo, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { RunBoxes } from '../../../shared/domain/run-boxes.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { formatCount } from '../../../shared/format.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useCalls } from '../../bridge/use-calls.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { BoxLayer, drawnBoxes } from '../../ui/pictures/box-layer.tsx'
import { useClassMaps, type Maps } from '../../ui/pictures/mask-layer.tsx'
import { PictureFrame, Stage, type ShownPicture } from '../../ui/pictures/picture-frame.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { MaskStages } from './mask-stages.tsx'
import { OverlayFields, OverlayLegend } from './overlay-fields.tsx'
import { PictureFacts } from './picture-facts.tsx'
import type { Overlay } from './picture-overlay.ts'
import { usePicturePages, type PictureFilter, type PictureRow } from './picture-pages.ts'
import styles from './picture-view.module.css'

export interface PictureViewProps {
  readonly run: Run
  readonly filter: PictureFilter
  readonly total: number
  readonly index: number
  readonly onIndex: (index: number) => void
  readonly overlay: Overlay
  readonly onOverlay: (overlay: Overlay) => void
  readonly onClose: () => void
  readonly focusAfter: () => void
}

const typing = (event: KeyboardEvent): boolean => event.target instanceof HTMLElement && event.target.closest('input, select, textarea') !== null

/** Asks for the pictures before and after, so that they are there when they are wanted. */
function useNeighbours(run: Run, rows: readonly (PictureRow | null)[]): void {
  useCalls('dataset.image', rows.flatMap((row) => (row === null ? [] : [{ datasetId: run.datasetId, record: row.record }])))
}

interface DrawingProps { readonly run: Run; readonly picture: ShownPicture; readonly alt: string; readonly overlay: Overlay; readonly maps: Maps | null; readonly boxes: RunBoxes | undefined; readonly marked: string | null }

function Drawing({ run, picture, alt, overlay, maps, boxes, marked }: DrawingProps): ReactNode {
  if (run.task === 'semantic-segmentation') return <MaskStages run={run} picture={picture} alt={alt} overlay={overlay} maps={maps} />
  const { show } = overlay
  return (
    <Stage>
      <PictureFrame picture={picture} alt={alt} fit="stage">
        {boxes !== undefined && show !== 'none' && <BoxLayer boxes={drawnBoxes(boxes, overlay.score, show === 'sides' ? 'both' : show)} width={boxes.width} height={boxes.height} labels marked={marked} />}
      </PictureFrame>
    </Stage>
  )
}

function OnePicture({ run, row, scoreNames, overlay, onOverlay }: { readonly run: Run; readonly row: PictureRow; readonly scoreNames: readonly string[]; readonly overlay: Overlay; readonly onOverlay: (overlay: Overlay) => void }): ReactNode {
  const { record } = row
  const [marked, setMarked] = useState<string | null>(null)
  const image = useCall('dataset.image', { datasetId: run.datasetId, record })
  const masks = useCall('run.masks', { runId: run.id, record }, { enabled: run.task === 'semantic-segmentation' })
  const maps = useClassMaps(masks.data)
  const score = useDeferredValue(overlay.score)
  const boxes = useCall('run.boxes', { runId: run.id, record, score }, { enabled: run.task === 'object-detection', keepPrevious: true })
  const name = image.data?.name ?? row.id ?? `record ${record}`
  // While the next picture's boxes are on their way, those of the one before must not be drawn over it.
  const own = boxes.data === undefined || boxes.data.name === name ? boxes.data : undefined
  return (
    <>
      <div className={styles['shown']}>
        {image.error !== null ? <ErrorPanel error={image.error} onRetry={() => void image.refetch()} />
          : image.data === undefined ? <Skeleton label="Loading the picture" lines={3} />
            : <Drawing run={run} picture={image.data} alt={`${name}, large`} overlay={overlay} maps={maps} boxes={own} marked={marked} />}
      </div>
      <aside className={styles['side']} aria-label="About this picture">
        <div className={styles['fields']}><OverlayFields run={run} overlay={overlay} onOverlay={onOverlay} large /></div>
        <OverlayLegend run={run} overlay={overlay} onOverlay={onOverlay} />
        {[masks.error, boxes.error].map((error) => error !== null && <ErrorPanel key={error.code} error={error} />)}
        <PictureFacts run={run} row={row} scoreNames={scoreNames} name={name} size={image.data ?? null} maps={maps} boxes={own} onMark={setMarked} />
      </aside>
    </>
  )
}

export function PictureView({ run, filter, total, index, onIndex, overlay, onOverlay, onClose, focusAfter }: PictureViewProps): ReactNode {
  const pages = usePicturePages(run, filter, Math.max(0, index - 1), Math.min(total, index + 2))
  const row = pages.rowAt(index)
  useNeighbours(run, useMemo(() => [index > 0 ? pages.rowAt(index - 1) : null, index + 1 < total ? pages.rowAt(index + 1) : null], [index, pages, total]))
  const step = useCallback((by: -1 | 1): void => { if (index + by >= 0 && index + by < total) onIndex(index + by) }, [index, total, onIndex])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (typing(event) || event.altKey || event.ctrlKey || event.metaKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return
    event.preventDefault()
    step(event.key === 'ArrowLeft' ? -1 : 1)
  }
  return (
    <Dialog open wide="full" onClose={onClose} onKeyDown={onKeyDown} focusAfter={focusAfter} title={`Picture ${formatCount(index + 1)} of ${formatCount(total)}`}>
      <div className={styles['view']}>
        {/* No tooltip here: it would take the first Escape for itself. */}
        <Button look="quiet" icon="previous" aria-label="Previous picture" title="Left arrow" aria-disabled={index === 0} onClick={() => step(-1)} className={styles['step']} />
        <Button look="quiet" icon="next" aria-label="Next picture" title="Right arrow" aria-disabled={index + 1 >= total} onClick={() => step(1)} className={styles['step']} />
        {row === null ? <Skeleton label="Loading the picture" lines={3} /> : <OnePicture run={run} row={row} scoreNames={pages.scoreNames} overlay={overlay} onOverlay={onOverlay} />}
      </div>
    </Dialog>
  )
}
