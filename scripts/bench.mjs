// `npm run bench`: how fast evaluation is beside its raw parts, in one run on one machine; prints the report and writes docs/performance.md
// with its numbers in docs/performance.json. `--quick`: a tenth of the size and three rounds, printed only. `--only a,c`: these parts only,
// printed only; with `--keep` they take the place of the same parts in the documents. `--page` writes the page from the numbers again.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchImages } from './bench-images.mjs'
import { benchLogs, logsSection } from './bench-logs.mjs'
import { benchMetrics } from './bench-metrics.mjs'
import { benchRegistry } from './bench-registry.mjs'
import { fullSize } from './bench-registry-fill.mjs'
import { full, kept, report } from './bench-report.mjs'
import { benchMemory, benchTable } from './bench-table.mjs'
import { benchServe } from './bench-serve.mjs'
import { main, prepareHeadless, project } from './prepare.mjs'

const numbersFile = join(project, 'docs/performance.json')
const pageFile = join(project, 'docs/performance.md')
const stored = () => (existsSync(numbersFile) ? JSON.parse(readFileSync(numbersFile, 'utf8')) : {})
const machine = () => `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB memory, ${platform()} ${release()}, Node ${process.versions.node}`

function write(numbers) {
  writeFileSync(numbersFile, `${JSON.stringify(numbers, null, 2)}\n`)
  writeFileSync(pageFile, report(numbers))
}

async function measure(quick, only) {
  const wants = (part) => only.includes(part)
  const of = (part) => (quick ? Math.round((full[part].rows ?? full[part].count) / 10) : full[part].rows ?? full[part].count)
  const repeats = quick ? 3 : full.a.rounds
  const run = { run: new Date().toISOString(), machine: machine() }
  const a = wants('a') || wants('d') ? await benchTable(of('a'), wants('a') ? repeats : 1) : null
  const d = wants('d') && a !== null ? await benchMemory(of('d'), repeats, a) : null
  const b = wants('b') ? await benchImages(of('b'), repeats) : null
  // One round of scikit-learn takes half a minute for a million predictions, and minutes for ten.
  const c = wants('c') ? await benchMetrics(of('c'), repeats, repeats) : null
  const e = wants('e') ? await benchRegistry({ ...fullSize, versions: of('e'), models: Math.round(fullSize.models * of('e') / full.e.count) }, quick ? 20 : full.e.rounds) : null
  const f = wants('f') ? await benchServe(quick ? 20_000 : full.f.count, quick ? 5 : 15, 2) : null
  // Part g is made on demand: its files take gigabytes.
  const g = wants('g') ? await benchLogs(quick ? 1_000_000 : 10_000_000) : null
  return { ...kept({ a: wants('a') ? a : null, b, c, d, e, f }, run), ...(g === null ? {} : { g: { ...run, ...g } }) }
}

async function bench() {
  if (process.argv.includes('--page')) {
    write(stored())
    return 0
  }
  await prepareHeadless()
  const quick = process.argv.includes('--quick')
  const at = process.argv.indexOf('--only')
  const only = at === -1 ? Object.keys(full) : process.argv[at + 1].split(',')
  const numbers = await measure(quick, only)
  const isWhole = !quick && only.length === Object.keys(full).length
  if (isWhole) write(numbers)
  else if (process.argv.includes('--keep')) write({ ...stored(), ...numbers })
  process.stdout.write(Object.keys(numbers).join() === 'g' ? logsSection(numbers.g) : report(numbers))
  return 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(bench)
