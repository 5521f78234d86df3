// Three programs write to one workspace at once: no lost update, and nobody is told of a lock. `npm run three-writers -- 60` does it for a minute.
import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkFolder, nodeEngine, openCore } from '../../main/core/core.ts'
import { runJob } from '../../shared/job-client.ts'
import { start, type Ended } from '../cli/run-cli.ts'
import { fillWorkspace, type Filled } from './filled-workspace.ts'

const seconds = Number(process.env['WRITERS_SECONDS'] ?? 5)

let filled: Filled
beforeAll(async () => {
  filled = await fillWorkspace()
  copyFileSync(join(import.meta.dirname, '../../resources/sample/income.gate.yaml'), join(filled.folder, 'gate.yaml'))
})
afterAll(() => { filled.done() })

it(`an open core and two command lines write for ${seconds} s, a backup is made meanwhile: every acknowledged write is there, none was refused`, async () => {
  const workspace = filled.copy()
  const core = await openCore({ workspace, resources: filled.folder, startEngine: nodeEngine, version: '0', electron: null })
  const end = Date.now() + seconds * 1000
  const refused: string[] = []
  /** Runs the command again and again; answers how often it acknowledged. */
  const loop = async (args: (i: number) => readonly string[]): Promise<number> => {
    let done = 0
    while (Date.now() < end) {
      const ended: Ended = await start(['--workspace', workspace, '--json', ...args(done)], { HOME: filled.folder }).ended
      // 1: the check said no, which is an answer; anything else was refused.
      if (ended.code === 0 || ended.code === 1) done++
      else refused.push(`${args(done).join(' ')}: ${ended.err}`)
    }
    return done
  }
  const annotate = async (): Promise<number> => {
    let done = 0
    while (Date.now() < end) {
      await core.client.call('version.annotate', { versionId: filled.version.id, note: `note ${done + 1}` }).then(() => { done++ }, (thrown: unknown) => { refused.push(String(thrown)) })
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    return done
  }
  const backUp = async (): Promise<number> => {
    let done = 0
    do {
      await runJob(core.client, 'workspace.backup', { file: (await core.admit(join(filled.folder, `${done}.backup.zip`), 'write')).token }).then(() => { done++ }, (thrown: unknown) => { refused.push(String(thrown)) })
    } while (Date.now() < end && done < 20)
    return done
  }
  try {
    const [promoted, judged, noted, backedUp] = await Promise.all([
      loop((i) => ['promote', 'iris@1', '--alias', `alias-${i}`, '--reason', `number ${i}`]), loop(() => ['gate', filled.runId, '--policy', join(filled.folder, 'gate.yaml')]), annotate(), backUp(),
    ])
    expect(refused).toEqual([])
    expect(Math.min(promoted, judged, noted, backedUp)).toBeGreaterThan(0)
    const moves = await core.client.call('alias.history', { modelId: filled.version.modelId })
    expect(moves.map((m) => m.alias).sort()).toEqual([...Array(promoted).keys()].map((i) => `alias-${i}`).sort())
    expect(await core.client.call('gate.checks', { runId: filled.runId })).toHaveLength(judged + 1)
    expect((await core.client.call('version.get', { versionId: filled.version.id })).version.note).toBe(`note ${noted}`)
    let events = 0
    for (let offset = 0, page = 1; page > 0; offset += page, events += page) page = (await core.client.call('history.list', { offset, limit: 1000, subject: filled.version.id })).length
    expect(events).toBeGreaterThanOrEqual(noted)
    expect(readdirSync(filled.folder).filter((name) => name.endsWith('.backup.zip'))).toHaveLength(backedUp)
    if (seconds > 20) console.log(`${seconds} s: ${promoted} promotions, ${judged} decisions, ${noted} notes, ${backedUp} backups, none refused`)
  } finally { await core.close() }
  const found = await checkFolder(workspace, false, { signal: new AbortController().signal, progress: () => undefined })
  expect(found.findings).toEqual([])
}, seconds * 1000 + 120_000)
