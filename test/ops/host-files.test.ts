// The files of one host through the programs that read them: docker-compose, systemd-analyze and HAProxy. Each also refuses a planted defect.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { planners } from '../../main/core/bundle/planners.ts'
import { irisFacts } from '../setup/small-bundle.ts'
import { measuredSpeed } from '../setup/speed-report.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-host-files-'))
const texts = new Map<string, string>()
beforeAll(async () => {
  const facts = { ...await irisFacts(folder), speed: measuredSpeed }
  for (const { path, text } of planners.flatMap((plan) => plan(facts, 'key'))) texts.set(path.replace('deploy/container/', ''), text ?? '')
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

/** Exit status and everything said, with the text written to a file of that name. */
function check(name: string, text: string, command: string, ...words: string[]): { status: number | null; said: string } {
  const file = join(folder, name)
  writeFileSync(file, text)
  const environment = { ...process.env, SLIPWAY_IMAGE: `example.org/iris@sha256:${'a'.repeat(64)}`, SLIPWAY_PUBLISHER_KEY: '/k', SLIPWAY_TOKENS_FILE: '/t' }
  const ran = spawnSync(command, words.map((word) => (word === 'FILE' ? file : word)), { encoding: 'utf8', env: environment })
  return { status: ran.status, said: `${ran.stdout}${ran.stderr}` }
}
const textOf = (name: string): string => { const text = texts.get(name); if (text === undefined) throw new Error(`no ${name}`); return text }

test('compose.yaml: docker-compose takes it with the measured limits, and refuses a key that it does not know', () => {
  const good = check('compose.yaml', textOf('compose.yaml'), 'docker-compose', '-f', 'FILE', 'config')
  expect([good.status, good.said]).toEqual([0, expect.stringContaining('read_only: true')])
  // 200 MiB measured and 160 MiB for the server, in steps of 64; two threads.
  expect(good.said).toMatch(/mem_limit: 576m/)
  expect(good.said).toMatch(/cpus: 2/)
  expect(good.said).toMatch(/127\.0\.0\.1:8080:8080/)
  expect(check('bad.yaml', textOf('compose.yaml').replace('read_only:', 'readonly:'), 'docker-compose', '-f', 'FILE', 'config')).toMatchObject({ status: 1, said: expect.stringContaining("'readonly'") })
})

test.each(['slipway-iris@.service', 'front.service'])('%s: systemd says nothing against it, and much against a word that it does not know', (name) => {
  const text = textOf(name === 'front.service' ? name : 'model.service')
  // An unknown key is printed but does not change the exit status, so silence is what counts.
  expect(check(name, text, 'systemd-analyze', 'verify', 'FILE')).toEqual({ status: 0, said: '' })
  expect(check(name, text.replace('NoNewPrivileges=', 'NoNewPriviliges='), 'systemd-analyze', 'verify', 'FILE').said).toMatch(/Unknown key( name)? 'NoNewPriviliges'/)
})

test('the unit of the model leaves little to attack; without its restrictions the same program is rated unsafe', () => {
  const unit = textOf('model.service')
  const rated = (text: string): number => Number(/Overall exposure level for .*: (\d+\.\d)/.exec(check('slipway-iris@.service', text, 'systemd-analyze', 'security', '--offline=true', 'FILE').said)?.[1])
  expect(rated(unit)).toBeLessThan(2)
  expect(rated(unit.replace(/^(NoNew|Capab|Ambient|Protect|Private|Restrict|SystemCall|Dynamic|User=|IPAddress).*$/gm, ''))).toBeGreaterThan(8)
  expect(unit).toMatch(/^MemoryMax=576M$/m)
  expect(unit).toMatch(/^CPUQuota=200%$/m)
})

test('haproxy-canary.cfg: HAProxy takes it, and refuses a word that it does not know', () => {
  expect(check('good.cfg', textOf('haproxy-canary.cfg'), 'haproxy', '-c', '-f', 'FILE').status).toBe(0)
  expect(check('bad.cfg', textOf('haproxy-canary.cfg').replace('option redispatch', 'option redispach'), 'haproxy', '-c', '-f', 'FILE')).toMatchObject({ status: 1, said: expect.stringContaining('redispach') })
})

test('every script is one that sh reads, and so is a broken one not', () => {
  const scripts = [...texts].filter(([path]) => path.endsWith('.sh'))
  expect(scripts.map(([path]) => path).sort()).toEqual(expect.arrayContaining(['base-image.sh', 'bin/canary.sh', 'bin/install.sh', 'bin/rollback.sh', 'build.sh']))
  for (const [path, text] of scripts) expect([path, check('script.sh', text, 'sh', '-n', 'FILE')]).toEqual([path, { status: 0, said: '' }])
  expect(check('script.sh', textOf('build.sh').replace('esac\n', '\n'), 'sh', '-n', 'FILE').status).toBe(2)
})
