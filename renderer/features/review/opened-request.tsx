// A request that somebody handed over: who asks, exactly the numbers they ask about, and the signed answer to it.
import { useState, type ReactNode } from 'react'
import type { OpenedReview, ReceivedReview, ReviewDecision, ReviewEvidence } from '../../../shared/domain/review.ts'
import { deviceNames } from '../../../shared/device-names.ts'
import { formatBytes, formatCount, formatPlural, taskName } from '../../../shared/format.ts'
import { metricName } from '../../../shared/metrics/catalogue.ts'
import { metricText } from '../../../shared/metrics/metric-text.ts'
import { useAsk, useCommand } from '../../bridge/use-call.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Code, Facts, Moment } from '../../ui/facts.tsx'
import { TextAreaField } from '../../ui/field.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { Badge, Mark } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { notify } from '../../ui/toast.tsx'
import styles from './review.module.css'
import { answerFileName } from './review-words.ts'

type Metric = ReviewEvidence['run']['metrics'][number]
type Finding = NonNullable<ReviewEvidence['gate']>['findings'][number]

const metricColumns: readonly TableColumn<Metric>[] = [
  { key: 'metric', header: 'Metric', value: (m) => metricName(m.metric) },
  { key: 'value', header: 'Value', align: 'end', value: (m) => m.value, cell: (m) => metricText(m.metric, m.value) },
  { key: 'interval', header: '95 % interval', align: 'end', sortable: false, value: (m) => m.low, cell: (m) => (m.low === null || m.high === null ? '–' : `${metricText(m.metric, m.low)} to ${metricText(m.metric, m.high)}`) },
  { key: 'rows', header: 'Rows', align: 'end', value: (m) => m.n, cell: (m) => formatCount(m.n) },
]

const marks = { pass: <Mark tone="good" icon="good">Pass</Mark>, fail: <Mark tone="bad" icon="bad">Fail</Mark>, 'not-established': <Mark tone="warn" icon="help">Not established</Mark> } as const
const findingColumns: readonly TableColumn<Finding>[] = [
  { key: 'verdict', header: 'Verdict', width: '150px', value: (f) => f.verdict, cell: (f) => marks[f.verdict] },
  { key: 'sentence', header: 'Finding', wrap: true, value: (f) => f.sentence },
]

/** Every number that the answer will stand for. */
function Evidence({ evidence }: { readonly evidence: ReviewEvidence }): ReactNode {
  const { model, run, gate } = evidence
  return (
    <Stack>
      <Facts label="What is to be approved" facts={[
        { name: 'Model', value: `${model.name} v${model.number}, ${formatBytes(model.bytes)}` }, { name: 'Model SHA-256', value: <Code>{model.modelSha256}</Code> },
        { name: 'Task', value: taskName(run.task) }, { name: 'Data set', value: run.datasetName }, { name: 'Data SHA-256', value: <Code>{run.datasetSha256}</Code> },
        { name: 'Rows scored', value: run.rows === null ? 'not recorded' : `${formatCount(run.rows.scored)} of ${formatCount(run.rows.read)}` }, { name: 'Device', value: Object.hasOwn(deviceNames, run.device) ? deviceNames[run.device as keyof typeof deviceNames] : run.device },
      ]} />
      {run.guesses.length > 0 && <div className={styles['guesses']}><Mark tone="warn" icon="warning">{formatPlural(run.guesses.length, 'assumption')} that nobody has confirmed</Mark><ul>{run.guesses.map((g) => <li key={g}>{g}</li>)}</ul></div>}
      {gate === null
        ? <p>The run was not judged by a gate.</p>
        : <Section title="Gate" actions={<Badge tone={gate.passed ? 'good' : 'bad'} icon={gate.passed ? 'good' : 'bad'}>{gate.passed ? 'Passed' : 'Not passed'}</Badge>}>
            <Table label="Findings of the gate" columns={findingColumns} rows={gate.findings} rowId={(f) => f.sentence} />
            {gate.override !== null && <p className={styles['override']}>Overridden by {gate.override.name}: {gate.override.reason}</p>}
          </Section>}
      <Section title="Metrics" count={run.metrics.length}><Table label="Metrics of the request" columns={metricColumns} rows={run.metrics.filter((m) => m.value !== null)} rowId={(m) => m.metric} /></Section>
    </Stack>
  )
}

/** The yes or no, with a comment, saved as a file to send back. */
function Answer({ opened, onDone }: { readonly opened: OpenedReview; readonly onDone: () => void }): ReactNode {
  const [comment, setComment] = useState('')
  const ask = useAsk()
  const answer = useCommand('review.answer')
  const { name, number } = opened.body.evidence.model
  const sign = async (decision: ReviewDecision): Promise<void> => {
    const place = await ask('shell.saveFile', { what: 'review', suggestedName: answerFileName(name, number) })
    if (place === null) return
    const said = await answer.mutateAsync({ request: opened.sha256, decision, comment, destination: place.token })
    notify(`Signed as ${said.reviewer.name}. Send ${place.name} back to ${opened.body.author.name}.`)
    onDone()
  }
  const start = (decision: ReviewDecision): void => { sign(decision).catch(() => undefined) }
  return (
    <Stack>
      <TextAreaField label="Comment" hint="Goes into the signed answer and stays in the record." value={comment} onText={setComment} rows={3} />
      {opened.mayNotAnswer !== null && <p role="note"><Mark tone="warn" icon="warning">{opened.mayNotAnswer}</Mark></p>}
      <Row>
        <Button look="primary" icon="check" disabled={opened.mayNotAnswer !== null || answer.isPending} onClick={() => start('approve')}>Approve and save the answer…</Button>
        <Button icon="close" disabled={answer.isPending} onClick={() => start('reject')}>Reject and save the answer…</Button>
      </Row>
      {answer.error !== null && <ErrorPanel error={answer.error} />}
    </Stack>
  )
}

export function OpenedRequest({ opened, onDone }: { readonly opened: OpenedReview | ReceivedReview; readonly onDone: () => void }): ReactNode {
  const { body } = opened
  const given = 'answer' in opened ? opened.answer : null
  return (
    <Section title={`${body.author.name} asks you to review ${body.evidence.model.name} v${body.evidence.model.number}`} actions={<Button icon="close" onClick={onDone}>Close the request</Button>}>
      <Stack>
        <Facts label="Who asks" facts={[
          { name: 'Signature', value: <Mark tone="good" icon="verified">It holds: nothing was changed since it was signed</Mark> },
          { name: 'Key', value: <><Code>{body.author.keyId}</Code> {opened.own ? 'your own' : opened.knownAs === null ? 'not trusted here, so the name is a claim: compare the key id with the person' : `trusted here as ${opened.knownAs}`}</> },
          { name: 'Asked', value: <Moment at={body.createdAt} exact /> }, { name: 'Message', value: body.message === '' ? 'none' : body.message },
          { name: 'Needed', value: `${formatPlural(body.needed, 'approval')}${body.authorMayApprove ? ', the author’s may be one' : ', not the author’s own'}` },
        ]} />
        <Evidence evidence={body.evidence} />
        <Section title="Your answer">{given !== null && <p><Mark tone={given.decision === 'approve' ? 'good' : 'bad'} icon={given.decision === 'approve' ? 'good' : 'bad'}>You {given.decision === 'approve' ? 'approved' : 'rejected'} it <Moment at={given.answeredAt} />{given.comment === '' ? '.' : `: ${given.comment}`}</Mark>{given.decision === 'approve' && <> A rejection now takes the approval back.</>}</p>}<Answer opened={opened} onDone={onDone} /></Section>
      </Stack>
    </Section>
  )
}
