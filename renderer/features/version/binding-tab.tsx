// The stored binding of a version: proposed from a data set, corrected, checked and saved.
import { useState, type ReactNode } from 'react'
import type { StoredBinding } from '../../../shared/contract.ts'
import type { Binding } from '../../../shared/domain/binding.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { useBindingProblems, useBindingText } from '../../bridge/use-binding.ts'
import { useCommand } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { BindingEditor } from '../../ui/binding/binding-editor.tsx'
import { BindingText } from '../../ui/binding/binding-text.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Row, Stack } from '../../ui/page.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'

function Editing({ version, stored }: { readonly version: Version; readonly stored: StoredBinding }): ReactNode {
  const [binding, setBinding] = useState<Binding>(stored.binding)
  const changed = binding !== stored.binding
  const problems = useBindingProblems(version.id, null, binding)
  const ways = useBindingText()
  const save = useCommand('binding.save')
  const columns = binding.inputs.flatMap((i) => (i.kind === 'columns' ? i.columns : i.kind === 'column' ? [i.column] : []))
  const onSave = (): void => save.mutate({ versionId: version.id, binding, guesses: stored.guesses }, { onSuccess: () => notify('Saved the binding.'), onError: notifyError })
  return (
    <Stack>
      <Row>
        <Button look="primary" disabled={!changed || problems.some((p) => p.severity === 'error')} busy={save.isPending} onClick={onSave}>Save binding</Button>
        {changed && <Button onClick={() => setBinding(stored.binding)}>Discard changes</Button>}
        <BindingText binding={binding} name={`${version.modelName} ${version.number}`} ways={ways} onRead={setBinding} />
        <ButtonLink icon="run" href={href({ screen: 'evaluate', versionId: version.id })}>Propose from a data set</ButtonLink>
      </Row>
      <BindingEditor binding={binding} signature={version.derivation?.signature ?? version.signature} columns={columns} guesses={changed ? [] : stored.guesses} problems={problems} onChange={setBinding} />
    </Stack>
  )
}

export function BindingTab({ version, stored }: { readonly version: Version; readonly stored: StoredBinding | null }): ReactNode {
  if (stored === null) {
    return (
      <EmptyState icon="guess" title="No binding yet" actions={<ButtonLink look="primary" icon="run" href={href({ screen: 'evaluate', versionId: version.id })}>Choose data and propose one</ButtonLink>}>
        The binding says how columns or images become the model’s inputs, and what its outputs mean. It is proposed from a data set, with a reason for every guess.
      </EmptyState>
    )
  }
  return <Editing key={stored.revision} version={version} stored={stored} />
}
