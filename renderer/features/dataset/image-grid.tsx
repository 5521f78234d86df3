// The pictures of an image data set, a page at a time, each asked for only when its page is open.
import type { ReactNode } from 'react'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import { useCall } from '../../bridge/use-call.ts'
import { Answer } from '../../ui/answer.tsx'
import { Pager } from '../../ui/pager.tsx'
import styles from './dataset.module.css'

const size = 48

/** What stands under a picture, and what is said of it beside its name. */
interface Label { readonly short: string; readonly words: string }

/** Classes where pictures have one; else the picture's own name, and where its mask or its boxes are. */
export function labelOf(dataset: Dataset, name: string, answer: string | null): Label {
  const layout = dataset.format.kind === 'images' ? dataset.format.layout : 'class-folders'
  const file = name.split('/').at(-1) ?? name
  if (layout === 'masks') return { short: file, words: answer === null ? 'no mask' : `mask ${answer}` }
  if (layout === 'yolo') return { short: file, words: answer === null ? 'no boxes' : `boxes in ${answer}` }
  if (layout === 'coco') return { short: file, words: answer ?? 'no boxes' }
  return { short: answer ?? 'no class', words: answer === null ? 'no class' : `class ${answer}` }
}

function Picture({ dataset, record, name, label }: { readonly dataset: Dataset; readonly record: number; readonly name: string; readonly label: Label }): ReactNode {
  const image = useCall('dataset.image', { datasetId: dataset.id, record, side: 256 })
  return (
    <li className={styles['picture']}>
      <div className={styles['frame']}>
        {image.data !== undefined && <img src={`data:image/png;base64,${image.data.png}`} alt={`${name}, ${label.words}`} loading="lazy" />}
        {image.error !== null && <span className={styles['quiet']}>{image.error.title}</span>}
      </div>
      <span className={styles['pictureLabel']} title={`${name}, ${label.words}`}>{label.short}</span>
    </li>
  )
}

export function ImageGrid({ dataset, page, onPage }: { readonly dataset: Dataset; readonly page: number; readonly onPage: (page: number) => void }): ReactNode {
  const asked = useCall('dataset.rows', { datasetId: dataset.id, offset: (page - 1) * size, limit: size }, { keepPrevious: true })
  return (
    <Answer of={asked} label="Loading pictures">
      {(rows) => (
        <>
          <ul className={styles['grid']} aria-label="Pictures">
            {rows.records.map((record, i) => {
              const name = rows.rows[i]?.[0] ?? `picture ${record}`
              return <Picture key={record} dataset={dataset} record={record} name={name} label={labelOf(dataset, name, rows.rows[i]?.[1] ?? null)} />
            })}
          </ul>
          <Pager page={page} size={size} total={rows.total} onPage={onPage} noun="pictures" />
        </>
      )}
    </Answer>
  )
}
