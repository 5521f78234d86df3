// Who looks after a model or a version, and where more is written. Addresses are shown and copied; Slipway never opens them.
import { useState, type ReactNode } from 'react'
import { webAddress, type Care } from '../../../shared/domain/care.ts'
import type { ModelId, VersionId } from '../../../shared/ids.ts'
import { useCall, useCommand } from '../../bridge/use-call.ts'
import { Answer } from '../answer.tsx'
import { Button, IconButton } from '../button.tsx'
import { copyText } from '../clipboard.ts'
import { TextDialog } from '../editable-text.tsx'
import { Section } from '../page.tsx'
import { Badge } from '../status.tsx'
import { notify } from '../toast.tsx'
import styles from './life.module.css'

const namesOf = (text: string): string[] => [...new Set(text.split(/[,\n]/).map((t) => t.trim()).filter((t) => t !== ''))]

/** One link a line: an address, or a title before it. */
export function linksOf(text: string): { title: string; url: string }[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '').map((line) => {
    const at = line.search(/\bhttps?:\/\//i)
    return at <= 0 ? { title: '', url: line } : { title: line.slice(0, at).trim().replace(/[:=]$/, '').trim(), url: line.slice(at) }
  })
}
const linkLines = (care: Care): string => care.links.map((l) => (l.title === '' ? l.url : `${l.title} ${l.url}`)).join('\n')

export function CarePanel({ modelId, versionId }: { readonly modelId: ModelId; readonly versionId?: VersionId }): ReactNode {
  const of = { modelId, ...(versionId === undefined ? {} : { versionId }) }
  const asked = useCall('care.get', of)
  const save = useCommand('care.save')
  const [editing, setEditing] = useState<'owners' | 'links' | null>(null)
  const care = asked.data
  const write = (text: string): Promise<unknown> => save.mutateAsync({ ...of, revision: care?.revision ?? 0, ...(editing === 'owners' ? { owners: namesOf(text) } : { links: linksOf(text) }) })
  return (
    <Section title="Owners and links" actions={<><Button look="quiet" icon="edit" onClick={() => setEditing('owners')}>Edit owners</Button><Button look="quiet" icon="edit" onClick={() => setEditing('links')}>Edit links</Button></>}>
      <Answer of={asked} label="Loading owners and links">{(found) => <CareBody care={found} />}</Answer>
      {editing !== null && care !== undefined && (
        <TextDialog
          title={editing === 'owners' ? 'Owners' : 'Links'} long={editing === 'links'} label={editing === 'owners' ? 'Names, separated by commas' : 'One address a line, with a title before it if you like'}
          hint={editing === 'owners' ? 'People or teams. Earlier lists stay in the record.' : 'Addresses begin with http:// or https://. Slipway keeps them and never opens them.'}
          start={editing === 'owners' ? care.owners.join(', ') : linkLines(care)} onSave={write} onClose={() => setEditing(null)}
        />
      )}
    </Section>
  )
}

function CareBody({ care }: { readonly care: Care }): ReactNode {
  if (care.owners.length === 0 && care.links.length === 0) return <p className={styles['quiet']}>Nobody is named yet. Say who looks after it, and where its ticket or documents are.</p>
  return (
    <div className={styles['links']}>
      {care.owners.length > 0 && <div className={styles['people']} role="group" aria-label="Owners">{care.owners.map((o) => <span key={o} title={o}><Badge><span className={styles['person']}>{o}</span></Badge></span>)}</div>}
      {care.links.map((l) => (
        <div key={l.url} className={styles['link']}>
          <span>{l.title === '' ? webAddress(l.url)?.host : l.title}</span><span className={styles['address']} title={l.url}>{l.url}</span>
          <IconButton label={`Copy the address of ${l.title === '' ? l.url : l.title}`} icon="copy" onClick={() => void copyText(l.url).then((ok) => { if (ok) notify('Copied the address.') })} />
        </div>
      ))}
    </div>
  )
}
