// One picture of a run in the grid: a small copy with what the reader wants drawn over it, and two lines of words.
import { useMemo, type ReactNode } from 'react'
import type { Run } from '../../../shared/domain/run.ts'
import { useCall } from '../../bridge/use-call.ts'
import { Icon } from '../../ui/icon.tsx'
import { BoxLayer, drawnBoxes } from '../../ui/pictures/box-layer.tsx'
import { MaskLayer, useClassMaps } from '../../ui/pictures/mask-layer.tsx'
import { PictureFrame } from '../../ui/pictures/picture-frame.tsx'
import { paintOf, type Overlay } from './picture-overlay.ts'
import type { PictureRow } from './picture-pages.ts'
import { captionOf, isWhole, verdictWords } from './picture-words.ts'
import styles from './pictures-tab.module.css'

const side = 256

/** What `show` means where there is room for one picture only. */
const oneShow = (show: Overlay['show']): 'both' | 'predicted' | 'truth' => (show === 'predicted' || show === 'truth' ? show : 'both')

function TileMasks({ run, record, overlay }: { readonly run: Run; readonly record: number; readonly overlay: Overlay }): ReactNode {
  const asked = useCall('run.masks', { runId: run.id, record })
  const maps = useClassMaps(asked.data)
  const paint = useMemo(() => paintOf(overlay, oneShow(overlay.show)), [overlay])
  return maps === null ? null : <MaskLayer maps={maps} paint={paint} />
}

interface PictureTileProps { readonly run: Run; readonly row: PictureRow | null; readonly scoreNames: readonly string[]; readonly overlay: Overlay }

/** Heard between two parts of a caption, which stand apart for the eye. */
const Pause = (): ReactNode => <span className="visually-hidden">, </span>

function Caption({ run, words, row }: { readonly run: Run; readonly words: ReturnType<typeof captionOf>; readonly row: PictureRow }): ReactNode {
  const judged = isWhole(run.task) && run.task !== 'regression' && row.correct !== null
  return (
    <span className={styles['caption']}>
      <span className="visually-hidden">Record {row.record}, </span>
      <span><span title={words.head}>{words.head}</span>{words.tail !== '' && <><Pause /><span className={styles['tail']}>{words.tail}</span></>}</span>
      <Pause />
      <span className={styles['quiet']}>
        <span title={words.foot}>{words.foot}</span>
        {judged && <Pause />}
        {judged && <span className={row.correct === true ? styles['right'] : styles['wrong']}><Icon name={row.correct === true ? 'check' : 'close'} size={13} />{verdictWords(row.correct)}</span>}
      </span>
    </span>
  )
}

function DrawnTile({ run, row, scoreNames, overlay }: PictureTileProps & { readonly row: PictureRow }): ReactNode {
  const { record } = row
  const image = useCall('dataset.image', { datasetId: run.datasetId, record, side })
  const boxes = useCall('run.boxes', { runId: run.id, record, score: overlay.score }, { enabled: run.task === 'object-detection', keepPrevious: true })
  const words = captionOf(run, row, scoreNames, image.data?.name ?? row.id ?? `record ${record}`, boxes.data)
  return (
    <>
      <span className={styles['square']}>
        {image.data !== undefined && (
          <PictureFrame picture={image.data} alt="" fit="square">
            {run.task === 'semantic-segmentation' && overlay.show !== 'none' && <TileMasks run={run} record={record} overlay={overlay} />}
            {boxes.data !== undefined && overlay.show !== 'none' && <BoxLayer boxes={drawnBoxes(boxes.data, overlay.score, oneShow(overlay.show))} width={boxes.data.width} height={boxes.data.height} labels={false} />}
          </PictureFrame>
        )}
        {image.error !== null && <span className={styles['note']}>{image.error.title}</span>}
      </span>
      <Caption run={run} words={words} row={row} />
    </>
  )
}

export function PictureTile(props: PictureTileProps): ReactNode {
  const { row } = props
  if (row === null) return <><span className={styles['square']} /><span className={styles['caption']}><span className="visually-hidden">Loading</span></span></>
  return <DrawnTile {...props} row={row} />
}
