// The note and the tags of a version: the only words about it that its owner writes.
import { useState, type ReactNode } from 'react'
import type { Version } from '../../../shared/domain/model.ts'
import { useCommand } from '../../bridge/use-call.ts'
import { Button } from '../../ui/button.tsx'
import { TextDialog } from '../../ui/editable-text.tsx'
import { Section } from '../../ui/page.tsx'
import { Badge } from '../../ui/status.tsx'
import styles from './version.module.css'

const tagsOf = (text: string): string[] => [...new Set(text.split(',').map((t) => t.trim()).filter((t) => t !== ''))]

export function NotePanel({ version }: { readonly version: Version }): ReactNode {
  const annotate = useCommand('version.annotate')
  const [editing, setEditing] = useState<'note' | 'tags' | null>(null)
  const save = (text: string): Promise<unknown> => annotate.mutateAsync(editing === 'note' ? { versionId: version.id, note: text.trim() } : { versionId: version.id, tags: tagsOf(text) })
  return (
    <Section title="Note and tags" actions={<><Button look="quiet" icon="edit" onClick={() => setEditing('note')}>Edit note</Button><Button look="quiet" icon="tag" onClick={() => setEditing('tags')}>Edit tags</Button></>}>
      {version.note === '' ? <p className={styles['quiet']}>No note yet. Say what changed in this version and why.</p> : <p className={styles['note']}>{version.note}</p>}
      {version.tags.length > 0 && <div className={styles['tags']}>{version.tags.map((t) => <Badge key={t}>{t}</Badge>)}</div>}
      {editing !== null && (
        <TextDialog
          title={editing === 'note' ? 'Note' : 'Tags'} label={editing === 'note' ? 'Note' : 'Tags, separated by commas'} long={editing === 'note'}
          start={editing === 'note' ? version.note : version.tags.join(', ')} onSave={save} onClose={() => setEditing(null)}
        />
      )}
    </Section>
  )
}
