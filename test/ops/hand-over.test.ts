// A bundle on its way: encrypted for its receivers and opened by Debian's age; laid out for registries and sent into a real one by skopeo.
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyBundle } from '../../main/core/bundle/verify.ts'
import { inWorkspace } from '../setup/open-workspace.ts'
import { exportSmall, irisFacts } from '../setup/small-bundle.ts'
import { freePorts, startProgram, until } from './programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-hand-over-'))
const archive = join(folder, 'good.zip')
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
beforeAll(async () => { await exportSmall(folder, 'good.zip', await irisFacts(folder)) })

test('age: two receivers open it with Debian’s age, each with their own key, and nobody else does; the encrypted file says what it is', async () => {
  await inWorkspace(async (w) => {
    const identities = ['ann', 'ben', 'eve'].map((name) => {
      const file = join(folder, `${name}.txt`)
      execFileSync('age-keygen', ['-o', file], { stdio: 'ignore' })
      return { file, recipient: /age1[0-9a-z]+/.exec(readFileSync(file, 'utf8'))![0] }
    })
    const sealed = join(folder, 'good.zip.age')
    const input = { file: (await w.core.admit(archive)).token, destination: (await w.core.admit(sealed, 'write')).token, recipients: identities.slice(0, 2).map((i) => i.recipient) }
    expect(await w.job('bundle.encrypt', input)).toMatchObject({ fileName: 'good.zip.age', recipients: 2 })
    expect(readFileSync(sealed).includes('SHA256SUMS')).toBe(false)
    const opened = identities.map(({ file }, i) => spawnSync('age', ['--decrypt', '--identity', file, '--output', join(folder, `opened-${i}.zip`), sealed]).status)
    expect(opened).toEqual([0, 0, 1])
    for (const i of [0, 1]) expect(readFileSync(join(folder, `opened-${i}.zip`)).equals(readFileSync(archive))).toBe(true)
    expect(await verifyBundle(sealed)).toMatchObject({ verdict: 'malformed', sentence: expect.stringContaining('it is encrypted with age; decrypt it first') as string })

    await expect(w.job('bundle.encrypt', { ...input, recipients: ['age1nobody'] })).rejects.toMatchObject({ code: 'input.invalid' })
    const broken = join(folder, 'broken.zip')
    const bytes = readFileSync(archive)
    bytes[Math.floor(bytes.length / 2)]! ^= 1
    writeFileSync(broken, bytes)
    await expect(w.job('bundle.encrypt', { ...input, file: (await w.core.admit(broken)).token, destination: (await w.core.admit(join(folder, 'broken.age'), 'write')).token })).rejects.toMatchObject({ code: 'bundle.notIntact' })
    expect(existsSync(join(folder, 'broken.age'))).toBe(false)
  })
}, 60_000)

interface Manifest { readonly artifactType: string; readonly layers: readonly { readonly digest: string; readonly mediaType: string; readonly annotations: Readonly<Record<string, string>> }[] }

test('OCI: skopeo takes the layout, a registry answers the digest that was computed, and the layers are the bundle again', async () => {
  await inWorkspace(async (w) => {
    const lay = async (name: string) => w.job('bundle.layout', { file: (await w.core.admit(archive)).token, destination: (await w.core.admit(join(folder, name), 'write')).token })
    const made = await lay('layout')
    expect((await lay('again')).digest).toBe(made.digest)
    expect(readdirSync(join(folder, 'layout'))).toEqual(['blobs', 'index.json', 'oci-layout'])
    await expect(lay('layout')).rejects.toMatchObject({ code: 'bundle.targetExists' })
    const raw = execFileSync('skopeo', ['inspect', '--raw', `oci:${join(folder, 'layout')}:${made.tag}`], { encoding: 'utf8' })
    const manifest = JSON.parse(raw) as Manifest
    expect(manifest.artifactType).toBe('application/vnd.cncf.model.manifest.v1+json')
    expect(manifest.layers.find((l) => l.annotations['org.opencontainers.image.title'] === 'model/repository/iris/3/model.onnx')?.mediaType).toBe('application/vnd.cncf.model.weight.v1.raw')

    const [port] = await freePorts(1)
    const config = join(folder, 'registry.yml')
    mkdirSync(join(folder, 'registry'), { recursive: true })
    writeFileSync(config, `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${join(folder, 'registry')}\nhttp:\n  addr: 127.0.0.1:${port!}\n`)
    const registry = startProgram('docker-registry', ['serve', config])
    try {
      await until('the registry answers', () => fetch(`http://127.0.0.1:${port!}/v2/`).then((a) => a.ok, () => false))
      // Not waited for in one breath: the registry's words have to be read meanwhile.
      const copy = (from: string, to: string): Promise<boolean> => new Promise((resolve) => { execFile('skopeo', ['--insecure-policy', 'copy', '--dest-tls-verify=false', `oci:${from}:${made.tag}`, to], { timeout: 60_000 }, (fault) => { resolve(fault === null) }) })
      expect(await copy(join(folder, 'layout'), `docker://127.0.0.1:${port!}/models/iris:${made.tag}`), registry.output()).toBe(true)
      const answer = await fetch(`http://127.0.0.1:${port!}/v2/models/iris/manifests/${made.tag}`, { headers: { Accept: 'application/vnd.oci.image.manifest.v1+json' } })
      expect(answer.headers.get('docker-content-digest')).toBe(made.digest)
      // A layer that was changed is no longer what its digest says.
      const layer = manifest.layers.find((l) => l.annotations['org.opencontainers.image.title'] === 'README.md')!.digest.slice('sha256:'.length)
      writeFileSync(join(folder, 'again/blobs/sha256', layer), 'other')
      expect(await copy(join(folder, 'layout'), `dir:${join(folder, 'plain')}`)).toBe(true)
      expect(await copy(join(folder, 'again'), `dir:${join(folder, 'other')}`)).toBe(false)
    } finally { await registry.stop() }

    const pulled = join(folder, 'pulled')
    for (const l of manifest.layers) {
      const path = join(pulled, l.annotations['org.opencontainers.image.title']!)
      mkdirSync(dirname(path), { recursive: true })
      copyFileSync(join(folder, 'layout/blobs/sha256', l.digest.slice('sha256:'.length)), path)
    }
    expect((await verifyBundle(pulled)).verdict).toBe('unknown-publisher')
  })
}, 60_000)
