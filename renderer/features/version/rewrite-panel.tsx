// The consent to rewrite map outputs: what would be done, why, and what stays untouched. Nothing happens without the click.
import type { ReactNode } from 'react'
import type { Version } from '../../../shared/domain/model.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Icon } from '../../ui/icon.tsx'
import styles from './version.module.css'

const labelWords = (labels: readonly string[]): string =>
  (labels.length === 0 ? 'The class labels' : `The ${labels.length} class labels (${labels.slice(0, 6).join(', ')}${labels.length > 6 ? ', …' : ''})`)

export function RewritePanel({ version }: { readonly version: Version }): ReactNode {
  const rewrite = useJobHandle('version.rewrite')
  const outputs = version.graph.zipMaps.map((z) => `“${z.output}”`).join(', ')
  return (
    <section className={styles['consent']} aria-label="Map output">
      <Icon name="warning" className={styles['consentIcon']} />
      <div>
        <h2>This model answers with a map, not with plain numbers</h2>
        <p>
          Its output {outputs} wraps the class probabilities of every row in a dictionary. The runtime here, like most servers, cannot return that.
          Until it is rewritten, this version can be neither evaluated on its probabilities nor exported.
        </p>
        <p>
          Slipway can write a second file without the wrapping node: the same weights and the same numbers, as one plain tensor. {labelWords(version.graph.zipMaps.flatMap((z) => z.labels))} are
          kept, the original stays stored, both hashes are recorded, and equality is proven on sample rows before anything is put in place.
        </p>
        {rewrite.error !== null && <ErrorPanel error={rewrite.error} />}
        <div className={styles['consentActions']}><Button look="primary" busy={rewrite.running} onClick={() => void rewrite.start({ versionId: version.id })}>Rewrite outputs to plain tensors</Button></div>
      </div>
    </section>
  )
}
