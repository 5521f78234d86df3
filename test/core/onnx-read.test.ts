// `model.read` and the file itself: links, sizes, names, progress, cancel, change while reading, a full disk, two gigabytes.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync } from 'node:fs'
import { link, mkdir, open, readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { copyHashed, openOrdinary, safeName } from '../../main/core/files/staged-copy.ts'
import { readModel } from '../../main/core/onnx/model-read.ts'
import { readRecords } from '../../main/core/onnx/records.ts'
import { ByteSource } from '../../main/core/onnx/wire.ts'
import { asSlipwayError } from '../../shared/errors.ts'
import { field, join as joinBytes, node, number } from '../setup/onnx-builder.ts'
import { inFolder, listing, taskContext, type Told } from '../setup/onnx-context.ts'
import { identity } from '../setup/onnx-reading.ts'

/** A length as varint. */
const length = (n: number): Uint8Array => number(0, n).subarray(1)

describe('the file itself', () => {
  test('links, folders, pipes and devices are refused and not followed', async () => {
    await inFolder(async (folder) => {
      const real = join(folder, 'real.onnx')
      await writeFile(real, identity())
      await symlink(real, join(folder, 'link.onnx'))
      await mkdir(join(folder, 'folder.onnx'))
      execFileSync('mkfifo', [join(folder, 'pipe.onnx')])
      for (const [name, what] of [['link.onnx', 'a link'], ['folder.onnx', 'a folder'], ['pipe.onnx', 'a pipe']] as const) {
        const error = asSlipwayError(await readModel({ path: join(folder, name), staging: join(folder, 's') }, taskContext()).catch((e: unknown) => e))
        expect([error.code, error.message]).toEqual(['file.notRegular', expect.stringContaining(what)])
      }
      const error = asSlipwayError(await readModel({ path: join(folder, 'none.onnx'), staging: join(folder, 's') }, taskContext()).catch((e: unknown) => e))
      expect(error.code).toBe('file.missing')
    })
  })

  test('hash, size and progress are those of the file; a hard link is an ordinary file', async () => {
    await inFolder(async (folder) => {
      const bytes = identity({ metadata: { pad: 'x'.repeat(3_000_000) } })
      await writeFile(join(folder, 'a.onnx'), bytes)
      await link(join(folder, 'a.onnx'), join(folder, 'b.onnx'))
      const context = taskContext()
      const got = await readModel({ path: join(folder, 'b.onnx'), staging: join(folder, 's') }, context)
      expect(got.files).toEqual([{ name: 'b.onnx', role: 'model', sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }])
      expect((await readFile(join(folder, 's', 'b.onnx'))).equals(bytes)).toBe(true)
      const copied = context.told.filter((t: Told) => t.step === 'copying the model')
      expect(copied.map((t) => t.done)).toEqual([...copied.map((t) => t.done)].sort((a, b) => (a ?? 0) - (b ?? 0)))
      expect(copied.at(-1)).toEqual({ step: 'copying the model', done: bytes.length, total: bytes.length })
      expect(got.graph.metadata[0]?.value.length).toBeLessThan(70_000)
    })
  })

  test('a file that grows or shrinks while it is read is refused', async () => {
    for (const change of ['grow', 'shrink'] as const) {
      await inFolder(async (folder) => {
        const path = join(folder, 'm.onnx')
        await writeFile(path, identity({ metadata: { pad: 'x'.repeat(5_000_000) } }))
        let changed = false
        const context = { signal: new AbortController().signal, progress: (p: Told) => {
          if (changed || p.step !== 'copying the model') return
          changed = true
          if (change === 'grow') appendFileSync(path, 'more'); else execFileSync('truncate', ['-s', '2000000', path])
        } }
        const error = asSlipwayError(await readModel({ path, staging: join(folder, 's') }, context).catch((e: unknown) => e))
        expect(error.code).toBe('file.changed')
        expect((await listing(folder)).filter((l) => l.startsWith('s/'))).toEqual(['s/'])
      })
    }
  })

  test('cancelling while copying leaves nothing', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'm.onnx')
      await writeFile(path, identity({ metadata: { pad: 'x'.repeat(5_000_000) } }))
      const stop = new AbortController()
      const error = asSlipwayError(await readModel({ path, staging: join(folder, 's') }, { signal: stop.signal, progress: () => { stop.abort() } }).catch((e: unknown) => e))
      expect(error.code).toBe('job.cancelled')
      expect((await listing(folder)).filter((l) => l.startsWith('s/'))).toEqual(['s/'])
    })
  })

  test('a full disk is called by its name', async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'm.onnx'), identity())
      const { handle } = await openOrdinary(join(folder, 'm.onnx'), 'm.onnx')
      const full = await open('/dev/full', 'w')
      const error = asSlipwayError(await copyHashed(handle, full, 'm.onnx', 'the workspace', { signal: new AbortController().signal, onBytes: () => undefined }).catch((e: unknown) => e))
      await handle.close()
      await full.close()
      expect([error.code, error.message]).toEqual(['file.diskFull', expect.stringContaining('the workspace')])
    })
  })

  test('a file far larger than any memory is recognised by its beginning, not read into memory', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'm.onnx')
      await writeFile(path, 'GGUF')
      await truncate(path, 64 * 2 ** 30)
      const error = asSlipwayError(await readModel({ path, staging: join(folder, 's') }, taskContext()).catch((e: unknown) => e))
      expect([error.code, error.message]).toEqual(['model.notAModel', expect.stringContaining('GGUF')])
      expect(existsSync(join(folder, 's', 'm.onnx'))).toBe(false)
    })
  })

  test('a model file beyond the limit of the format is refused before it is copied, with the way out', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'm.onnx')
      await writeFile(path, identity())
      await truncate(path, 5 * 2 ** 30)
      const error = asSlipwayError(await readModel({ path, staging: join(folder, 's') }, taskContext()).catch((e: unknown) => e))
      expect([error.code, error.message]).toEqual(['model.invalid', expect.stringContaining('external data')])
      expect(existsSync(join(folder, 's', 'm.onnx'))).toBe(false)
    })
  })

  test('two gigabytes of weights are skipped, not read', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'm.onnx')
      // A graph whose last field is one initialiser with 2,000,000,000 bytes, of which the disk stores none.
      const size = 2_000_000_000
      const tensor = joinBytes(number(1, size / 4), number(2, 1), field(8, 'W'), [9 * 8 + 2], length(size))
      const nodes = joinBytes(field(1, node('Identity', ['W'], ['y'])), field(2, 'g'))
      const graphSize = nodes.length + 1 + length(tensor.length + size).length + tensor.length + size
      const head = joinBytes(number(1, 8), [7 * 8 + 2], length(graphSize), nodes, [5 * 8 + 2], length(tensor.length + size), tensor)
      await writeFile(path, head)
      await truncate(path, head.length + size)
      const source = ByteSource.ofFile(path)
      const before = process.memoryUsage()
      const records = readRecords(source)
      const after = process.memoryUsage()
      source.close()
      expect(records.graph.initializers).toMatchObject([{ name: 'W', elements: size / 4, bytes: size }])
      expect(after.rss + after.external - before.rss - before.external).toBeLessThan(200e6)
    })
  })

  test.each([
    ['model.onnx', 'model.onnx'], ['../../x/evil.onnx', 'evil.onnx'], ['a:b*c?.onnx', 'a_b_c_.onnx'], ['con.onnx', 'model-con.onnx'], ['x\u202exnno.exe', 'x_xnno.exe'], ['dots...', 'dots'], ['modèle 模型.onnx', 'modèle 模型.onnx'], ['\u0000\u0001', '__'],
  ])('the name %j is stored as %j', (name, stored) => {
    expect(safeName(name)).toBe(stored)
    expect(Buffer.byteLength(safeName(`${'語'.repeat(200)}.onnx`))).toBeLessThanOrEqual(400)
    expect(safeName(name)).toBe(basename(safeName(name)))
  })
})
