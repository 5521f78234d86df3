// The whole bundle from real runs: it verifies with Slipway and with stock tools, refuses every change, is the same bytes
// anywhere, and its server answers every golden request.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { layout, localHeader } from '../../main/core/bundle/zip-layout.ts'
import { openZip } from '../../main/core/bundle/zip-read.ts'
import { verifyBundle } from '../../main/core/bundle/verify.ts'
import { BundleManifest } from '../../shared/domain/bundle.ts'
import type { CheckId } from '../../shared/ids.ts'
import { fixture } from '../setup/fixtures.ts'
import { inWorkspace, type Workspace } from '../setup/open-workspace.ts'
import { readmeBlocks, runStock, stockCommands } from '../setup/stock-commands.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-bundle-'))
const made = new Map<string, { archive: string; root: string; key: string }>()
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

async function exportTo(w: Workspace, checkId: CheckId, path: string): Promise<void> {
  await w.job('bundle.export', { checkId, destination: (await w.core.admit(path, 'write')).token, version: '1.2.0' })
}

async function exportCase(name: string, model: string, data: string, target: string | undefined, rewrite = false): Promise<void> {
  await inWorkspace(async (w) => {
    const version = await w.importModel(fixture(model), name, rewrite)
    const check = await w.pass(await w.evaluate(version, await w.addData(fixture(data)), target))
    const archive = join(folder, `${name}.zip`)
    await exportTo(w, check.id, archive)
    await expect(exportTo(w, check.id, archive)).rejects.toMatchObject({ code: 'bundle.targetExists' })
    execFileSync('unzip', ['-q', archive, '-d', join(folder, name)])
    const root = join(folder, name, `${name}-1.2.0`)
    const key = join(folder, `${name}.pub.pem`)
    copyFileSync(join(root, 'signatures/publisher.pub.pem'), key)
    made.set(name, { archive, root, key })
  })
}

beforeAll(async () => {
  await exportCase('iris', 'iris/models/iris-logreg-zipmap.onnx', 'iris/data/iris.csv', 'species', true)
  await exportCase('income', 'adult-income/models/income-v2-gboost.onnx', 'adult-income/data/test.csv', 'income')
}, 180_000)

const of = (name: string): { archive: string; root: string; key: string } => made.get(name)!
const sh = (root: string, ...args: string[]): number => spawnSync('sh', [join(root, 'bin/verify.sh'), ...args], { cwd: tmpdir() }).status ?? -1
const trustOf = (name: string): string => readFileSync(of(name).key, 'utf8')

function filesOf(root: string, prefix = ''): string[] {
  return readdirSync(join(root, prefix), { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? filesOf(root, `${prefix}${e.name}/`) : [`${prefix}${e.name}`]))
}

describe('what is inside', () => {
  test('the manifest follows its schema and tells of the rewrite, the gate and every assumption', () => {
    const manifest = BundleManifest.parse(JSON.parse(readFileSync(join(of('iris').root, 'bundle.json'), 'utf8')))
    expect(manifest.model.derivedFrom?.sha256).toBe('' + JSON.parse(readFileSync(fixture('iris/reference/logreg-zipmap.iris.json'), 'utf8')).model_sha256)
    expect(manifest.evaluation.gate.passed).toBe(true)
    expect(manifest.evaluation.metrics.find((m) => m.metric === 'accuracy' && m.slice === '')?.value).toBeCloseTo(0.96, 9)
    expect(manifest.serial).toBe(1)
  })
  test('no path, user or host of this machine is in any text file', () => {
    const { root } = of('income')
    for (const file of filesOf(root).filter((f) => /\.(md|json|jsonl|txt|pbtxt|sh)$/.test(f) || f === 'SHA256SUMS')) {
      const text = readFileSync(join(root, file), 'utf8')
      expect(text.includes(tmpdir()) || text.includes(process.cwd()) || /\/(home|root|Users)\//.test(text), file).toBe(false)
    }
  })
  test('golden requests are no rows of the data', () => {
    const rows = new Set(readFileSync(fixture('adult-income/data/test.csv'), 'utf8').split('\n').slice(1).map((line) => line.split(',').slice(1, 15).filter((_, i) => ![2, 3].includes(i)).join('|')))
    const order = ['age', 'workclass', 'education_num', 'marital_status', 'occupation', 'relationship', 'race', 'sex', 'capital_gain', 'capital_loss', 'hours_per_week', 'native_country']
    const requests = readFileSync(join(of('income').root, 'model/golden.jsonl'), 'utf8').trimEnd().split('\n').map((l) => JSON.parse(l) as { request: { inputs: { name: string; data: unknown[] }[] } })
    for (const { request } of requests) {
      const length = request.inputs[0]!.data.length
      for (let r = 0; r < length; r++) expect(rows.has(order.map((name) => String(request.inputs.find((i) => i.name === name)!.data[r])).join('|'))).toBe(false)
    }
  })
})

describe('verification', () => {
  test('trusted with the key, intact but unknown without it, refused with another one', async () => {
    expect((await verifyBundle(of('iris').archive, { trust: trustOf('iris') })).verdict).toBe('trusted')
    expect(await verifyBundle(of('iris').archive)).toMatchObject({ verdict: 'unknown-publisher', exit: 3 })
    expect(await verifyBundle(of('iris').archive, { trust: trustOf('income') })).toMatchObject({ verdict: 'tampered', exit: 1 })
    expect((await verifyBundle(of('iris').root, { trust: trustOf('iris') })).verdict).toBe('trusted')
  })
  test('the script with stock tools and the script with Node agree', () => {
    const { root, key } = of('income')
    expect(sh(root, key)).toBe(0)
    expect(sh(root)).toBe(3)
    expect(sh(root, of('iris').key)).toBe(1)
    expect(spawnSync(process.execPath, [join(root, 'bin/verify.mjs'), '--trust', key]).status).toBe(0)
    expect(spawnSync(process.execPath, [join(root, 'bin/verify.mjs')]).status).toBe(3)
  })
  test('the commands that the README prints are the ones that work', () => {
    const { root, key } = of('iris')
    // Five checks, not three: a signature alone says nothing of a swapped key, and hashes alone nothing of links.
    const commands = stockCommands(root, key)
    expect(commands.slice(1).map((line) => line.split(' ')[0])).toEqual(['export', 'cmp', 'openssl', 'odd=$(find', 'sha256sum', 'odd=$({'])
    for (const shell of ['sh', 'bash']) expect(runStock(root, commands, shell)).toEqual({ failed: null, out: 'Signature Verified Successfully\n' })
    expect(runStock(root, stockCommands(root, of('income').key)).failed).toMatch(/^cmp /)
  })
  test('one changed byte in every third file, an added file, a removed file: refused by both', async () => {
    const { root, key } = of('iris')
    const trust = trustOf('iris')
    const small = filesOf(root).filter((f) => statSync(join(root, f)).size > 0)
    for (const file of small.filter((f, i) => i % 3 === 1 || f.startsWith('model/'))) {
      const path = join(root, file)
      const good = readFileSync(path)
      const bad = Buffer.from(good)
      const at = Math.floor(good.length / 2)
      bad[at] = bad[at]! ^ 0x20
      writeFileSync(path, bad)
      const report = await verifyBundle(root, { trust })
      const script = file.startsWith('bin/verify') || (file.startsWith('signatures/') && file !== 'signatures/SHA256SUMS.sig') ? 1 : sh(root, key)
      writeFileSync(path, good)
      expect(report.exit, file).toBeGreaterThan(0)
      expect(report.verdict, file).not.toBe('unknown-publisher')
      expect(script, file).toBe(1)
    }
    for (const extra of ['extra.txt', 'model/extra.bin', 'signatures/other.sig']) {
      writeFileSync(join(root, extra), 'x')
      expect((await verifyBundle(root, { trust })).verdict, extra).toBe('tampered')
      expect(sh(root, key), extra).toBe(1)
      rmSync(join(root, extra))
    }
    const golden = join(root, 'model/golden.jsonl')
    const text = readFileSync(golden)
    rmSync(golden)
    expect((await verifyBundle(root, { trust })).verdict).toBe('tampered')
    expect(sh(root, key)).toBe(1)
    symlinkSync('/etc/hostname', golden)
    expect((await verifyBundle(root, { trust })).verdict).toBe('malformed')
    expect(sh(root, key)).toBe(1)
    rmSync(golden)
    writeFileSync(golden, text)
    expect((await verifyBundle(root, { trust })).verdict).toBe('trusted')
    expect(sh(root, key)).toBe(0)
  }, 180_000)
  test('one changed byte of the archive, in every third entry and at seeded places: refused', async () => {
    const trust = trustOf('iris')
    const good = readFileSync(of('iris').archive)
    const archive = await openZip(of('iris').archive)
    const { offsets } = layout(archive.entries)
    const inEntries = archive.entries.flatMap((e, i) => (e.bytes === 0 ? [] : [offsets[i]! + localHeader(e).length + Math.floor(e.bytes / 2)]))
    await archive.close()
    let seed = 7
    const random = (): number => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return seed / 4294967296 }
    const places = [...inEntries.filter((_, i) => i % 3 === 0), ...Array.from({ length: 20 }, () => Math.floor(random() * good.length)), 0, good.length - 1]
    const path = join(folder, 'flipped.zip')
    for (const at of places) {
      const bad = Buffer.from(good)
      bad[at] = bad[at]! ^ (1 << Math.floor(random() * 8))
      writeFileSync(path, bad)
      const report = await verifyBundle(path, { trust })
      expect(['tampered', 'malformed'], `byte ${at}`).toContain(report.verdict)
    }
    appendFileSync(path, 'x')
    expect((await verifyBundle(path, { trust })).exit).toBe(2)
  }, 180_000)
})

test('exporting twice, in another time zone, locale, folder and file mask, gives identical bytes', async () => {
  const cli = resolve(import.meta.dirname, '../../out/main/cli.js')
  const workspace = join(folder, 'twice')
  const policy = join(folder, 'policy.yaml')
  writeFileSync(policy, 'schema: slipway.gate/1\nrules:\n  - {kind: rows, atLeast: 1}\n')
  const slipway = (options: { cwd: string; env?: Record<string, string>; umask?: string }, ...args: string[]): void => {
    const line = [process.execPath, cli, '--workspace', workspace, '--quiet', ...args].map((a) => `'${a}'`).join(' ')
    execFileSync('sh', ['-c', `umask ${options.umask ?? '022'}; exec ${line}`], { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] })
  }
  const [here, there] = [join(folder, 'here'), join(folder, 'there und ünïcode')]
  for (const place of [here, there]) mkdirSync(place)
  slipway({ cwd: here }, 'evaluate', fixture('diabetes/models/diabetes-v1-ridge.onnx'), '--data', fixture('diabetes/data/test.csv'), '--target', 'progression')
  slipway({ cwd: here }, 'gate', 'diabetes-v1-ridge', '--policy', policy)
  slipway({ cwd: here, env: { TZ: 'Asia/Kolkata', LANG: 'de_DE.UTF-8', LC_ALL: 'C' } }, 'export', 'diabetes-v1-ridge', '--out', 'one.zip')
  slipway({ cwd: there, env: { TZ: 'America/St_Johns', LANG: 'tr_TR.UTF-8', LC_ALL: 'C.UTF-8' }, umask: '077' }, 'export', 'diabetes-v1-ridge', '--out', 'two.zip')
  expect(readFileSync(join(here, 'one.zip')).equals(readFileSync(join(there, 'two.zip')))).toBe(true)
  // A folder that is not there yet, as the README of the project writes it, is made.
  slipway({ cwd: here }, 'export', 'diabetes-v1-ridge', '--out', './bundles')
  expect(readdirSync(join(here, 'bundles'))).toEqual(['diabetes-v1-ridge-1.0.0.mlbundle.zip'])
}, 120_000)

const freePort = (): Promise<number> => new Promise((done) => { const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address() as { port: number }; s.close(() => { done(port) }) }) })

async function serving<T>(root: string, use: (address: string, child: ChildProcess) => Promise<T>, options: readonly string[] = []): Promise<T> {
  const port = await freePort()
  const child = spawn('sh', [join(root, 'bin/run.sh'), '--port', String(port), ...options], { stdio: ['ignore', 'pipe', 'pipe'], cwd: tmpdir() })
  const exited = new Promise<number | null>((done) => { child.once('exit', (code) => { done(code) }) })
  try {
    const address = `http://127.0.0.1:${port}`
    for (let i = 0; i < 200; i++) {
      if (child.exitCode !== null) throw new Error('the server ended before it was ready')
      if (await fetch(`${address}/v2/health/ready`).then((r) => r.status === 200, () => false)) return await use(address, child)
      await new Promise((r) => setTimeout(r, 50))
    }
    throw new Error('the server did not become ready')
  } finally {
    child.kill('SIGTERM')
    expect(await exited).toBe(0)
  }
}

describe('the server', () => {
  test.each(['iris', 'income'])('%s: every golden request is answered within the tolerance', async (name) => {
    const { root } = of(name)
    await serving(root, (address) => {
      const smoke = spawnSync(process.execPath, [join(root, 'bin/smoke.mjs'), address], { encoding: 'utf8' })
      expect(smoke).toMatchObject({ status: 0, stdout: expect.stringMatching(/8 of 8 golden requests within the tolerance/) as string })
      return Promise.resolve()
    })
  }, 60_000)

  test('the README can be followed word for word: run with the key, ask, send a golden request, compare all', async () => {
    const { root, key } = of('income')
    const blocks = readmeBlocks(root)
    expect(blocks.find((lines) => lines[0] === 'sh bin/run.sh --trust /path/to/publisher.pub.pem')).toHaveLength(1)
    const questions = blocks.find((lines) => lines[0]?.startsWith('curl'))!
    expect(questions).toHaveLength(4)
    await serving(root, (address) => {
      const answers = questions.map((line) => spawnSync('sh', ['-c', line.replaceAll('http://127.0.0.1:8080', address)], { cwd: root, encoding: 'utf8' }))
      expect(answers.map((a) => a.status), answers.map((a) => a.stderr).join('\n')).toEqual([0, 0, 0, 0])
      expect(JSON.parse(answers[0]!.stdout)).toEqual({ ready: true })
      expect(JSON.parse(answers[1]!.stdout)).toMatchObject({ name: 'income' })
      const [golden] = readFileSync(join(root, 'model/golden.jsonl'), 'utf8').split('\n').map((l) => (l === '' ? null : JSON.parse(l) as { response: { outputs: unknown } }))
      expect((JSON.parse(answers[2]!.stdout) as { outputs: { name: string, data: number[] }[] }).outputs.map((o) => o.name)).toEqual((golden!.response.outputs as { name: string }[]).map((o) => o.name))
      expect(answers[3]!.stdout).toMatch(/8 of 8 golden requests within the tolerance/)
      const [byName] = blocks.find((lines) => lines[0]?.includes('/v1/predict') === true)!
      const named = spawnSync('sh', ['-c', byName!.replaceAll('http://127.0.0.1:8080', address)], { cwd: root, encoding: 'utf8' })
      expect([named.status, (JSON.parse(named.stdout) as { predictions: { label: string }[] }).predictions.map((p) => ['<=50K', '>50K'].includes(p.label))], named.stdout).toEqual([0, [true]])
      return Promise.resolve()
    }, ['--trust', key])
  }, 60_000)

  test('options that cannot be are answered in words', () => {
    const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } => spawnSync('sh', [join(of('iris').root, 'bin/run.sh'), ...args], { encoding: 'utf8', timeout: 20_000 })
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--trust KEY') as string })
    expect(run('--bogus')).toMatchObject({ status: 2, stderr: 'not served: there is no option --bogus; --help lists the options\n' })
    expect(run('--port', '99999')).toMatchObject({ status: 2, stderr: 'not served: --port is “99999”, but must be a whole number from 0 to 65535\n' })
    expect(run('--trust')).toMatchObject({ status: 2, stderr: expect.stringContaining('an option lacks its value') as string })
    expect(run('--trust', '/nowhere/key.pem')).toMatchObject({ status: 2, stderr: 'not served: the trusted key /nowhere/key.pem cannot be read\n' })
    expect(run('--trust', of('income').key)).toMatchObject({ status: 1, stderr: expect.stringContaining('The signature is not the trusted publisher’s') as string })
  })

  test('metadata, nested data, missing content type, and refusals in words', async () => {
    await serving(of('iris').root, async (address) => {
      const get = async (path: string): Promise<unknown> => (await fetch(address + path)).json()
      expect(await get('/v2')).toMatchObject({ name: 'slipway-server', extensions: ['binary_tensor_data'] })
      expect(await get('/v2/models/iris')).toMatchObject({ name: 'iris', versions: ['1'], platform: 'onnx_onnxv1', inputs: [{ name: 'X', datatype: 'FP32', shape: [-1, 4] }] })
      expect(await get('/v2/models/iris/versions/1/ready')).toEqual({ name: 'iris', ready: true })
      const post = async (body: unknown, path = '/v2/models/iris/infer'): Promise<{ status: number; body: { error?: string; id?: string; outputs?: { name: string; shape: number[]; data: unknown[] }[] } }> => {
        const answer = await fetch(address + path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })
        return { status: answer.status, body: (await answer.json()) as never }
      }
      // The first two rows of iris.csv; the published labels of both are setosa.
      const nested = await post({ id: 'a', inputs: [{ name: 'X', shape: [2, 4], datatype: 'FP32', data: [[5.1, 3.5, 1.4, 0.2], [4.9, 3, 1.4, 0.2]] }] })
      expect(nested.status).toBe(200)
      expect(nested.body.id).toBe('a')
      expect(nested.body.outputs?.find((o) => o.name === 'output_label')?.data).toEqual(['setosa', 'setosa'])
      const reference = JSON.parse(readFileSync(fixture('iris/predictions/logreg-zipmap.iris.json'), 'utf8')) as { outputs: Record<string, { dims: number[]; data: number[] }> }
      const expected = Object.values(reference.outputs).find((o) => o.dims.length === 2)!.data.slice(0, 6)
      const probabilities = nested.body.outputs!.find((o) => o.shape.length === 2)!.data as number[]
      expected.forEach((value, i) => { expect(probabilities[i]).toBeCloseTo(value, 5) })
      const refusals: [unknown, number, RegExp][] = [
        ['{', 400, /not JSON/], [{}, 400, /inputs/], [{ inputs: [{ name: 'Y', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, 4] }] }, 400, /no input “Y”/],
        [{ inputs: [{ name: 'X', shape: [1, 4], datatype: 'FP64', data: [1, 2, 3, 4] }] }, 400, /FP32/], [{ inputs: [{ name: 'X', shape: [1, 5], datatype: 'FP32', data: [1, 2, 3, 4, 5] }] }, 400, /shape/],
        [{ inputs: [{ name: 'X', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3] }] }, 400, /3 values/], [{ inputs: [{ name: 'X', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, 'x'] }] }, 400, /number/],
        [{ inputs: [{ name: 'X', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, 4] }], outputs: [{ name: 'nope' }] }, 400, /no output/], [{ inputs: [{ name: 'X', shape: [5000, 4], datatype: 'FP32', data: [] }] }, 413, /rows/],
      ]
      for (const [body, status, words] of refusals) {
        const answer = await post(body)
        expect(answer.status, JSON.stringify(body)).toBe(status)
        expect(answer.body.error).toMatch(words)
      }
      expect((await post({}, '/v2/models/other/infer')).status).toBe(404)
      expect((await post({}, '/v2/models/iris/versions/9/infer')).status).toBe(404)
      expect((await fetch(`${address}/nothing`)).status).toBe(404)
      // The answer comes from the announced size alone, before the body is sent.
      const tooLarge = await new Promise<number | undefined>((done, fail) => {
        const sent = request(`${address}/v2/models/iris/infer`, { method: 'POST', headers: { 'content-length': 17 * 1024 * 1024 } }, (answer) => { done(answer.statusCode); sent.destroy() })
        sent.on('error', fail)
        sent.flushHeaders()
      })
      expect(tooLarge).toBe(413)
    })
  }, 60_000)

  test('a changed bundle is not served', () => {
    const { root } = of('income')
    const card = join(root, 'docs/MODEL_CARD.md')
    const good = readFileSync(card)
    appendFileSync(card, ' ')
    const answer = spawnSync('sh', [join(root, 'bin/run.sh'), '--port', '0'], { encoding: 'utf8', timeout: 20_000 })
    writeFileSync(card, good)
    expect(answer.status).toBe(1)
    expect(answer.stderr).toMatch(/MODEL_CARD\.md.*changed/)
    expect(existsSync(card)).toBe(true)
  })
})
