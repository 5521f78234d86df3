// The labels of a bundle’s parts claim no more than what is there to show it: the test exists, and it names the part or a file of it.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bundleParts, partOf, proofWords, type BundlePart } from '../../shared/bundle-parts.ts'

const project = resolve(import.meta.dirname, '../..')

/** What is wrong with a part’s claim, or null. */
function claimFault(part: BundlePart): string | null {
  if (!/^test\/(ops|core)\/.*\.test\.ts$/.test(part.test) || !existsSync(join(project, part.test))) return `there is no test ${part.test}`
  if (!/^\S.*\.$/s.test(part.how)) return 'how it was proven is no sentence'
  if (part.proof !== 'executed') return null
  const text = readFileSync(join(project, part.test), 'utf8')
  const named = [part.id, ...part.paths.map((path) => basename(path))].some((name) => text.includes(name))
  return named ? null : `${part.test} names neither the part nor a file of it`
}

describe('parts of a bundle', () => {
  test.each(bundleParts.map((p) => [p.id, p] as const))('%s claims what its test shows', (_, part) => { expect(claimFault(part)).toBeNull() })
  test('a claim without a test, or with one that does not name it, is refused', () => {
    const part: BundlePart = { id: 'warp-drive', title: 'Warp drive', paths: ['warp/drive.cfg'], proof: 'executed', how: 'It was run.', test: 'test/core/bundle.test.ts' }
    expect(claimFault(part)).toContain('names neither the part nor a file of it')
    expect(claimFault({ ...part, test: 'test/core/warp.test.ts' })).toBe('there is no test test/core/warp.test.ts')
    expect(claimFault({ ...part, proof: 'not-checked' })).toBeNull()
  })
  test('ids and beginnings of paths are there once, and every label has its word', () => {
    const [ids, paths] = [bundleParts.map((p) => p.id), bundleParts.flatMap((p) => p.paths)]
    expect(ids).toEqual([...new Set(ids)])
    expect(paths).toEqual([...new Set(paths)])
    expect(Object.keys(proofWords)).toEqual(['executed', 'schema-checked', 'type-checked', 'not-checked'])
  })
  test('the longest beginning decides', () => {
    expect([partOf('model/io.json')?.id, partOf('model/repository/x/1/model.onnx')?.id, partOf('bin/smoke.mjs')?.id, partOf('strange.bin')]).toEqual(['model', 'triton', 'smoke', null])
  })
})
