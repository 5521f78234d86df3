// `npm run conformance`: every reference of the fixtures through the real engine, as a table, case by case. Exit 1 on any difference.
// `npm run conformance -- iris` checks the lines of one case alone; a case that does not exist is exit 1 too.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { project } from './prepare.mjs'

const folder = mkdtempSync(join(tmpdir(), 'slipway-conformance-'))
const file = join(folder, 'table.json')
const only = process.argv[2] ?? ''
const answer = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'node', ...(only === '' ? [] : ['-t', `${only.replace(/[^\w-]/g, '')} `]), 'test/core/conformance.test.ts'], {
  cwd: project, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', env: { ...process.env, CONFORMANCE_TABLE: file, CONFORMANCE_CASE: only },
})

function read() {
  try { return JSON.parse(readFileSync(file, 'utf8')) } catch { return null }
}

const table = read()
rmSync(folder, { recursive: true, force: true })
if (table === null || table.expected === 0) {
  process.stdout.write(answer.stdout ?? '')
  process.stdout.write(only === '' ? 'No case was run.\n' : `No case is called “${only}”.\n`)
  process.exit(1)
}
const number = (value) => (value === null ? 'missing' : value === 0 ? '0' : value.toExponential(1))
const head = ['Case', 'Model', 'Data', 'What', 'Values', 'Worst difference', 'Tolerance', 'Ok']
const rows = table.lines.map((l) => [l.case, l.model, l.data, l.what, String(l.compared), number(l.worst), number(l.tolerance), l.wrong.length === 0 ? 'yes' : `NO (${l.wrong.length})`])
const widths = head.map((title, i) => Math.max(title.length, ...rows.map((r) => r[i].length)))
const print = (cells) => process.stdout.write(`${cells.map((c, i) => (i >= 4 && i <= 6 ? c.padStart(widths[i]) : c.padEnd(widths[i]))).join('  ').trimEnd()}\n`)
print(head)
print(widths.map((w) => '-'.repeat(w)))
rows.forEach(print)
const wrong = table.lines.filter((l) => l.wrong.length > 0)
for (const l of wrong) for (const reason of l.wrong.slice(0, 20)) process.stdout.write(`${l.case} ${l.model} on ${l.data} (${l.what}): ${reason}\n`)
const numbers = table.lines.reduce((sum, l) => sum + l.compared, 0)
const whole = table.lines.length === table.expected && answer.status === 0
process.stdout.write(`\n${numbers.toLocaleString('en')} values in ${table.lines.length} of ${table.expected} lines; ${wrong.length === 0 ? 'all agree' : `${wrong.length} ${wrong.length === 1 ? 'line differs' : 'lines differ'}`}. Counts and shares of counts must be equal; differences are relative above 1.\n`)
process.exitCode = whole && wrong.length === 0 ? 0 : 1
