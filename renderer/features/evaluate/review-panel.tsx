// The proposal for one version and one data set: asked for at once, reviewed and corrected here, and started from here.
import { useEffect, useState, type ReactNode } from 'react'
import type { StoredBinding } from '../../../shared/contract.ts'
import type { Binding, Guess } from '../../../shared/domain/binding.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { Version } from '../../../shared/domain/model.ts'
import type { RunOptions } from '../../../shared/domain/run.ts'
import { correctedGuesses } from '../../../shared/binding/binding-account.ts'
import { setAsideGuess } from '../../../shared/binding/saved-guesses.ts'
import { useBindingProblems, useBindingText } from '../../bridge/use-binding.ts'
import { useCommand } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { go } from '../../route.ts'
import { BindingEditor } from '../../ui/binding/binding-editor.tsx'
import { BindingText } from '../../ui/binding/binding-text.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { CheckField } from '../../ui/field.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Mark } from '../../ui/status.tsx'
import { notifyError } from '../../ui/toast.tsx'
import styles from './evaluate.module.css'
import { OptionFields, startOptions } from './option-fields.tsx'

interface ReviewProps { readonly version: Version; readonly dataset: Dataset; readonly target: string | null; /** The binding saved with the version that this proposal stands in for, and why. */ readonly stored: StoredBinding | null; readonly aside: string; readonly onAgain: () => void }

function Start({ version, dataset, binding, guesses, blocked, kept, text }: { readonly version: Version; readonly dataset: Dataset; readonly binding: Binding; readonly guesses: readonly Guess[]; readonly blocked: number; readonly kept: boolean; readonly text: ReactNode }): ReactNode {
  const [options, setOptions] = useState<RunOptions>(startOptions)
  const [keep, setKeep] = useState(true)
  const save = useCommand('binding.save')
  const job = useJobHandle('run.evaluate')
  const start = async (again = false): Promise<void> => {
    if (keep && !kept) await save.mutateAsync({ versionId: version.id, binding, guesses: guesses.filter((g) => g.about !== 'binding') })
    const started = await job.start({ versionId: version.id, datasetId: dataset.id, binding, guesses: [...guesses], options, again })
    // The subject of an evaluation is its run, which is recorded before the job answers.
    if (started !== null && started.subject !== null) go({ screen: 'run', runId: started.subject })
  }
  return (
    <Section title="Conditions">
      <Stack>
        <OptionFields options={options} onChange={setOptions} />
        <div className={styles['start']}>
          <Button look="primary" icon="run" busy={job.running} disabled={blocked > 0} onClick={() => { start().catch(notifyError) }}>Start evaluation</Button>
          {blocked === 0 ? <Mark tone="good" icon="good">The binding fits the model and the data</Mark> : <Mark tone="bad" icon="alert">{blocked === 1 ? 'One part of the binding must be corrected first' : `${blocked} parts of the binding must be corrected first`}</Mark>}
          <span className={styles['fill']} />
          {!kept && <CheckField label="Keep this binding with the version" checked={keep} onCheck={setKeep} />}
          {text}
        </div>
        {job.error !== null && <ErrorPanel error={job.error} />}
        {job.error?.code === 'run.crashedBefore' && <Button icon="run" busy={job.running} onClick={() => { start(true).catch(notifyError) }}>Evaluate all the same</Button>}
      </Stack>
    </Section>
  )
}

function Review({ version, dataset, proposed, guesses, saved = false }: { readonly version: Version; readonly dataset: Dataset; readonly proposed: Binding; readonly guesses: readonly Guess[]; readonly saved?: boolean }): ReactNode {
  const [binding, setBinding] = useState(proposed)
  const problems = useBindingProblems(version.id, dataset.id, binding)
  const ways = useBindingText()
  // A guess that the user replaced is no guess any more: it is told as set by the user.
  const standing = binding === proposed ? guesses : correctedGuesses(proposed, binding, guesses)
  return (
    <Stack>
      <Start version={version} dataset={dataset} binding={binding} guesses={standing} blocked={problems.filter((p) => p.severity === 'error').length} kept={saved && binding === proposed} text={<BindingText binding={binding} name={`${version.modelName} ${version.number}`} ways={ways} onRead={setBinding} />} />
      <BindingEditor binding={binding} signature={version.derivation?.signature ?? version.signature} columns={dataset.columns.map((c) => c.name)} guesses={standing} problems={problems} onChange={setBinding} />
    </Stack>
  )
}

/** The review of the binding that is saved with the version, with the way to a fresh proposal. */
export function SavedReview({ version, dataset, stored, onPropose }: { readonly version: Version; readonly dataset: Dataset; readonly stored: StoredBinding; readonly onPropose: () => void }): ReactNode {
  return (
    <Stack>
      <div className={styles['saved']}>
        <span>Revision {stored.revision} of the binding that is saved with this version.</span>
        <Button icon="guess" onClick={onPropose}>Propose afresh</Button>
      </div>
      <Review version={version} dataset={dataset} proposed={stored.binding} guesses={stored.guesses} saved />
    </Stack>
  )
}

export function ReviewPanel({ version, dataset, target, stored, aside, onAgain }: ReviewProps): ReactNode {
  const proposal = useJobHandle('binding.propose')
  const { start } = proposal
  useEffect(() => { void start({ versionId: version.id, datasetId: dataset.id, ...(target === null ? {} : { target }) }) }, [start, version.id, dataset.id, target])
  if (proposal.error !== null) return <ErrorPanel error={proposal.error} onRetry={onAgain} />
  if (proposal.job?.state === 'cancelled') return <EmptyState icon="stopped" title="The proposal was stopped" actions={<Button icon="guess" onClick={onAgain}>Propose again</Button>}>Nothing was changed.</EmptyState>
  if (proposal.result === null) {
    return (
      <Section title="Binding" actions={<Button onClick={() => proposal.cancel(proposal.job?.state === 'cancelling')}>Cancel proposal</Button>}>
        <Progress label="Proposing a binding" fraction={proposal.job?.fraction ?? null} />
        <p role="status">{proposal.progress?.step ?? 'Reading names, shapes and metadata'}</p>
      </Section>
    )
  }
  const { binding, guesses } = proposal.result
  if (stored === null) return <Review version={version} dataset={dataset} proposed={binding} guesses={guesses} />
  const instead = setAsideGuess(stored, aside)
  return (
    <Stack>
      <p role="note">{instead.reason}</p>
      <Review version={version} dataset={dataset} proposed={binding} guesses={[instead, ...guesses]} />
    </Stack>
  )
}
