// From a passed check to a bundle on disk: what goes in, where it goes, progress, and what to hand over.
import { useState, type ReactNode } from 'react'
import type { GateCheck } from '../../../shared/domain/gate.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { bundleFileName } from '../../../shared/slug.ts'
import { useAsk } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { href } from '../../route.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { Row, Section, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { notifyError } from '../../ui/toast.tsx'
import styles from './gate.module.css'
import { HandOver } from './hand-over.tsx'

const platforms = [
  { key: 'linux-x64', label: 'Linux x64' }, { key: 'linux-arm64', label: 'Linux arm64' }, { key: 'darwin-arm64', label: 'macOS arm64' }, { key: 'win32-x64', label: 'Windows x64' },
] as const
type Platform = (typeof platforms)[number]['key']

export function ExportPanel({ run, check }: { readonly run: Run; readonly check: GateCheck }): ReactNode {
  const [version, setVersion] = useState(`${run.versionNumber}.0.0`)
  const [chosen, setChosen] = useState<readonly Platform[]>(['linux-x64'])
  const ask = useAsk()
  const job = useJobHandle('bundle.export')
  const allowed = check.passed || check.override !== null
  const versionError = /^\d+\.\d+\.\d+$/.test(version) ? null : 'Three numbers with dots, such as 1.2.0.'
  const toggle = (key: Platform, on: boolean): void => setChosen(on ? [...chosen, key] : chosen.filter((p) => p !== key))
  const start = async (): Promise<void> => {
    const place = await ask('shell.saveFile', { what: 'bundle', suggestedName: bundleFileName(run.modelName, version) })
    if (place !== null) await job.start({ checkId: check.id, destination: place.token, version, platforms: [...chosen] })
  }
  if (job.result !== null) return <HandOver bundle={job.result} />
  return (
    <Section title="Export" note="The bundle holds the model, its contract, golden requests, the server that answers them, the model card and the evidence; signed, and verified by reading it again before it is put in place.">
      <Stack>
        <TextField label="Version of the bundle" value={version} onText={setVersion} error={versionError} className={styles['version']} />
        <div role="group" aria-label="Platforms of the server" className={styles['platforms']}>
          <span>The server runs on</span>
          {platforms.map((p) => <CheckField key={p.key} label={p.label} checked={chosen.includes(p.key)} onCheck={(on) => toggle(p.key, on)} />)}
        </div>
        <Row>
          <Button look="primary" icon="export" busy={job.running} disabled={!allowed || versionError !== null || chosen.length === 0} onClick={() => { start().catch(notifyError) }}>Export bundle…</Button>
          {!allowed && <span>The gate must be passed or overridden first.</span>}
          {job.running && <Button onClick={() => job.cancel()}>Cancel</Button>}
          {job.job !== null && !job.running && job.result === null && job.error === null && <ButtonLink href={href({ screen: 'run', runId: run.id })}>Back to the run</ButtonLink>}
        </Row>
        {job.running && <div className={styles['steps']}><Progress label="Exporting" fraction={job.job?.fraction ?? null} /><p>{job.progress?.step ?? 'Starting'}</p></div>}
        {job.error !== null && <ErrorPanel error={job.error} />}
      </Stack>
    </Section>
  )
}
