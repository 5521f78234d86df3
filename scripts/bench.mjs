// `npm run bench`: how fast evaluation is beside its raw parts, in one run on one machine; prints the report and writes docs/performance.md.
// `--quick`: a tenth of the size and three rounds, printed only. `--only a,c`: these parts only, printed only.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchImages } from './bench-images.mjs'
import { benchMetrics } from './bench-metrics.mjs'
import { report } from './bench-report.mjs'
import { benchMemory, benchTable } from './bench-table.mjs'
import { main, prepareHeadless, project } from './prepare.mjs'

async function bench() {
  await prepareHeadless()
  const quick = process.argv.includes('--quick')
  const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1].split(',') : ['a', 'b', 'c', 'd']
  const size = quick ? { rows: 100_000, pictures: 1000, predictions: 1_000_000, repeats: 3 } : { rows: 1_000_000, pictures: 10_000, predictions: 10_000_000, repeats: 5 }
  const wants = (part) => only.includes(part)
  const a = wants('a') || wants('d') ? await benchTable(size.rows, wants('a') ? size.repeats : 1) : null
  const d = wants('d') && a !== null ? await benchMemory(size.rows, size.repeats, a) : null
  const b = wants('b') ? await benchImages(size.pictures, size.repeats) : null
  const c = wants('c') ? await benchMetrics(size.predictions, size.repeats) : null
  const text = report({ a: wants('a') ? a : null, b, c, d, repeats: size.repeats })
  if (!quick && only.length === 4) writeFileSync(join(project, 'docs/performance.md'), text)
  process.stdout.write(text)
  return 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(bench)
