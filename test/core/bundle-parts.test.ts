// Every file of a bundle belongs to a part, so that each has a label: a real export for every target.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openBundle } from '../../main/core/bundle/bundle-tree.ts'
import { partOf } from '../../shared/bundle-parts.ts'
import { BundleTarget } from '../../shared/domain/bundle-target.ts'
import { exportSmall, irisFacts } from '../setup/small-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-parts-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

test('a bundle for every target holds no file without a part', async () => {
  const { archive } = await exportSmall(folder, 'iris.zip', await irisFacts(folder, { targets: BundleTarget.options.map((target) => ({ target, engine: null })) }))
  const tree = await openBundle(archive)
  const paths = tree.files.map((f) => f.path)
  await tree.close()
  expect(paths.filter((path) => partOf(path) === null)).toEqual([])
  expect(paths.length).toBeGreaterThan(30)
})
