// The report of what came in: newest first, each line with its own way out, an answer where a question was the refusal.
import { act } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import type { FormatOverride } from '../../shared/domain/dataset.ts'
import type { JobSnapshot } from '../../shared/domain/job.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { newId, type JobId } from '../../shared/ids.ts'
import { IntakeReport } from '../../renderer/features/intake/intake-report.tsx'
import { dataset } from '../core/sample-rows.ts'
import { allByRole, appears, byRole, click, fill, mount, settle, type Mounted } from './mount.tsx'

let mounted: Mounted | null = null
afterEach(async () => { await mounted?.unmount(); mounted = null; location.hash = '' })

const unclear = new SlipwayError('dataset.headerUnclear', { file: 'header-missing.csv', first: '5.1,3.5' }).toPlain()
const ended = (more: Partial<JobSnapshot>, after = 0): JobSnapshot => ({
  id: newId('job'), method: 'dataset.add', title: 'Add header-missing.csv', subject: null, state: 'failed', pausable: false, progress: null, fraction: null, result: null, error: unclear,
  queuedAt: Date.now() + after, startedAt: 1, endedAt: Date.now() + after, lastSignAt: null, ...more,
})
const file = { token: newId('file'), name: 'header-missing.csv', kind: 'file' as const, bytes: 10 }

async function report(jobs: readonly JobSnapshot[], asked: FormatOverride[] = [], next: () => JobId = () => newId('job')): Promise<Mounted> {
  mounted = await mount(null, { 'job.list': () => [...jobs], 'dataset.add': ({ format }) => { asked.push(format); return next() } })
  for (const job of jobs) mounted.bridge.handed.set(job.id, { file, quiet: false })
  await mounted.render(<IntakeReport />)
  return mounted
}

describe('a data set whose first line is unclear', () => {
  it('is asked about in words that name no option of the command line, and read again with the answer', async () => {
    const asked: FormatOverride[] = []
    await report([ended({})], asked)
    const words = byRole('alert').textContent ?? ''
    expect(words).toContain('Is the first line a header? The first line of “header-missing.csv”')
    expect(words).not.toMatch(/--|command line/)
    await click(byRole('button', 'It is data'))
    expect(asked).toEqual([{ header: false }])
    expect(allByRole('alert')).toHaveLength(0)
  })

  it('is read with any other settings; a second refusal stays in the form, and success closes it', async () => {
    const asked: FormatOverride[] = []
    const ids = [newId('job'), newId('job')]
    const started = [...ids]
    const { core } = await report([ended({})], asked, () => started.shift() ?? newId('job'))
    await click(byRole('button', 'Other settings…'))
    await fill(byRole('combobox', 'Delimiter'), ';')
    await fill(byRole('combobox', 'First line'), 'no')
    await click(byRole('button', 'Read the file'))
    core.tell('jobs', [ended({ id: ids[0]!, error: new SlipwayError('dataset.notReadable', { file: 'header-missing.csv', reason: 'it has no semicolon' }).toPlain() }, 5)])
    await appears(() => byRole('alert', 'The data cannot be read'))
    await fill(byRole('combobox', 'Delimiter'), ',')
    await click(byRole('button', 'Read the file'))
    core.tell('jobs', [ended({ id: ids[1]!, state: 'done', error: null, result: dataset('header-missing.csv') }, 10)])
    await appears(() => byRole('link', 'header-missing.csv'))
    expect(asked).toEqual([{ delimiter: ';', header: false }, { delimiter: ',', header: false }])
    expect([allByRole('dialog'), allByRole('alert')]).toEqual([[], []])
  })
})

describe('the lines', () => {
  const added = (name: string, after: number): JobSnapshot => ended({ state: 'done', error: null, result: dataset(name) }, after)

  it('are newest first, and each can be dismissed', async () => {
    await report([ended({}), added('a.csv', 1), added('b.csv', 2), added('c.csv', 3)])
    expect(allByRole('link').map((l) => l.textContent)).toEqual(['c.csv', 'b.csv', 'a.csv'])
    expect(byRole('region', 'What came in').textContent).toContain('1 more file did not come in.')
    await click(allByRole('button', 'Dismiss')[0]!)
    expect(allByRole('link').map((l) => l.textContent)).toEqual(['b.csv', 'a.csv'])
    expect(allByRole('alert')).toHaveLength(1)
  })

  it('fold into one on the next screen: what came in is gone, what did not is one line', async () => {
    await report([ended({}), added('a.csv', 0)])
    await act(async () => {
      location.hash = '#/runs'
      window.dispatchEvent(new HashChangeEvent('hashchange'))
    })
    await settle()
    expect([allByRole('link').length, allByRole('alert').length]).toEqual([0, 0])
    expect(byRole('region', 'What came in').textContent).toContain('1 file did not come in.')
    expect(allByRole('button', 'Show fewer')).toHaveLength(0)
    await click(byRole('button', 'Show why'))
    expect(allByRole('alert')).toHaveLength(1)
    await click(byRole('button', 'Dismiss all'))
    expect(allByRole('region', 'What came in')).toHaveLength(0)
  })
})
