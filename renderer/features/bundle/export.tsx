// The export as one page that guides: targets with their verdicts, release and platforms, what goes in, and the file; then what to hand over.
import { useState, type ReactNode } from 'react'
import { BundleTarget, defaultTargets, type TargetChoice } from '../../../shared/domain/bundle-target.ts'
import type { GateCheck } from '../../../shared/domain/gate.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { formatBytes, formatPlural } from '../../../shared/format.ts'
import type { RunId } from '../../../shared/ids.ts'
import { targetWords } from '../../../shared/preflight/target-words.ts'
import { bundleFileName } from '../../../shared/slug.ts'
import { useAsk, useCall } from '../../bridge/use-call.ts'
import { useJobHandle, type JobHandle } from '../../bridge/use-jobs.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { Page, Section, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { notifyError } from '../../ui/toast.tsx'
import styles from './bundle.module.css'
import { ContentsPanel } from './contents-panel.tsx'
import { ExportResult } from './export-result.tsx'
import { TargetList, type TargetRow } from './target-list.tsx'

const platforms = [
  { key: 'linux-x64', label: 'Linux x64' }, { key: 'linux-arm64', label: 'Linux arm64' }, { key: 'darwin-arm64', label: 'macOS arm64' }, { key: 'win32-x64', label: 'Windows x64' },
] as const
type Platform = (typeof platforms)[number]['key']

interface Wish { readonly rows: readonly TargetRow[]; readonly canary: boolean; readonly version: string; readonly platforms: readonly Platform[]; readonly reviewBy: string; readonly logColumns: string }

const firstWish = (run: Run): Wish => ({
  rows: BundleTarget.options.map((target) => ({ target, chosen: defaultTargets.some((d) => d.target === target), engine: targetWords[target].oldest })),
  canary: false, version: `${run.versionNumber}.0.0`, platforms: ['linux-x64'], reviewBy: '', logColumns: '',
})
const choiceOf = ({ target, engine }: TargetRow): TargetChoice => ({ target, engine })
const chosenOf = (wish: Wish): TargetChoice[] => wish.rows.filter((r) => r.chosen).map(choiceOf)

function ReleaseFields({ wish, onWish }: { readonly wish: Wish; readonly onWish: (wish: Wish) => void }): ReactNode {
  const error = /^\d+\.\d+\.\d+$/.test(wish.version) ? null : 'Three numbers with dots, such as 1.2.0.'
  return (
    <div className={styles['release']}>
      <TextField label="Version of the bundle" value={wish.version} onText={(version) => onWish({ ...wish, version })} error={error} className={styles['version']} />
      <div role="group" aria-label="Platforms of the server" className={styles['platforms']}>
        <span>The server inside runs on</span>
        {platforms.map((p) => <CheckField key={p.key} label={p.label} checked={wish.platforms.includes(p.key)} onCheck={(on) => onWish({ ...wish, platforms: on ? [...wish.platforms, p.key] : wish.platforms.filter((x) => x !== p.key) })} />)}
      </div>
      <TextField label="Next review (day)" value={wish.reviewBy} onText={(reviewBy) => onWish({ ...wish, reviewBy })} placeholder="180 days after the gate" error={wish.reviewBy === '' || /^\d{4}-\d{2}-\d{2}$/.test(wish.reviewBy) ? null : 'A day such as 2027-05-31.'} />
      <TextField label="Columns whose values may be logged" value={wish.logColumns} onText={(logColumns) => onWish({ ...wish, logColumns })} placeholder="none; with commas between" />
    </div>
  )
}

interface ActionProps { readonly run: Run; readonly check: GateCheck; readonly wish: Wish; readonly blocked: readonly string[]; readonly known: number | null; readonly job: JobHandle<'bundle.export'> }

/** Why the button cannot be pressed, or null. */
function hindrance({ check, wish, blocked }: Pick<ActionProps, 'check' | 'wish' | 'blocked'>): string | null {
  if (!check.passed && check.override === null) return 'The gate must be passed or overridden first.'
  if (blocked.length > 0) return `Leave out or mend ${blocked.join(' and ')}: it would not work there.`
  if (chosenOf(wish).length === 0) return 'Choose at least one target.'
  if (wish.platforms.length === 0) return 'Choose at least one platform for the server.'
  return /^\d+\.\d+\.\d+$/.test(wish.version) ? null : 'The version needs three numbers with dots.'
}

function ExportAction({ run, check, wish, blocked, known, job }: ActionProps): ReactNode {
  const ask = useAsk()
  const why = hindrance({ check, wish, blocked })
  const start = async (): Promise<void> => {
    const place = await ask('shell.saveFile', { what: 'bundle', suggestedName: bundleFileName(run.modelName, wish.version) })
    if (place !== null) await job.start({ checkId: check.id, destination: place.token, version: wish.version, platforms: [...wish.platforms], targets: chosenOf(wish), canary: wish.canary, logColumns: wish.logColumns.split(',').map((name) => name.trim()).filter((name) => name !== ''), ...(wish.reviewBy === '' ? {} : { reviewBy: wish.reviewBy }) })
  }
  return (
    <div className={styles['action']}>
      <p className={styles['file']} title={bundleFileName(run.modelName, wish.version)}>{bundleFileName(run.modelName, wish.version)}</p>
      {known !== null && <p className={styles['quiet']}>about {formatBytes(known)}, signed with this workspace’s key</p>}
      <Button look="primary" icon="export" busy={job.running} disabled={why !== null} onClick={() => { start().catch(notifyError) }}>Export bundle…</Button>
      {job.running && <Button onClick={() => job.cancel()}>Cancel</Button>}
      <div role="status" aria-label="Export">
        {why !== null && <p className={styles['why']}>{why}</p>}
        {job.running && <><Progress label="Exporting" fraction={job.job?.fraction ?? null} /><p className={styles['quiet']}>{job.progress?.step ?? 'Starting'}</p></>}
      </div>
      {job.error !== null && <ErrorPanel error={job.error} />}
    </div>
  )
}

function ExportForm({ run, check }: { readonly run: Run; readonly check: GateCheck }): ReactNode {
  const [wish, setWish] = useState<Wish>(() => firstWish(run))
  const job = useJobHandle('bundle.export')
  const chosen = chosenOf(wish)
  const judged = useCall('bundle.preflight', { versionId: run.versionId, targets: wish.rows.map(choiceOf), canary: wish.canary }, { keepPrevious: true }).data
  const contents = useCall('bundle.contents', { checkId: check.id, targets: chosen, platforms: [...wish.platforms] }, { keepPrevious: true })
  const blocked = (judged ?? []).filter((j) => j.blocked !== null && chosen.some((c) => c.target === j.choice.target)).map((j) => j.title)
  const change = (target: BundleTarget, with_: Partial<TargetRow>): void => setWish({ ...wish, rows: wish.rows.map((r) => (r.target === target ? { ...r, ...with_ } : r)) })
  if (job.result !== null) return <ExportResult bundle={job.result} hosted={chosen.some((c) => c.target === 'server' || c.target === 'container')} />
  return (
    <div className={styles['columns']}>
      <Stack>
        <Section title="Targets" note="Where it is to run. Each says at once whether this model loads there, from what is known of the engine’s version.">
          <TargetList run={run} rows={wish.rows} judged={judged} onChange={change} />
          <div className={styles['canary']}><CheckField label="Roll out in steps" hint="The new version takes a share of the requests beside the old one (a canary)." checked={wish.canary} onCheck={(canary) => setWish({ ...wish, canary })} /></div>
        </Section>
        <Section title="Release"><ReleaseFields wish={wish} onWish={setWish} /></Section>
      </Stack>
      <div className={styles['beside']}>
        <ExportAction run={run} check={check} wish={wish} blocked={blocked} known={contents.data?.bytes ?? null} job={job} />
        <Section title="What goes in" count={contents.data === undefined ? undefined : formatPlural(contents.data.files.length, 'file')}>
          <p className={styles['quiet']}>Each part says what it was proven by, and no more.</p>
          <Answer of={contents} label="Planning the bundle">{(found) => <ContentsPanel files={found.files} targets={chosen.map((c) => c.target)} />}</Answer>
        </Section>
      </div>
    </div>
  )
}

function ExportOf({ run }: { readonly run: Run }): ReactNode {
  const checks = useCall('gate.checks', { runId: run.id })
  return (
    <Answer of={checks} label="Loading the gate’s answer">
      {(all) => {
        const [newest] = [...all].sort((a, b) => b.checkedAt - a.checkedAt)
        if (newest !== undefined) return <ExportForm run={run} check={newest} />
        return <EmptyState icon="gate" title="The gate has not looked at this run yet" actions={<ButtonLink look="primary" href={href({ screen: 'gate', runId: run.id })}>Go to the gate</ButtonLink>}>A bundle is made from a run that passed its gate, or that somebody let pass with a name and a reason.</EmptyState>
      }}
    </Answer>
  )
}

export function ExportScreen({ runId }: { readonly runId: RunId }): ReactNode {
  const asked = useCall('run.get', { runId })
  const run = asked.data
  return (
    <Page
      title="Export"
      crumbs={run === undefined ? [] : [{ label: run.modelName, href: href({ screen: 'model', modelId: run.modelId }) }, { label: `v${run.versionNumber}`, href: href({ screen: 'version', versionId: run.versionId }) }, { label: 'Gate', href: href({ screen: 'gate', runId }) }]}
    >
      <Answer of={asked} label="Loading the run">{(found) => <ExportOf run={found} />}</Answer>
    </Page>
  )
}
