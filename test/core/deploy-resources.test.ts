// What a bundle asks its platform for: from the measurement where there is one, else a default that says so.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quantities, resourcesOf } from '../../main/core/bundle/deploy/resources.ts'
import type { BundleFacts } from '../../main/core/bundle/facts.ts'
import { irisFacts } from '../setup/small-bundle.ts'
import { measuredSpeed } from '../setup/speed-report.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-resources-'))
let facts: BundleFacts
beforeAll(async () => { facts = await irisFacts(folder) })
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

test('of a measured model: its peak and the server, its threads, ten cold starts', () => {
  const asked = resourcesOf({ ...facts, speed: measuredSpeed })
  // 200 MiB measured + 160 MiB for the server = 360, in steps of 64: 384; half as much again: 576.
  expect(asked).toMatchObject({ measured: true, processors: 2, memoryMib: 384, memoryLimitMib: 576, rowsPerSecond: 30_000, oneRowMs: 1.5, startSeconds: 30 })
  expect(quantities(asked)).toEqual({ requests: { cpu: '2', memory: '384Mi' }, limits: { cpu: '2', memory: '576Mi' } })
  expect(asked.why.join(' ')).toMatch(/200 MiB at most were measured.*2 threads.*30000 rows a second in batches of 32/)
})

test('more threads than a platform gives in one place are cut, and that is said; a slow start gets more time', () => {
  const asked = resourcesOf({ ...facts, speed: { ...measuredSpeed, machine: { ...measuredSpeed.machine, threads: 64 }, coldStart: { processMs: 400, sessionMs: 9000, firstCallMs: 600 } } })
  expect(asked).toMatchObject({ processors: 4, startSeconds: 100 })
  expect(asked.why.join(' ')).toMatch(/64 threads, cut to 4/)
})

test('of a model that nobody measured: defaults, marked as such, larger for larger weights', () => {
  expect(resourcesOf(facts)).toMatchObject({ measured: false, processors: 1, memoryMib: 512, memoryLimitMib: 1024, rowsPerSecond: null, oneRowMs: null })
  expect(resourcesOf(facts).why.join(' ')).toMatch(/^Not measured/)
  const large = { ...facts, version: { ...facts.version, files: [{ ...facts.version.files[0]!, bytes: 1024 ** 3 }] } }
  // A quarter gibibyte and four times the weights.
  expect(resourcesOf(large).memoryMib).toBe(256 + 4096)
})
