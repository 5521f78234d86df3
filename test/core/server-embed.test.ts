// The server's core inside another Node program: exactly the lines that docs/bundle.md shows, run in the folder of a whole bundle.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fixture } from '../setup/fixtures.ts'
import { modelBundle } from '../setup/model-bundle.ts'
import { binding } from '../setup/small-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-embed-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

test('the five lines of the document', async () => {
  const root = await modelBundle(folder, 'iris', { model: fixture('iris/models/iris-logreg-tensor.onnx'), binding, whole: true })
  const snippet = /```js\n(const \{ openModel \}[\s\S]*?)```/.exec(readFileSync(resolve(import.meta.dirname, '../../docs/bundle.md'), 'utf8'))![1]!
  expect(snippet.trimEnd().split('\n')).toHaveLength(5)
  const ran = spawnSync(process.execPath, ['-e', snippet], { cwd: root, encoding: 'utf8', timeout: 60_000 })
  expect([ran.status, ran.stderr]).toEqual([0, ''])
  // The first row of the data; its published label is setosa.
  const first = (JSON.parse(readFileSync(fixture('iris/predictions/logreg-tensor.iris.json'), 'utf8')) as { outputs: { probabilities: { data: number[] } } }).outputs.probabilities.data[0]!
  expect(ran.stdout).toContain("label: 'setosa'")
  expect(Number(/probability: ([\d.]+)/.exec(ran.stdout)?.[1])).toBeCloseTo(first, 5)
})
