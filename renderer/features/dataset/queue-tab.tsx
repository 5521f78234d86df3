// Several versions on this data in one go: those whose stored binding fits are ticked and queued, one evaluation after the other.
import { useState, type ReactNode } from 'react'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { OutputOf } from '../../../shared/contract-kit.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import { formatPlural } from '../../../shared/format.ts'
import { asSlipwayError } from '../../../shared/errors.ts'
import { useAsk, useCall } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { CheckField } from '../../ui/field.tsx'
import { Row, Stack } from '../../ui/page.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import styles from './dataset.module.css'

type Ready = OutputOf<SlipwayContract['binding.ready']>[number]

const nameOf = (v: Ready): string => `${v.modelName} v${v.number}`

/** What stands beside a name: why it cannot run, or what it has done. */
function Beside({ version }: { readonly version: Ready }): ReactNode {
  if (version.problem !== null) return <>Does not fit: {version.problem}</>
  return version.runId === null ? <>Not evaluated on this data yet.</> : <>Evaluated on this data: <a href={href({ screen: 'run', runId: version.runId })}>newest run</a>.</>
}

function Choice({ versions, dataset }: { readonly versions: readonly Ready[]; readonly dataset: Dataset }): ReactNode {
  const fitting = versions.filter((v) => v.problem === null)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(fitting.filter((v) => v.runId === null).map((v) => v.versionId)))
  const [busy, setBusy] = useState(false)
  const ask = useAsk()
  const tick = (id: string, on: boolean): void => setChosen((before) => new Set(on ? [...before, id] : [...before].filter((other) => other !== id)))
  const wanted = fitting.filter((v) => chosen.has(v.versionId))
  const queue = async (): Promise<void> => {
    setBusy(true)
    let queued = 0
    for (const version of wanted) {
      await ask('run.evaluate', { versionId: version.versionId, datasetId: dataset.id }).then(() => { queued++ }, (thrown: unknown) => notifyError(asSlipwayError(thrown)))
    }
    setBusy(false)
    setChosen(new Set())
    if (queued > 0) notify(`${formatPlural(queued, 'evaluation')} queued. Each begins when the one before has ended.`)
  }
  return (
    <Stack>
      <p className={styles['lead']}>Tick what is to be evaluated on this data, each with the binding that is stored with it. The evaluations run one after the other, overnight if need be.</p>
      <ul className={styles['queue']} aria-label="Versions with a stored binding">
        {versions.map((v) => (
          <li key={v.versionId}>
            <CheckField label={nameOf(v)} hint={<Beside version={v} />} checked={chosen.has(v.versionId)} disabled={v.problem !== null} onCheck={(on) => tick(v.versionId, on)} />
          </li>
        ))}
      </ul>
      <Row>
        <Button look="primary" icon="run" busy={busy} disabled={wanted.length === 0} onClick={() => { queue().catch(notifyError) }}>{wanted.length === 0 ? 'Evaluate the ticked versions' : `Evaluate ${formatPlural(wanted.length, 'version')}`}</Button>
        <ButtonLink icon="waiting" href={href({ screen: 'jobs' })}>What is running</ButtonLink>
      </Row>
    </Stack>
  )
}

export function QueueTab({ dataset }: { readonly dataset: Dataset }): ReactNode {
  const asked = useCall('binding.ready', { datasetId: dataset.id })
  return (
    <Answer of={asked} label="Looking which versions fit this data" lines={4}>{(versions) => (versions.length === 0
      ? <EmptyState icon="run" title="No version has a stored binding yet" actions={<ButtonLink look="primary" icon="run" href={href({ screen: 'evaluate', datasetId: dataset.id })}>Evaluate on this data</ButtonLink>}>Evaluate a version once: how this data feeds it is stored with it, and from then on it can be queued here with others.</EmptyState>
      : <Choice versions={versions} dataset={dataset} />)}</Answer>
  )
}
