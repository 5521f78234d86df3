// A wrong reference must turn `npm run conformance` red: one number of a copy of the fixtures is changed, and the whole command is run.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { fixture } from '../setup/fixtures.ts'

const project = resolve(import.meta.dirname, '../..')
const reference = 'flags-multilabel/reference/v1.test.json'

/** The command as a person runs it, with references in `folder` before those of the fixtures. */
const conformance = (folder: string, ...words: readonly string[]) =>
  spawnSync(process.execPath, ['scripts/conformance.mjs', ...words], { cwd: project, encoding: 'utf8', env: { ...process.env, SLIPWAY_FIXTURES: folder } })

it('a planted wrong reference ends in exit 1, and its case, number and both values are named', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-planted-'))
  try {
    const truth = JSON.parse(readFileSync(fixture(reference), 'utf8')) as { metrics: { hamming_loss: number } }
    const wrong = truth.metrics.hamming_loss + 0.001
    mkdirSync(join(folder, 'flags-multilabel/reference'), { recursive: true })
    writeFileSync(join(folder, reference), JSON.stringify({ ...truth, metrics: { ...truth.metrics, hamming_loss: wrong } }))
    const { status, stdout } = conformance(folder, 'flags-multilabel')
    expect(status).toBe(1)
    expect(stdout).toMatch(/^flags-multilabel +v1 +test +metrics .* NO \(1\)$/m)
    expect(stdout).toMatch(/^flags-multilabel +v2 +test +metrics .* yes$/m)
    expect(stdout).toContain(`hamming_loss: expected ${wrong}, got ${truth.metrics.hamming_loss}`)
    expect(stdout).toMatch(/lines differ?s?\. Counts/)
  } finally { rmSync(folder, { recursive: true, force: true }) }
})
