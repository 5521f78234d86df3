// The Deployment of a bundle, as it is, run as a pod by podman: settings, key, tokens, user and read-only root as the file says, golden requests answered, and taken down again.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { GoldenLine } from '../../main/core/bundle/golden-lines.ts'
import { goldenDistance } from '../../main/core/bundle/golden-lines.ts'
import { realBundle, type RealBundle } from '../setup/real-bundle.ts'
import { containerPrograms } from './containers.ts'
import { freePorts, until } from './programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-play-kube-'))
const { environment, podman } = containerPrograms(folder)
const tag = `localhost/slipway-kube-${process.pid}:1`
const token = 'a-token-of-the-test'
// As a Secret holds it. podman before 4.4 forgets to decode it, so that this very text is the token then.
const encoded = Buffer.from(token).toString('base64')
const file = join(folder, 'pod.yaml')
let bundle: RealBundle
let port: number

/** The libraries that Node and the runtime are linked with, as the root of an image. */
function libraries(root: string): void {
  const runtime = join(bundle.root, 'server/node_modules/onnxruntime-node/bin')
  const native = readdirSync(runtime, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(node|so[.\d]*)$/.test(name)).map((name) => join(runtime, name))
  const linked = execFileSync('ldd', [process.execPath, ...native], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const paths = new Set([...linked.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map((m) => m[1]!).filter((path) => !path.startsWith(bundle.root)))
  execFileSync('tar', ['--create', '--dereference', '--file', root, '--directory', '/', ...[...paths].map((path) => path.slice(1))])
}

interface Pod { readonly spec: { readonly template: { readonly spec: { readonly containers: [{ image: string; ports: [{ hostPort?: number; hostIP?: string }] }] } } } }

beforeAll(async () => {
  bundle = await realBundle(folder, { targets: [{ target: 'kubernetes', engine: null }] })
  libraries(join(folder, 'root.tar'))
  const built = spawnSync('sh', [join(bundle.root, 'deploy/container/build.sh'), '--scratch', '--root', join(folder, 'root.tar'), '--trust', bundle.key, '--tag', tag], { encoding: 'utf8', env: environment })
  expect(built.status, built.stdout + built.stderr).toBe(0)
  port = (await freePorts(1))[0]!
  const base = (name: string): unknown => parse(readFileSync(join(bundle.root, 'deploy/kubernetes/base', name), 'utf8'))
  const deployment = base('deployment.yaml') as Pod
  // What an operator sets: the image; and a port of this machine instead of a Service.
  const server = deployment.spec.template.spec.containers[0]
  server.image = tag
  Object.assign(server.ports[0], { hostPort: port, hostIP: '127.0.0.1' })
  const theirs = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'iris-publisher-key' }, data: { 'publisher.pub.pem': readFileSync(bundle.key, 'utf8') } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'iris-tokens' }, type: 'Opaque', data: { tokens: encoded } },
  ]
  writeFileSync(file, [...theirs, base('configmap.yaml'), base('serviceaccount.yaml'), deployment].map((object) => stringify(object, { compat: 'yaml-1.1' })).join('---\n'))
}, 240_000)
afterAll(() => {
  podman('play', 'kube', '--down', file)
  podman('secret', 'rm', 'iris-tokens')
  podman('volume', 'rm', '--force', 'iris-tokens', 'iris-publisher-key')
  podman('rmi', '--force', tag)
  rmSync(folder, { recursive: true, force: true })
})

test('podman runs the Deployment: golden requests answered, as nobody, read-only, without capabilities; then it is gone', async () => {
  const played = podman('play', 'kube', file)
  expect(played.status, played.stdout + played.stderr).toBe(0)
  const container = podman('ps', '--all', '--filter', 'label=app.kubernetes.io/name=iris', '--format', '{{.Names}}').stdout.trim().split('\n').find((name) => name.endsWith('-server')) ?? 'none'
  const call = (path: string, init: RequestInit = {}, word = ''): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { authorization: `Bearer ${word}` } })
  const ready = (): Promise<boolean> => call('/v2/health/ready').then((r) => r.ok, () => false)
  await until(`ready; the pod said: ${podman('logs', container).stdout}`, ready, 90).catch((thrown: unknown) => { throw new Error(`${String(thrown)}\n${podman('logs', container).stdout}${podman('logs', container).stderr}`) })
  expect((await call('/v2/models/iris')).status).toBe(401)
  const word = (await call('/v2/models/iris', {}, token)).ok ? token : encoded
  for (const line of readFileSync(join(bundle.root, 'model/golden.jsonl'), 'utf8').trimEnd().split('\n').map((text) => JSON.parse(text) as GoldenLine)) {
    const replied = await call('/v2/models/iris/infer', { method: 'POST', body: JSON.stringify(line.request) }, word)
    const text = await replied.text()
    expect([replied.status, text]).toEqual([200, expect.stringContaining('outputs')])
    const answer = JSON.parse(text) as GoldenLine['response']
    expect(goldenDistance(line.response.outputs, answer.outputs, line.tolerance), line.id).toBeLessThanOrEqual(1)
  }
  const smoke = spawnSync('node', [join(bundle.root, 'bin/smoke.mjs'), `http://127.0.0.1:${port}`], { encoding: 'utf8', env: { ...process.env, SLIPWAY_TOKEN: word } })
  expect([smoke.status, smoke.stdout.trim().split('\n').at(-1)]).toEqual([0, '8 of 8 golden requests within the tolerance'])
  expect(podman('top', container, 'huser', 'capeff').stdout).toMatch(/^65532\s+none\s*$/m)
  const settings = JSON.parse(podman('inspect', '--type', 'container', container).stdout) as [{ HostConfig: { ReadonlyRootfs: boolean; SecurityOpt: readonly string[]; Memory: number }; Config: { Env: readonly string[] } }]
  expect(settings[0].HostConfig.ReadonlyRootfs).toBe(true)
  expect(settings[0].HostConfig.Memory).toBe(1024 * 1024 * 1024)
  expect(settings[0].Config.Env).toContain('SLIPWAY_TRUST=/run/slipway/trust/publisher.pub.pem')
  expect(podman('logs', container).stdout).toMatch(/signed by the trusted publisher|trusted/)
  expect(podman('play', 'kube', '--down', file).status).toBe(0)
  expect(podman('ps', '--all', '--filter', 'label=app.kubernetes.io/name=iris', '--format', '{{.Names}}').stdout.trim()).toBe('')
}, 240_000)
