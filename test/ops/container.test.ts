// The container of a bundle, built and run: two builds are one image, and it serves without a user, a capability or a writable file.
// The base is made from Debian packages, so that no image registry is needed.
import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { realBundle, type RealBundle } from '../setup/real-bundle.ts'
import { containerPrograms } from './containers.ts'
import { freePorts, until } from './programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-container-'))
const { environment, podman } = containerPrograms(folder)
const tag = `slipway-test-${process.pid}:1`
let bundle: RealBundle

const build = (root: string, ...words: string[]): { status: number | null; out: string; words: string } => {
  const ran = spawnSync('sh', [join(root, 'deploy/container/build.sh'), ...words], { encoding: 'utf8', env: environment })
  return { status: ran.status, out: ran.stdout.trim().split('\n').at(-1) ?? '', words: ran.stdout + ran.stderr }
}
const base = (name: string): string => {
  const made = spawnSync('sh', [join(bundle.root, 'deploy/container/base-image.sh'), join(folder, name)], { encoding: 'utf8' })
  expect(made.stderr).not.toMatch(/^E:/m)
  expect(made.status).toBe(0)
  return made.stdout.slice(0, 64)
}

beforeAll(async () => { bundle = await realBundle(folder) })
afterAll(() => {
  podman('rm', '--force', '--ignore', 'slipway-test')
  podman('rmi', '--force', tag)
  rmSync(folder, { recursive: true, force: true })
})

test('two builds of the bundle, each on a base made anew, are one image; the publisher is checked before', () => {
  expect(base('one.tar')).toBe(base('two.tar'))
  const one = build(bundle.root, '--scratch', '--root', join(folder, 'one.tar'), '--trust', bundle.key, '--tag', tag)
  expect([one.status, one.words.slice(-2000)]).toEqual([0, expect.stringContaining('TRUSTED')])
  podman('rmi', '--force', tag)
  // Unpacked elsewhere, with other modes and times, by somebody with another umask.
  const elsewhere = join(folder, 'elsewhere')
  spawnSync('sh', ['-c', 'umask 077; cp -R "$1" "$2"', 'sh', bundle.root, elsewhere])
  const two = build(elsewhere, '--scratch', '--root', join(folder, 'two.tar'), '--trust', bundle.key, '--tag', tag)
  expect(two.out).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(two.out).toBe(one.out)
  const labels = JSON.parse(podman('inspect', '--type', 'image', '--format', '{{json .Config}}', tag).stdout) as { Labels: Record<string, string>; User: string; Healthcheck?: unknown; Entrypoint: string[] }
  expect(labels.Labels).toMatchObject({ 'slipway.root-digest': bundle.rootDigest, 'slipway.serial': '3', 'org.opencontainers.image.version': '1.2.3' })
  expect([labels.User, labels.Entrypoint, labels.Healthcheck]).toEqual(['65532:65532', ['node', '/srv/bundle/server/server.cjs'], undefined])
})

test('it is not built from a changed bundle, from another publisher, or on a base that is named by tag', () => {
  const changed = join(folder, 'changed')
  cpSync(bundle.root, changed, { recursive: true })
  appendFileSync(join(changed, 'model/io.json'), ' ')
  expect(build(changed, '--scratch', '--root', join(folder, 'one.tar'))).toMatchObject({ status: 1, words: expect.stringContaining('TAMPERED') })
  writeFileSync(join(folder, 'other.pem'), 'no key')
  expect(build(bundle.root, '--scratch', '--trust', join(folder, 'other.pem')).status).toBe(2)
  expect(build(bundle.root, '--base', 'node:22')).toMatchObject({ status: 2, words: expect.stringContaining('by digest') })
  expect(build(bundle.root).status).toBe(2)
})

test('it serves as nobody, read-only, without capabilities and within its memory, and drains when told to stop', async () => {
  const [port] = await freePorts(1)
  const started = podman('run', '--detach', '--name', 'slipway-test', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--pids-limit', '200', '--memory', '1g',
    '--env', 'SLIPWAY_INSECURE_NO_AUTH=1', '--publish', `127.0.0.1:${port}:8080`, tag, 'serve')
  expect([started.status, started.stderr]).toEqual([0, expect.any(String)])
  const smoke = (): string => spawnSync('node', [join(bundle.root, 'bin/smoke.mjs'), `http://127.0.0.1:${port}`], { encoding: 'utf8' }).stdout
  await until(`golden answers: ${podman('logs', 'slipway-test').stdout}`, () => /^8 of 8 golden requests within the tolerance$/m.test(smoke()))
  expect(podman('top', 'slipway-test', 'huser', 'capeff', 'args').stdout).toMatch(/^65532\s+none\s+node \/srv\/bundle\/server\/server\.cjs serve\s*$/m)
  expect(podman('stop', '--time', '30', 'slipway-test').status).toBe(0)
  // 137 would be a server that did not listen to the signal.
  expect(podman('inspect', '--format', '{{.State.ExitCode}}', 'slipway-test').stdout.trim()).toBe('0')
})
