// What rules wait for: each piece of work with its cost, said before it is done, and a button that does it.
import type { ReactNode } from 'react'
import type { GatePolicy } from '../../../shared/domain/gate-rules.ts'
import type { GatePreview, GateTask } from '../../../shared/domain/gate.ts'
import { formatDuration } from '../../../shared/format.ts'
import { costWords } from '../../../shared/gate/tasks.ts'
import type { RunId } from '../../../shared/ids.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Row, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Badge } from '../../ui/status.tsx'
import styles from './gate.module.css'

/** Seconds that a click allows at least: estimates are rough. */
const leastSeconds = 120

interface MissingProps { readonly runId: RunId; readonly baseline: RunId | null; readonly policy: GatePolicy; readonly preview: GatePreview; readonly fresh: boolean }

const placesWords = (task: GateTask): string => `rule${task.rules.length === 1 ? '' : 's'} ${task.rules.map((r) => r + 1).join(', ')}`

export function MissingPanel({ runId, baseline, policy, preview, fresh }: MissingProps): ReactNode {
  const job = useJobHandle('gate.fill')
  const counted = { pass: 0, fail: 0, 'not-established': 0 }
  for (const finding of preview.findings) counted[finding.verdict]++
  const seconds = preview.tasks.reduce((sum, t) => sum + (t.seconds ?? 0), 0)
  const run = (rules?: readonly number[]): void => { void job.start({ runId, policy, seconds: Math.max(leastSeconds, 3 * seconds), ...(baseline === null ? {} : { baselineRunId: baseline }), ...(rules === undefined ? {} : { rules: [...rules] }) }) }
  return (
    <Stack>
      <div className={styles['verdict']} role="status" aria-label="Live result" aria-busy={!fresh}>
        {preview.passed ? <Badge tone="good" icon="good">Would pass</Badge> : <Badge tone="bad" icon="bad">Would not pass</Badge>}
        <span className={styles['counts']}>{counted.pass} hold, {counted.fail} fail, {counted['not-established']} not established</span>
      </div>
      {preview.fault !== null && <p className={styles['fault']}>The policy cannot be used yet: {preview.fault}.</p>}
      {preview.tasks.length > 0 && (
        <div className={styles['missing']}>
          <div className={styles['missingHead']}><h3>What is missing</h3><Button icon="run" busy={job.running} disabled={!fresh} onClick={() => run()}>Run all, about {formatDuration(Math.max(1, Math.round(seconds)) * 1000)}</Button></div>
          <ul aria-label="What is missing">
            {preview.tasks.map((task) => (
              <li key={JSON.stringify(task.work)}>
                <span className={styles['task']}><span>{task.title}</span><span className={styles['quiet']}>{costWords(task)}; for {placesWords(task)}</span></span>
                <Button look="quiet" icon="run" disabled={job.running || !fresh} aria-label={`Run: ${task.title}`} onClick={() => run(task.rules)}>Run</Button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {job.running && <div><Row><Progress label="Running what is missing" fraction={job.job?.fraction ?? null} /><Button onClick={() => job.cancel()}>Cancel</Button></Row><p className={styles['quiet']}>{job.progress?.step ?? 'Starting'}</p></div>}
      {job.error !== null && <ErrorPanel error={job.error} />}
      {job.result !== null && job.result.left.length > 0 && (
        <div className={styles['missing']}><h3>Not done</h3><ul>{job.result.left.map(({ task, reason }) => <li key={JSON.stringify(task.work)}><span className={styles['task']}><span>{task.title}</span><span className={styles['quiet']}>{reason}</span></span></li>)}</ul></div>
      )}
    </Stack>
  )
}
