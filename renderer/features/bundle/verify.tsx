// Verifying a bundle that somebody handed over: which file, whose key, and what each check found.
import { useState, type ReactNode } from 'react'
import type { AdmittedFile } from '../../../shared/contract.ts'
import type { VerifyReport } from '../../../shared/domain/bundle.ts'
import { useAsk } from '../../bridge/use-call.ts'
import { jobEnded } from '../../../shared/domain/job.ts'
import { resultOf, useJobHandle, useJobs } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Code, Facts } from '../../ui/facts.tsx'
import { Page, Row, Section, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Badge, Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { notifyError } from '../../ui/toast.tsx'
import { bundleWords, verdictWords } from './report-words.ts'

type Check = VerifyReport['checks'][number]

const columns: readonly TableColumn<Check>[] = [
  { key: 'name', header: 'Check', width: '170px', value: (c) => c.name },
  { key: 'ok', header: 'Result', width: '120px', value: (c) => (!c.ok ? 'failed' : c.notRun === true ? 'not run' : 'ok'), cell: (c) => (c.notRun === true ? <span>Not run</span> : c.ok ? <Mark tone="good" icon="good">Holds</Mark> : <Mark tone="bad" icon="bad">Fails</Mark>) },
  { key: 'detail', header: 'What was found', value: (c) => c.detail },
]

function Report({ report }: { readonly report: VerifyReport }): ReactNode {
  const { words, tone } = verdictWords(report)
  return (
    <Section title="Report" actions={<Badge tone={tone} icon={tone === 'good' ? 'verified' : 'warning'}>{words}</Badge>}>
      <Stack>
        <p role="status">{report.sentence}</p>
        <Facts label="Report" facts={[
          ...(report.fileName === undefined ? [] : [{ name: 'File', value: report.fileName }]),
          { name: 'Bundle', value: bundleWords(report) }, { name: 'Root digest', value: <Code>{report.rootDigest ?? 'unknown'}</Code> }, { name: 'Publisher key', value: <Code>{report.publisherKeyId ?? 'unknown'}</Code> },
        ]} />
        <Table label="Checks" columns={columns} rows={report.checks} rowId={(c) => c.name} />
      </Stack>
    </Section>
  )
}

export function VerifyScreen(): ReactNode {
  const [file, setFile] = useState<AdmittedFile | null>(null)
  const [key, setKey] = useState<AdmittedFile | null>(null)
  const ask = useAsk()
  const job = useJobHandle('bundle.verify')
  // A bundle that was dropped onto the window is verified by a job that this screen did not start.
  const newest = useJobs().find((j) => j.method === 'bundle.verify') ?? null
  const running = job.running || (newest !== null && !jobEnded(newest.state))
  const error = job.error ?? newest?.error ?? null
  const report = resultOf('bundle.verify', newest)
  const handed = newest?.title.replace(/^Verify /, '')
  const choose = (what: 'bundle' | 'public-key', then: (chosen: AdmittedFile) => void): void => {
    ask('shell.openFiles', { what }).then(([chosen]) => { if (chosen !== undefined) then(chosen) }, notifyError)
  }
  const verify = (): void => { if (file !== null) void job.start({ file: file.token, ...(key === null ? {} : { trust: key.token }) }) }
  return (
    <Page title="Verify a bundle" narrow lead="Checks the shape of the archive, the signature, every hash, the manifest, and the golden requests on this machine.">
      <Stack>
        <Facts label="What to verify" facts={[
          { name: 'Bundle', value: <Row><span>{file?.name ?? handed ?? 'none chosen'}</span><Button onClick={() => choose('bundle', setFile)}>Choose bundle…</Button></Row> },
          { name: 'Trusted key', value: <Row><span>{key?.name ?? 'this workspace’s own key'}</span><Button onClick={() => choose('public-key', setKey)}>Choose key…</Button></Row> },
        ]} />
        <Row><Button look="primary" icon="verify" busy={running} disabled={file === null} onClick={verify}>Verify</Button></Row>
        {running && <Progress label="Verifying" fraction={newest?.fraction ?? null} />}
        {error !== null && <ErrorPanel error={error} />}
        {report !== null && <Report report={report} />}
      </Stack>
    </Page>
  )
}
