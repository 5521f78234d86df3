// Archives from strangers: the malformed fixtures meet expected.json, and every other trick that is known is refused before a byte is written.
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findModels } from '../../main/core/onnx/model-find.ts'
import { readModel } from '../../main/core/onnx/model-read.ts'
import { asSlipwayError, type SlipwayError } from '../../shared/errors.ts'
import { fixture } from '../setup/fixtures.ts'
import { inFolder, listing, taskContext } from '../setup/onnx-context.ts'
import { zip, type ZipEntry } from '../setup/zip-builder.ts'

const expected = (JSON.parse(await readFile(fixture('malformed/expected.json'), 'utf8')) as { archives: Record<string, { expect: string; why: string }> }).archives

/** Tries an archive in a folder of its own; afterwards nothing but the archive may be there. */
async function refusal(bytes: Uint8Array, name = 'a.zip'): Promise<SlipwayError> {
  return inFolder(async (folder) => {
    const home = join(folder, 'deep', 'home')
    await mkdir(home, { recursive: true })
    await writeFile(join(home, name), bytes)
    const staging = join(home, 'work', 'staging')
    await mkdir(staging, { recursive: true })
    const before = await listing(folder)
    const error = asSlipwayError(await findModels({ path: join(home, name), staging }, taskContext()).then((r) => new Error(`was accepted: ${r.models.join()}`), (e: unknown) => e))
    expect(await listing(folder)).toEqual(before)
    expect(error.message).not.toContain(folder)
    return error
  })
}

const fixtureCodes: Readonly<Record<string, readonly [string, string]>> = {
  'zip-slip.zip': ['archive.unsafe', '../../escaped.txt'], 'zip-slip-absolute.zip': ['archive.unsafe', '/escaped-absolute.txt'], 'zip-slip-backslash.zip': ['archive.unsafe', '..\\..\\escaped.txt'],
  'zip-symlink.zip': ['archive.unsafe', 'link'], 'zip-bomb-100mb.zip': ['archive.unsafe', 'zeros.bin'], 'truncated.zip': ['archive.damaged', 'table of contents'],
}

test('expected.json speaks of every archive that is there', () => {
  expect(Object.keys(expected).sort()).toEqual(readdirSync(fixture('malformed/archives')).sort())
  expect(Object.keys(fixtureCodes).sort()).toEqual(Object.keys(expected).filter((f) => expected[f]?.expect !== 'accept').sort())
})

test.each(Object.keys(fixtureCodes))('%s is refused by name and reason', async (file) => {
  const error = await refusal(await readFile(fixture(`malformed/archives/${file}`)), file)
  expect(error.code).toBe(fixtureCodes[file]?.[0])
  expect(error.message).toContain(fixtureCodes[file]?.[1])
})

test('good.zip gives its model, byte for byte, and the model can be read', async () => {
  await inFolder(async (folder) => {
    const staging = join(folder, 'staging')
    const { models } = await findModels({ path: fixture('malformed/archives/good.zip'), staging }, taskContext())
    expect(models).toEqual([join(staging, 'model', 'model.onnx')])
    expect(await readFile(models[0] ?? '')).toEqual(await readFile(fixture('iris/models/iris-forest.onnx')))
    expect((await listing(staging)).map((l) => l.split(' ')[0])).toEqual(['model/', 'model/README.txt', 'model/model.onnx'])
    const read = await readModel({ path: models[0] ?? '', staging: join(folder, 'second') }, taskContext())
    expect(read.graph.classLabels).toEqual(['setosa', 'versicolor', 'virginica'])
  })
})

const onnx: ZipEntry = { name: 'model.onnx', content: await readFile(fixture('iris/models/iris-forest.onnx')) }

describe('names', () => {
  const names: readonly (readonly [string, string | Uint8Array])[] = [
    ['a parent in the middle', 'a/../../b.txt'], ['a parent at the end', 'a/..'], ['a lone parent', '..'], ['absolute', '/etc/x'], ['a backslash', 'a\\b.txt'], ['a backslash with a parent', 'a\\..\\..\\b'],
    ['a drive letter', 'C:/x.txt'], ['a drive letter without a slash', 'c:x.txt'], ['an alternate stream', 'model.onnx:evil'], ['a network share', '//server/share/x'], ['NUL', 'a\0b.txt'],
    ['a line break', 'a\nb.txt'], ['reversed direction', 'a\u202egpj.exe'], ['a device name', 'con'], ['a device name with an ending', 'sub/NUL.txt'], ['a device name with a number', 'COM1.onnx'],
    ['a device name with a raised number', 'lpt².txt'], ['a dot at the end', 'a./b'], ['a blank at the end', 'a /b'], ['a dot part', './a'], ['an empty part', 'a//b'], ['an empty name', ''],
    ['bytes that are not UTF-8', Uint8Array.from([0x61, 0xff, 0xfe])], ['a very long part', 'x'.repeat(300)], ['very deep', `${'d/'.repeat(40)}x`],
  ]
  test.each(names)('%s', async (_, name) => {
    expect((await refusal(zip([onnx, { name, content: 'x' }]))).code).toBe('archive.unsafe')
  })

  test.each([
    ['twice', 'a.txt', 'a.txt'], ['by case', 'Model/a.txt', 'model/A.TXT'], ['by accents', 'caf\u00e9.txt', 'cafe\u0301.txt'], ['as file and folder', 'a', 'a/b.txt'], ['as folder and file', 'A/b.txt', 'a'],
  ])('the same place %s', async (_, first, second) => {
    expect((await refusal(zip([onnx, { name: first, content: '1' }, { name: second, content: '2' }]))).code).toBe('archive.unsafe')
  })

  test('ordinary names in many scripts pass', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'a.zip')
      await writeFile(path, zip([onnx, { name: 'größe/模型.onnx', content: 'x' }, { name: 'a b (1).txt', content: 'x' }, { name: 'folder/', stored: true, mode: 0o40755 }, { name: '__MACOSX/._model.onnx', content: 'x' }]))
      const { models } = await findModels({ path, staging: join(folder, 's') }, taskContext())
      expect(models.map((m) => m.slice(join(folder, 's').length + 1))).toEqual(['größe/模型.onnx', 'model.onnx'].sort())
    })
  })
})

describe('kinds of entries', () => {
  test.each([['a link', 0o120777], ['a pipe', 0o010644], ['a character device', 0o020644], ['a block device', 0o060644], ['a socket', 0o140755], ['a folder without a slash', 0o040755]])('%s', async (_, mode) => {
    expect((await refusal(zip([onnx, { name: 'x', content: 'y', mode }]))).code).toBe('archive.unsafe')
  })
  test('encrypted', async () => {
    const error = await refusal(zip([onnx, { name: 'x', content: 'y', stored: true, claims: { flags: 0x801 } }]))
    expect(['archive.unsafe', 'archive.damaged']).toContain(error.code)
    const declared = await refusal(zip([{ name: 'x', content: 'yyyyyyyyyyyyyyy', claims: { flags: 0x801 } }]))
    expect([declared.code, declared.message]).toEqual(['archive.unsafe', expect.stringContaining('encrypted')])
  })
  test('an unknown compression', async () => {
    expect((await refusal(zip([onnx, { name: 'x', content: 'y', claims: { method: 14 } }]))).message).toContain('method 14')
  })
})

describe('bombs', () => {
  const zeros = new Uint8Array(16 << 20)
  test('an honest header', async () => {
    expect((await refusal(zip([onnx, { name: 'z', content: zeros }]))).message).toContain('bomb')
  })
  test('a header that understates the size is caught while unpacking', async () => {
    const error = await refusal(zip([onnx, { name: 'z', content: zeros, claims: { size: 1000 } }]))
    expect(['archive.unsafe', 'archive.damaged']).toContain(error.code)
  })
  test('a header that overstates the stored size to hide the ratio', async () => {
    const error = await refusal(zip([onnx, { name: 'z', content: zeros, claims: { compressedSize: 1 << 20 } }]))
    expect(['archive.unsafe', 'archive.damaged']).toContain(error.code)
  })
  test('entries that share their bytes', async () => {
    const shared = zip([{ name: 'a', content: 'same bytes' }, { name: 'b', content: 'same bytes', claims: { offset: 0, localName: 'b' } }])
    const error = await refusal(shared)
    expect(error.code).toBe('archive.unsafe')
    const overlap = zip([{ name: 'a', content: zip([{ name: 'b', content: 'inner' }]), stored: true }, { name: 'b', content: 'inner', claims: { offset: 31 } }])
    expect((await refusal(overlap)).message).toContain('overlap')
  })
  test('too many entries', async () => {
    expect((await refusal(zip(Array.from({ length: 10_001 }, (_, i) => ({ name: `f${i}`, stored: true }))))).message).toContain('10000')
  }, 60_000)
})

describe('damage', () => {
  test('a wrong checksum', async () => {
    const error = await refusal(zip([onnx, { name: 'x', content: 'y', claims: { crc: 1 } }]))
    expect([error.code, error.message]).toEqual(['archive.damaged', expect.stringContaining('checksum')])
  })
  test('two names for one entry', async () => {
    expect((await refusal(zip([onnx, { name: 'good.txt', content: 'y', claims: { localName: 'evil.txt' } }]))).message).toContain('two different names')
  })
  test('cut at any place', async () => {
    const whole = zip([onnx, { name: 'x.txt', content: 'some text' }])
    for (let cut = 4; cut < whole.length; cut += 61) expect(['archive.damaged', 'archive.unsafe', 'model.notAModel']).toContain((await refusal(whole.subarray(0, cut))).code)
  })
  test('a byte flipped in the packed model', async () => {
    const whole = zip([onnx])
    for (const at of [60, 200, 900]) {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ 0x10
      expect((await refusal(bytes)).code).toBe('archive.damaged')
    }
  })
})

test('an archive without a model says so; one of another tool is recognised', async () => {
  expect((await refusal(zip([{ name: 'readme.txt', content: 'x' }]))).code).toBe('model.notAModel')
  const torch = await refusal(zip([{ name: 'net/data.pkl', content: 'x', stored: true }, { name: 'net/version', content: '3', stored: true }]), 'net.pt')
  expect([torch.code, torch.message]).toEqual(['model.notAModel', expect.stringContaining('PyTorch')])
})

test('a cancelled search leaves nothing', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'a.zip')
    await writeFile(path, zip([onnx, { name: 'x', content: new Uint8Array(3 << 20).map((_, i) => (i * 2_654_435_761) >>> 24) }]))
    const stop = new AbortController()
    let seen = 0
    const context = { signal: stop.signal, progress: (p: { done: number | null }) => { seen = p.done ?? 0; if (seen > 4_000_000) stop.abort() } }
    const error = asSlipwayError(await findModels({ path, staging: join(folder, 's') }, context).catch((e: unknown) => e))
    expect(error.code).toBe('job.cancelled')
    expect((await listing(folder)).filter((l) => l.startsWith('s/'))).toEqual(['s/'])
  })
})

describe('folders', () => {
  test('models at any depth are listed in order, links are not followed, nothing is written', async () => {
    await inFolder(async (folder) => {
      const home = join(folder, 'home')
      await mkdir(join(home, 'b', 'c'), { recursive: true })
      await mkdir(join(folder, 'elsewhere'))
      await writeFile(join(folder, 'elsewhere', 'secret.onnx'), 'x')
      await writeFile(join(home, 'b', 'c', 'two.ONNX'), 'x')
      await writeFile(join(home, 'a.onnx'), 'x')
      await writeFile(join(home, 'weights.bin'), 'x')
      await symlink(join(folder, 'elsewhere'), join(home, 'linked'))
      await symlink(join(folder, 'elsewhere', 'secret.onnx'), join(home, 'link.onnx'))
      const before = await listing(folder)
      const { models } = await findModels({ path: home, staging: join(folder, 'staging') }, taskContext())
      expect(models).toEqual([join(home, 'a.onnx'), join(home, 'b', 'c', 'two.ONNX')])
      expect(await listing(folder)).toEqual(before)
    })
  })
  test.each([
    ['a SavedModel', 'saved_model.pb', 'SavedModel'], ['a Core ML package', 'Manifest.mlmodel', 'Core ML'], ['an empty folder', null, 'without an ONNX model'],
  ])('%s is named', async (_, file, words) => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, 'm'))
      if (file !== null) await writeFile(join(folder, 'm', file), 'x')
      const error = asSlipwayError(await findModels({ path: join(folder, 'm'), staging: join(folder, 's') }, taskContext()).catch((e: unknown) => e))
      expect([error.code, error.message]).toEqual(['model.notAModel', expect.stringContaining(words)])
    })
  })
  test('a link to a folder is refused', async () => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, 'm'))
      await symlink(join(folder, 'm'), join(folder, 'l'))
      expect(asSlipwayError(await findModels({ path: join(folder, 'l'), staging: join(folder, 's') }, taskContext()).catch((e: unknown) => e)).code).toBe('file.notRegular')
    })
  })
})

test('a folder with more files than anybody looks through: said in a sentence of its own', async () => {
  await inFolder(async (folder) => {
    for (let i = 0; i <= 20_000; i++) writeFileSync(join(folder, `f${i}`), '')
    const error = asSlipwayError(await findModels({ path: folder, staging: join(folder, 'staging') }, taskContext()).then(() => null, (e: unknown) => e))
    expect(error).toMatchObject({ code: 'model.folderTooLarge', exit: 2, next: 'Choose the model file itself, or the folder that it lies in.' })
    expect(error.message).toContain('more than 20,000 files')
  })
})
