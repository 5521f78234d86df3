// The packages: what they hold and do not hold, their fuses, and the installed application at work, in the window and on the command line.
// Builds them once, as `npm run package` does for a user (or takes the folder SLIPWAY_PACKAGES, where that was done); on systems without .deb the packed directory takes its place.
import { flipFuses, FuseState, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { attach, expect, noSandbox, quit, test } from './launch.ts'
import { headings, steps } from './first-hour.ts'
import { filesIn, filesUnder, partsOf } from './packed.ts'

const project = resolve(import.meta.dirname, '../..')
const sample = join(project, 'resources/sample')
const linux = process.platform === 'linux'
let work = ''
let output = ''
/** The application where it was installed. */
let installed = ''

test.describe.configure({ mode: 'serial' })

test.beforeAll(() => {
  test.setTimeout(400_000)
  work = mkdtempSync(join(tmpdir(), 'slipway-package-'))
  output = process.env['SLIPWAY_PACKAGES'] ?? join(work, 'out')
  if (!existsSync(output)) execFileSync(process.execPath, [join(project, 'scripts/package.mjs'), '--output', output], { cwd: project, stdio: ['ignore', 'ignore', 'inherit'] })
  const [packed] = readdirSync(output).filter((name) => /^(linux|win|mac)/.test(name))
  if (!linux) { installed = join(output, packed!); return }
  const [deb] = readdirSync(output).filter((name) => name.endsWith('.deb'))
  execFileSync('dpkg-deb', ['-x', join(output, deb!), join(work, 'root')])
  installed = join(work, 'root/opt/Slipway')
})

test.afterAll(() => { rmSync(work, { recursive: true, force: true }) })

test('the archive holds the programs and their packages: no source, no map, no path of the machine that built it', () => {
  const { resources } = partsOf(installed)
  const files = filesIn(join(resources, 'app.asar'))
  expect([...new Set(files.map((f) => f.path.split('/')[0]))].sort()).toEqual(['LICENSE', 'node_modules', 'out', 'package.json'])
  expect(existsSync(join(resources, 'app'))).toBe(false)
  const unwanted = files.map((f) => f.path).filter((path) => /\.(map|ts|tsx|cts|mts|md)$/.test(path) || /\/(tests?|__tests__|examples?|docs|\.github|bundled)\//.test(path))
  expect(unwanted).toEqual([])
  // What is built here names no folder of this machine; maps inside a file would carry whole sources.
  const home = /(?<![\w.])\/(home|root|Users)\/\w/
  for (const file of files.filter((f) => f.path.startsWith('out/'))) {
    const text = file.text()
    expect(text.includes(project), file.path).toBe(false)
    expect(/sourceMappingURL=data:/.test(text), file.path).toBe(false)
    if (file.path.startsWith('out/main/')) expect(home.exec(text)?.[0] ?? '', file.path).toBe('')
  }
})

test('every package inside is in the notices and in the bill of materials, and nothing else is there', () => {
  const { resources } = partsOf(installed)
  const manifest = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/
  const inside = filesIn(join(resources, 'app.asar')).flatMap((f) => { const name = manifest.exec(f.path)?.[1]; return name === undefined ? [] : [name] })
  const bill = JSON.parse(readFileSync(join(resources, 'notices/slipway.cdx.json'), 'utf8')) as { components: { name: string; version: string }[] }
  const named = new Set(bill.components.map((c) => c.name))
  expect([...new Set(inside)].filter((name) => !named.has(name))).toEqual([])
  for (const name of ['electron', 'better-sqlite3', 'onnxruntime-node', '@duckdb/node-api', 'zod', 'react', 'echarts', 'fastify']) expect(named.has(name), name).toBe(true)
  const notices = readFileSync(join(resources, 'notices/THIRD-PARTY-NOTICES.txt'), 'utf8').toLowerCase()
  expect(bill.components.filter((c) => !notices.includes(`${c.name} ${c.version} (`.toLowerCase())).map((c) => c.name)).toEqual([])
  for (const left of ['prom-client', 'adm-zip', 'global-agent', 'node-addon-api']) expect(inside).not.toContain(left)
})

test('native files are those of this platform, and the sizes stay within their limits', () => {
  const { resources } = partsOf(installed)
  const modules = join(resources, 'app.asar.unpacked/node_modules')
  const native = filesUnder(modules).filter((path) => /\.(node|so|dylib|dll)(\.\d+)*$/.test(path))
  expect(native.length).toBeGreaterThanOrEqual(5)
  expect(native.filter((path) => /(linux|darwin|win32)/.test(path) && !new RegExp(`${process.platform}[-/]${process.arch}`).test(path))).toEqual([])
  const megabytes = filesUnder(installed).reduce((sum, path) => sum + statSync(join(installed, path)).size, 0) / 1e6
  expect(megabytes).toBeLessThan(450)
  expect(statSync(join(resources, 'app.asar')).size / 1e6).toBeLessThan(14)
})

test('the fuses of the package are as they should be', async () => {
  const wire = await getCurrentFuseWire(partsOf(installed).executable)
  const states = Object.fromEntries(Object.entries(FuseV1Options).filter(([name]) => Number.isNaN(Number(name))).flatMap(([name, at]) => (wire[at as FuseV1Options] === undefined ? [] : [[name, FuseState[wire[at as FuseV1Options]!]]])))
  expect(states).toMatchObject({
    RunAsNode: 'DISABLE', EnableCookieEncryption: 'ENABLE', EnableNodeOptionsEnvironmentVariable: 'DISABLE', EnableNodeCliInspectArguments: 'DISABLE',
    EnableEmbeddedAsarIntegrityValidation: 'ENABLE', OnlyLoadAppFromAsar: 'ENABLE', LoadBrowserProcessSpecificV8Snapshot: 'DISABLE', GrantFileProtocolExtraPrivileges: 'DISABLE',
  })
})

/** The installed command line: no display, a home of its own. */
function slipway(words: readonly string[], environment: Readonly<Record<string, string>> = {}): { readonly code: number | null; readonly out: string; readonly err: string } {
  const home = join(work, 'home')
  mkdirSync(home, { recursive: true })
  const env: Record<string, string | undefined> = { ...process.env, HOME: home, XDG_CONFIG_HOME: undefined, DISPLAY: undefined, WAYLAND_DISPLAY: undefined, ELECTRON_OVERRIDE_DIST_PATH: undefined, ...environment }
  const answer = spawnSync(join(partsOf(installed).resources, 'bin/slipway'), words, { encoding: 'utf8', env: env as NodeJS.ProcessEnv, cwd: work, timeout: 120_000 })
  return { code: answer.status, out: answer.stdout, err: answer.stderr }
}

if (linux) test('the binary is no plain Node, and takes no options for one', () => {
  const version = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { version: string }
  // With the fuse on, the first would print 42 and the second would fail to load the module.
  const node = slipway(['--version'], { ELECTRON_RUN_AS_NODE: '1' })
  expect(node).toEqual({ code: 0, out: `${version.version}\n`, err: '' })
  const options = slipway(['--version'], { NODE_OPTIONS: '--require /nowhere/planted.cjs' })
  expect({ code: options.code, out: options.out }).toEqual({ code: 0, out: `${version.version}\n` })
})

if (linux) test('the command line of the package does the main job without a display, with its exit codes, and leaves nothing outside the workspace', () => {
  test.setTimeout(240_000)
  const place = ['--workspace', join(work, 'workspace'), '--quiet']
  const said = (...words: string[]): string => {
    const answer = slipway([...place, ...words])
    expect(answer, words.join(' ')).toMatchObject({ code: 0 })
    return answer.out
  }
  said('import', join(sample, 'income-v1-logreg.onnx'), join(sample, 'income-v2-gboost.onnx'), '--model', 'income')
  const run = JSON.parse(said('--json', 'evaluate', 'income@2', '--data', join(sample, 'income-test.csv'), '--target', 'income')) as { metrics?: unknown }
  expect(JSON.stringify(run)).toContain('0.86')
  const bundle = join(work, 'income.mlbundle.zip')
  writeFileSync(join(work, 'size.gate.yaml'), 'schema: slipway.gate/1\nrules:\n  - kind: metric\n    metric: accuracy\n    op: ">="\n    limit: 0.86\n')
  writeFileSync(join(work, 'no.gate.yaml'), 'schema: slipway.gate/1\nrules:\n  - kind: size\n    atMostBytes: 10\n')
  said('gate', 'income@2', '--policy', join(work, 'size.gate.yaml'), '--save')
  said('export', 'income@2', '--out', bundle)
  expect(said('verify', bundle)).toMatch(/./)
  expect(slipway([...place, 'gate', 'income@2', '--policy', join(work, 'no.gate.yaml')]).code).toBe(1)
  expect(slipway([...place, 'nonsense'])).toMatchObject({ code: 2, out: '' })
  expect(slipway([...place, 'evaluate', 'income@9', '--data', 'nowhere.csv', '--target', 'x']).code).toBe(2)
  expect(filesUnder(join(work, 'home'))).toEqual([])
})

if (linux) test('what the .deb puts on a system: the command on the path, the menu, the kinds of files, the icons', () => {
  const root = join(work, 'root')
  const deb = join(output, readdirSync(output).find((name) => name.endsWith('.deb'))!)
  expect(readlinkSync(join(root, 'usr/bin/slipway'))).toBe('/opt/Slipway/resources/bin/slipway')
  expect(existsSync(join(root, readlinkSync(join(root, 'usr/bin/slipway'))))).toBe(true)
  const menu = readFileSync(join(root, 'usr/share/applications/slipway.desktop'), 'utf8')
  const kinds = readFileSync(join(root, 'usr/share/mime/packages/slipway.xml'), 'utf8')
  const opened = /^MimeType=(.*);$/m.exec(menu)![1]!.split(';')
  for (const kind of opened) expect(kinds).toContain(`type="${kind}"`)
  expect(kinds).toContain('pattern="*.onnx"')
  expect(kinds).toContain('pattern="*.mlbundle.zip"')
  for (const size of [16, 32, 48, 128, 256, 512]) {
    const png = readFileSync(join(root, `usr/share/icons/hicolor/${size}x${size}/apps/slipway.png`))
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size])
  }
  // Only Chromium's helper carries a right of its own, nothing runs at installation, everything is root's.
  const listing = execFileSync('dpkg-deb', ['-c', deb], { encoding: 'utf8' }).trim().split('\n')
  expect(listing.filter((line) => !line.includes(' root/root '))).toEqual([])
  expect(listing.filter((line) => /^-..s/.test(line)).map((line) => line.split(' ').at(-1))).toEqual(['./opt/Slipway/chrome-sandbox'])
  expect(listing.filter((line) => /^.{8}w/.test(line) && !line.startsWith('l'))).toEqual([])
  const scripts = execFileSync('dpkg-deb', ['--ctrl-tarfile', deb])
  expect(execFileSync('tar', ['-t'], { input: scripts, encoding: 'utf8' }).trim().split('\n').sort()).toEqual(['./', './control'])
})

if (linux) test('the .tar.gz holds the same files, and its sum is written down', () => {
  const archive = readdirSync(output).find((name) => name.endsWith('.tar.gz'))!
  const names = execFileSync('tar', ['-tzf', join(output, archive)], { encoding: 'utf8', maxBuffer: 64e6 }).trim().split('\n').filter((name) => !name.endsWith('/')).map((name) => name.split('/').slice(1).join('/'))
  expect(names.sort()).toEqual(filesUnder(installed).sort())
  expect(execFileSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: output, encoding: 'utf8' }).trim().split('\n').every((line) => line.endsWith(': OK'))).toBe(true)
  // Unpacked by a user, the helper is not root's, and Chromium refuses one that pretends to be.
  expect(lstatSync(join(output, readdirSync(output).find((name) => name.startsWith('linux'))!, 'chrome-sandbox')).mode & 0o4000).toBe(0)
})

test('the first hour of a new user, in the installed application, step by step as docs/first-hour.md tells it', async ({ folder }) => {
  test.setTimeout(240_000)
  const { executable } = partsOf(installed)
  // The one fuse without which a test cannot attach; all states were read before.
  await flipFuses(executable, { version: FuseVersion.V1, [FuseV1Options.EnableNodeCliInspectArguments]: true })
  const environment = { ...process.env } as Record<string, string>
  delete environment['ELECTRON_OVERRIDE_DIST_PATH']
  const app = await attach({ executablePath: executable, args: [...(noSandbox ? ['--no-sandbox'] : []), `--user-data-dir=${join(folder, 'user')}`, `--workspace=${join(folder, 'workspace')}`], env: environment })
  try {
    expect(await app.evaluate(({ app: electron }) => electron.isPackaged)).toBe(true)
    const page = await app.firstWindow()
    await page.getByRole('main').waitFor()
    expect(headings).toEqual(Object.keys(steps))
    for (const heading of headings) await test.step(heading, () => steps[heading]!({ app, page, folder }))
  } finally {
    await quit(app)
  }
})
