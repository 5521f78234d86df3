// The state of the record: how long it is, whether it was verified, and what differs. Verifies and exports on request.
import type { ReactNode } from 'react'
import type { AuditReport, AuditState } from '../../../shared/domain/audit.ts'
import { jobEnded } from '../../../shared/domain/job.ts'
import { formatCount, formatPlural, formatTime } from '../../../shared/format.ts'
import { useAsk } from '../../bridge/use-call.ts'
import { resultOf, useJobHandle, useJobs } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Facts, Hash, Moment } from '../../ui/facts.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { notifyError } from '../../ui/toast.tsx'
import styles from './history.module.css'

type Finding = AuditReport['findings'][number]
interface Line extends Finding { readonly id: string }

const kinds: Readonly<Record<Finding['kind'], string>> = {
  chain: 'Chain broken', changed: 'Changed', missing: 'Removed', extra: 'Added', schema: 'Rules changed', damage: 'Damaged', anchor: 'Earlier log', unproven: 'Not proven',
}

const columns: readonly TableColumn<Line>[] = [
  { key: 'kind', header: 'What', width: '150px', value: (f) => kinds[f.kind], cell: (f) => <Mark tone="bad" icon="bad">{kinds[f.kind]}</Mark> },
  { key: 'seq', header: 'Entry', width: '90px', align: 'end', value: (f) => f.seq, cell: (f) => (f.seq === null ? '–' : formatCount(f.seq)) },
  { key: 'sentence', header: 'What differs', wrap: true, value: (f) => f.sentence },
]

function Differences({ report }: { readonly report: AuditReport }): ReactNode {
  return (
    <div className={styles['broken']} role="alert">
      <Table label="What differs" columns={columns} rows={report.findings.map((f, i) => ({ ...f, id: String(i) }))} rowId={(f) => f.id} empty="Nothing differs." />
      {report.more > 0 && <p>And {formatPlural(report.more, 'further difference')}.</p>}
    </div>
  )
}

function Verdict({ state }: { readonly state: AuditState }): ReactNode {
  const length = `${formatPlural(state.entries, 'entry', 'entries')}${state.since === null ? '' : ` since ${formatTime(state.since)}`}`
  const { checked } = state
  if (checked === null) return <p role="status"><Mark tone="neutral" icon="waiting">Not verified yet:</Mark> {length}.</p>
  const newer = checked.entries === undefined ? 0 : state.entries - checked.entries
  return (
    <p role="status">
      <Mark tone={checked.whole ? 'good' : 'bad'} icon={checked.whole ? 'good' : 'bad'}>{checked.whole ? 'Unbroken:' : 'Broken:'}</Mark>
      {' '}{checked.whole
        ? <>{checked.entries === undefined ? length : newer > 0 ? `the first ${formatCount(checked.entries)} of ${length}` : `all of ${length}`}; verified <Moment at={checked.at} />.{newer > 0 && ` ${formatPlural(newer, 'newer entry was', 'newer entries were')} not verified yet.`}</>
        : <>{length}; found broken <Moment at={checked.at} />. Something in this workspace was changed outside Slipway.</>}
    </p>
  )
}

export function ChainPanel({ state }: { readonly state: AuditState }): ReactNode {
  const ask = useAsk()
  const verifying = useJobHandle('audit.verify')
  const exporting = useJobHandle('audit.export')
  const newest = useJobs().find((j) => j.method === 'audit.verify') ?? null
  const report = resultOf('audit.verify', newest)
  const running = verifying.running || (newest !== null && !jobEnded(newest.state))
  const save = async (): Promise<void> => {
    const file = await ask('shell.saveFile', { what: 'log', suggestedName: 'slipway-log.jsonl' })
    if (file !== null) await exporting.start({ file: file.token })
  }
  return (
    <Section title="The chain" actions={(
      <Row>
        <Button icon="verify" busy={running} onClick={() => void verifying.start({})}>Verify</Button>
        <Button icon="export" busy={exporting.running} onClick={() => { save().catch(notifyError) }}>Export log…</Button>
      </Row>
    )}>
      <Stack>
        <Verdict state={state} />
        {state.head !== null && <Facts label="The chain" facts={[{ name: 'Newest entry', value: <Row><span>{formatCount(state.head.seq)}</span><Hash sha256={state.head.hash} /></Row> }]} />}
        {report !== null && !report.whole && <Differences report={report} />}
        {(report === null || report.whole) && state.checked?.whole === false && !running && <p>Verify again to see what differs.</p>}
        {exporting.result !== null && <p role="status">Wrote {formatPlural(exporting.result.entries, 'entry', 'entries')} to {exporting.result.fileName}. Keep a copy elsewhere: it shows later that nothing was cut off or written anew.</p>}
        {[verifying.error, exporting.error].map((error, i) => (error === null ? null : <ErrorPanel key={i} error={error} />))}
      </Stack>
    </Section>
  )
}
