// `npm test`: prepares this machine, then types, lint, unit and process tests, and the real Electron windows. The closing lines name what failed and count all.
// `npm test -- unit`, `-- ops` or `-- desktop` runs a part; further words narrow to test files.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { say } from './cache.mjs'
import { hasDisplay, main, prepareWindow, project } from './prepare.mjs'
import { playwrightCounts, reports, vitestCounts } from './test-reports.mjs'
import { needPackages, operationsPackages, testPackages, windowTestPackages } from './system-packages.mjs'

const windows = process.platform === 'win32'

/** A step that hangs is a failure, not a wait. */
const stepLimitMs = 30 * 60_000

function step(title, command, args, environment) {
  say(title)
  const started = Date.now()
  const answer = spawnSync(command, args, { cwd: project, stdio: ['ignore', 'inherit', 'inherit'], env: environment, shell: windows, timeout: stepLimitMs })
  if (answer.error !== undefined) say(`${title}: ${answer.error.message}`)
  say(`${title}: ${answer.status === 0 ? 'ok' : 'FAILED'} in ${Math.round((Date.now() - started) / 1000)} s`)
  return answer.status === 0
}

await main(async () => {
  const [first, ...rest] = process.argv.slice(2)
  const part = ['unit', 'ops', 'desktop', 'check'].includes(first) ? first : 'all'
  const files = part === 'all' ? process.argv.slice(2) : rest
  const { environment: prepared } = await prepareWindow({ virtualDisplay: !hasDisplay() })
  const environment = { ...prepared, CI: process.env.CI ?? '' }
  needPackages(testPackages, 'checking bundles with independent tools')
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })
  const counts = []
  const check = (title, ok) => { counts.push({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, failures: ok ? [] : [title] }) }
  if (part === 'all' || part === 'check') {
    check('types', step('types', process.execPath, [join(project, 'scripts/types.mjs')], environment))
    check('lint', step('lint', 'npm', ['run', '--silent', 'lint'], environment))
  }
  const vitest = (title, report, projects) => {
    const ok = step(title, 'npx', ['vitest', 'run', ...projects.flatMap((name) => ['--project', name]), '--reporter=default', '--reporter=json', `--outputFile.json=${join(reports, report)}`, ...files], environment)
    const found = vitestCounts(report)
    counts.push(ok || found.failed > 0 ? found : { ...found, failed: 1, failures: [`${title} ended with a failure that no test names`] })
  }
  if (part === 'all' || part === 'unit') vitest('unit and process tests', 'vitest.json', ['node', 'renderer'])
  if (part === 'all' || part === 'ops') {
    needPackages(operationsPackages, 'deploying bundles with the programs of those who receive them')
    vitest('operations tests', 'operations.json', ['ops'])
  }
  if (part === 'all' || part === 'desktop') {
    needPackages(windowTestPackages, 'reading printed reports and comparing pictures of the window')
    needPackages(operationsPackages, 'serving a bundle and watching it')
    const playwright = ['playwright', 'test', ...files]
    const [command, args] = hasDisplay() ? ['npx', playwright] : ['xvfb-run', ['-a', '-s', '-screen 0 1600x1000x24', 'npx', ...playwright]]
    const ok = step('Electron tests', command, args, environment)
    const found = playwrightCounts()
    counts.push(ok || found.failed > 0 ? found : { ...found, failed: 1, failures: ['the Electron tests ended with a failure that no test names'] })
  }
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0)
  if (sum('skipped') > 0) say(`${sum('skipped')} tests were not run`)
  for (const failure of counts.flatMap((count) => count.failures)) process.stdout.write(`\nfailed: ${failure}`)
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`)
  return sum('failed') > 0 ? 1 : 0
})
