// Secrets and personal data, one of each kind planted in each place that it could hide in: found, with file and place. Nothing is found where
// nothing is: in every model of the fixtures, in the parts that every bundle carries, in a bundle of an honest model.
import { appendFileSync, copyFileSync, createReadStream, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BundleFacts } from '../../main/core/bundle/facts.ts'
import { scanFiles, type Find } from '../../main/core/bundle/seal/scan.ts'
import { noNames, type ScanKind, type ScanNames } from '../../main/core/bundle/seal/scan-rules.ts'
import { verifyBundle } from '../../main/core/bundle/verify.ts'
import { scanNames } from '../../main/core/steps/scan-names.ts'
import { BundleTarget } from '../../shared/domain/bundle-target.ts'
import { fixture } from '../setup/fixtures.ts'
import { attributeStrings, field, initializer, join as fields, node, number, tensorValue } from '../setup/onnx-builder.ts'
import { exportSmall, irisFacts } from '../setup/small-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-scan-'))
let facts: BundleFacts
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
beforeAll(async () => { facts = await irisFacts(folder) })

/** Put together here, so that no scanner of secrets finds this file. */
const letters = (n: number): string => 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7'.repeat(4).slice(0, n)
const plants: readonly (readonly [ScanKind, string])[] = [
  ['private-key', `-----BEGIN ${'PRIVATE'} KEY-----`], ['private-key', `-----BEGIN ${'OPENSSH PRIVATE'} KEY-----`], ['cloud-key', `AK${'IA'}IOSFODNN7ABCDEFG`], ['cloud-key', `AI${'za'}${letters(35)}`],
  ['access-token', `gh${'p_'}${letters(36)}`], ['access-token', `xo${'xb'}-123456789012-${letters(12)}`], ['access-token', `ey${'J'}${letters(20)}.ey${'J'}${letters(20)}.${letters(30)}`],
  ['url-password', 'postgres://scorer:hunter2@db.internal/scores'], ['e-mail', 'ada.lovelace@analytical-engines.org'], ['home-folder', '/home/ada/models/final'], ['home-folder', 'C:\\Users\\Ada\\model.onnx'],
  ['private-address', '192.168.17.4'], ['user-name', 'adalovelace'], ['host-name', 'ada-workstation'], ['personal-value', 'Charles Babbage'],
  ['home-folder', '/root/models/final'], ['home-folder', '/data/people/ada'], ['cloud-key', `aws_secret_${'access_key'}=${letters(40)}`], ['access-token', `Authorization: ${'Bearer'} ${letters(24)}`], ['password', `pass${'word'} = hunter2!`], ['private-address', 'fd12:3456:789a::17'],
]
const names: ScanNames = { user: 'adalovelace', host: 'ada-workstation', personal: ['Charles Babbage'], home: '/data/people/ada' }

const iris = fixture('iris/models/iris-logreg-tensor.onnx')
const property = (s: string): Uint8Array => fields(field(1, 'note'), field(2, s))
const inGraph = (part: Uint8Array): Uint8Array => field(7, part)
/** Places in a model: what is added at the end of the file, which protobuf merges, and the words for it. */
const places: Readonly<Record<string, (s: string) => Uint8Array>> = {
  doc_string: (s) => field(6, s), producer_name: (s) => field(2, s), domain: (s) => field(4, s), metadata_props: (s) => field(14, property(s)),
  'graph 2, name': (s) => inGraph(field(2, s)), 'graph 2, doc_string': (s) => inGraph(field(10, s)), 'graph 2, node, name': (s) => inGraph(field(1, field(3, s))), 'graph 2, node, doc_string': (s) => inGraph(field(1, field(6, s))),
  'graph 2, node, input': (s) => inGraph(field(1, node('Identity', [s], ['out']))), 'graph 2, node, attribute, strings': (s) => inGraph(field(1, node('LabelEncoder', ['a'], ['b'], [attributeStrings('keys_strings', ['x', s])]))),
  'graph 2, initializer, string_data': (s) => inGraph(field(5, initializer('words', 'string', [1], [s]))), 'graph 2, initializer, name': (s) => inGraph(field(5, initializer(s, 'float32', [1], new Uint8Array(4)))),
  'graph 2, initializer, raw_data': (s) => inGraph(field(5, initializer('bytes', 'uint8', [s.length], Buffer.from(s)))), 'graph 2, initializer, external_data': (s) => inGraph(field(5, initializer('far', 'float32', [1], { location: s }))),
  'graph 2, input, type, tensor_type, shape, dim, dim_param': (s) => { const v = tensorValue('x', 'float32', [s]); return inGraph(field(11, fields(field(1, v.name), field(2, v.type)))) },
  'function, node, doc_string': (s) => field(25, fields(field(1, 'f'), field(7, field(6, s)))), 'unknown field 100': (s) => field(100, s), 'unknown field 31': (s) => fields(number(30, 1), field(31, s)),
}

const scanFile = (path: string, as: string, extra = noNames): Promise<readonly Find[]> =>
  scanFiles([{ path: as, read: () => createReadStream(path) as AsyncIterable<Buffer>, place: () => ({ file: path, start: 0, bytes: statSync(path).size }) }], extra)

describe('a model', () => {
  test.each(Object.keys(places))('every kind, planted in %s', async (place) => {
    const path = join(folder, 'planted.onnx')
    for (const [kind, planted] of plants) {
      copyFileSync(iris, path)
      appendFileSync(path, places[place]!(`see ${planted} for more`))
      const finds = await scanFile(path, 'model/repository/iris/1/model.onnx', names)
      const at = finds.filter((f) => f.kind === kind)
      expect(at, `${kind} in ${place}: ${JSON.stringify(finds)}`).toHaveLength(1)
      // The find is in that place; of lists it says which entry.
      expect(at[0]!.where.replace(/ \d+(?=,|$)/g, '').replace(/, value$/, ''), place).toBe(place.replace(/ 2(?=,)/, '').replace(/field \d+$/, 'field'))
      expect(at[0]!.file).toBe('model/repository/iris/1/model.onnx')
      if (kind === 'private-key' || kind === 'personal-value') expect(JSON.stringify(finds)).not.toContain(planted)
    }
  })

  test('nothing is found in any model of the fixtures', async () => {
    const models = readdirSync(resolve(fixture('iris'), '..'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile() && e.name.endsWith('.onnx') && !e.parentPath.includes('malformed')).map((e) => join(e.parentPath, e.name))
    expect(models.length).toBeGreaterThan(5)
    for (const path of models) expect(await scanFile(path, 'model/x.onnx'), path).toEqual([])
  })
})

test('text: every kind, with its line; harmless look-alikes are left alone', async () => {
  const path = join(folder, 'text.md')
  for (const [kind, planted] of plants) {
    writeFileSync(path, `first\nsecond\nthird: ${planted}, and on\n`)
    const finds = await scanFile(path, 'docs/MODEL_CARD.md', names)
    expect(finds.map((f) => [f.kind, f.where]), planted).toEqual([[kind, 'line 3']])
  }
  writeFileSync(path, ['you@example.com', 'actions/checkout@v4.2.1', 'publisher@0123456789abcdef', 'https://${USER}:${PASSWORD}@registry', 'model@.service', '10.0.0.0/8', 'version 1.10.2.3.4', '/home/nonroot/x', 'http://127.0.0.1:8080', '-----BEGIN PUBLIC KEY-----', 'adalovelaces', 'Charles Babbages', 'Authorization: Bearer …', 'password: ${PASSWORD}', 'password: required', 'fd00::/8', 'sha256:fd12:ab'].join('\n'))
  expect(await scanFile(path, 'README.md', names)).toEqual([])
})

test('the parts of every bundle: code of others may name its authors, but holds no key; the scan does not find itself', async () => {
  const parts = resolve(import.meta.dirname, '../../out/parts')
  for (const name of ['server.cjs', 'lib/fastify.cjs', 'lib/prom-client.cjs', 'lib/zod.cjs', 'LICENSES.txt']) expect(await scanFile(join(parts, name), `server/${name}`, names), name).toEqual([])
  for (const name of ['verify.mjs', 'smoke.mjs']) expect(await scanFile(join(parts, name), `bin/${name}`, names), name).toEqual([])
  writeFileSync(join(folder, 'code.js'), `// by ada@analytical-engines.org\nconst key = '-----BEGIN ${'RSA PRIVATE'} KEY-----'\n`)
  expect((await scanFile(join(folder, 'code.js'), 'server/node_modules/x/index.js', names)).map((f) => [f.kind, f.where])).toEqual([['private-key', 'line 2']])
})

describe('an export', () => {
  const secret = 'ada.lovelace@analytical-engines.org'
  const refusal = async (name: string, change: Partial<BundleFacts>, tools: Parameters<typeof exportSmall>[3] = {}): Promise<readonly string[]> => {
    const thrown = await exportSmall(folder, `${name}.zip`, { ...facts, ...change }, tools).then(() => null, (error: unknown) => error as { code: string; details: { finds: string[] } })
    expect(thrown?.code, name).toBe('bundle.secretsFound')
    expect(readdirSync(folder)).not.toContain(`${name}.zip`)
    return thrown!.details.finds
  }
  const run = (change: object): Partial<BundleFacts> => ({ run: { ...facts.run, ...change } as BundleFacts['run'] })

  test('is refused with file and line for what stands in any text that people wrote, and nothing is left at its place', async () => {
    const binding = facts.run.binding
    const cases: readonly (readonly [string, Partial<BundleFacts>, RegExp])[] = [
      ['publisher', { publisherName: secret }, /“README\.md”, line \d+: an e-mail address \(ada\.lo…\)/],
      ['override', { check: { ...facts.check, passed: false, override: { name: 'Ada', reason: `ask ${secret}` } } }, /“bundle\.json”, line 1, at “reason”/],
      ['notes', run({ notes: [`made by ${secret}`] }), /“evidence\/evaluation\.json”, line 1, at “notes”/],
      ['guess', run({ guesses: [{ about: 'x', value: 'y', confidence: 'likely', reason: secret }] }), /“docs\/MODEL_CARD\.md”/],
      ['class', run({ binding: { ...binding, classes: binding.classes.map((c, i) => (i === 0 ? { ...c, label: secret } : c)) } }), /“model\/repository\/iris\/labels\.txt”, line 1/],
      ['column', run({ binding: { ...binding, inputs: binding.inputs.map((b) => (b.kind === 'columns' ? { ...b, columns: [secret, ...b.columns.slice(1)] } : b)) } }), /“model\/io\.json”/],
      ['finding', { check: { ...facts.check, findings: [{ rule: { kind: 'rows', atLeast: 1 }, verdict: 'pass', sentence: secret, value: null, limit: null }] as unknown as BundleFacts['check']['findings'] } }, /“bundle\.json”/],
      ['side-file', { modelFiles: [...facts.modelFiles, { name: `${secret}.bin`, role: 'external-data', path: iris }] }, /its name/],
    ]
    for (const [name, change, words] of cases) expect((await refusal(name, change)).join('\n'), name).toMatch(words)
  })

  test('of an honest model for every target there is: exported, and verify --strict finds nothing in it', async () => {
    const targets = BundleTarget.options.map((target) => ({ target, engine: null }))
    const { archive, key } = await exportSmall(folder, 'every-target.zip', { ...facts, targets })
    expect(await verifyBundle(archive, { trust: key.publicPem, strict: true })).toMatchObject({ exit: 0 })
  })

  test('is refused for a planted model, for this machine’s names and for values of a flagged column', async () => {
    const path = join(folder, 'with-note.onnx')
    copyFileSync(iris, path)
    appendFileSync(path, field(14, property(plants[4]![1])))
    expect((await refusal('model', { modelFiles: [{ name: 'iris.onnx', role: 'model', path }] })).join('\n')).toMatch(/model\.onnx”, metadata_props.*: an access token/)
    expect((await refusal('machine', run({ notes: ['trained on ada-workstation'] }), { names })).join('\n')).toMatch(/the name of this machine/)
    const [first, ...others] = facts.dataset.columns
    const dataset = { ...facts.dataset, personal: { whole: false, columns: [first!.name] }, columns: [{ ...first!, type: 'string' as const, distinct: 3, top: [{ value: 'Charles Babbage', count: 2 }, { value: 'everybody', count: 12 }, { value: 'Al', count: 1 }] }, ...others] }
    // Rare values only, and no short ones.
    expect(scanNames(dataset).personal).toEqual(['Charles Babbage'])
    // Of a column of names also a frequent one is a person; of a few categories none is, however few rows there are.
    const named = { ...dataset, columns: [{ ...dataset.columns[0]!, distinct: 40 }, ...others] }
    expect(scanNames(named).personal).toEqual(['Charles Babbage', 'everybody'])
    expect((await refusal('personal', run({ notes: ['worst for Charles Babbage'] }), { names: scanNames(dataset) })).join('\n')).toMatch(/a value of a column with personal data$/)
  })

  test('passes with what the publisher accepted by its id, told in the manifest; verify --strict agrees; a private key cannot be accepted', async () => {
    const change = { publisherName: secret }
    const thrown = await exportSmall(folder, 'no.zip', { ...facts, ...change }).then(() => null, (error: unknown) => error as { details: { ids: string[] } })
    const accepted = thrown!.details.ids
    expect(accepted).toHaveLength(1)
    const { archive, key, made } = await exportSmall(folder, 'accepted.zip', { ...facts, ...change, accepted })
    expect(made.manifest.scan).toEqual({ rules: 2, accepted })
    expect(await verifyBundle(archive, { trust: key.publicPem, strict: true })).toMatchObject({ exit: 0, verdict: 'trusted' })
    const pem = `-----BEGIN ${'EC PRIVATE'} KEY-----`
    const secondly = await exportSmall(folder, 'never.zip', { ...facts, publisherName: pem }).then(() => null, (error: unknown) => error as { details: { ids: string[]; finds: string[] } })
    expect(secondly!.details.ids).toEqual([])
    expect(secondly!.details.finds.join()).toContain('a private key')
  })
})
