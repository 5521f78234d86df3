// The pictures of an image data set, a page at a time, each asked for only when its page is open.
import type { ReactNode } from 'react'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import { useCall } from '../../bridge/use-call.ts'
import { Answer } from '../../ui/answer.tsx'
import { Pager } from '../../ui/pager.tsx'
import styles from './dataset.module.css'

const size = 48

function Picture({ dataset, record, name, label }: { readonly dataset: Dataset; readonly record: number; readonly name: string; readonly label: string }): ReactNode {
  const image = useCall('dataset.image', { datasetId: dataset.id, record })
  return (
    <li className={styles['picture']}>
      <div className={styles['frame']}>
        {image.data !== undefined && <img src={`data:image/png;base64,${image.data.png}`} alt={`${name}, class ${label}`} loading="lazy" />}
        {image.error !== null && <span className={styles['quiet']}>{image.error.title}</span>}
      </div>
      <span className={styles['pictureLabel']} title={name}>{label}</span>
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
            {rows.records.map((record, i) => <Picture key={record} dataset={dataset} record={record} name={rows.rows[i]?.[0] ?? `picture ${record}`} label={rows.rows[i]?.[1] ?? 'no class'} />)}
          </ul>
          <Pager page={page} size={size} total={rows.total} onPage={onPage} noun="pictures" />
        </>
      )}
    </Answer>
  )
}
