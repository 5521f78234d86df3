// `npm run soak -- 30`: what the server of a bundle must bear, in full: 10,000 fuzzed requests, a million requests with the memory looked at,
// and so many minutes of load at 80 % of capacity. `--requests N` and `--fuzz N` shorten it. The suite runs short forms of the same tests.
// Exit 1 when a request failed, a process died or the memory grew.
import { spawnSync } from 'node:child_process'
import { bundleOf, cases, memory } from './bench-serve.mjs'
import { main, prepareHeadless, project } from './prepare.mjs'

const number = (name, otherwise) => { const at = process.argv.indexOf(name); return at === -1 ? otherwise : Number(process.argv[at + 1]) }
const minutes = /^\d+(\.\d+)?$/.test(process.argv[2] ?? '') ? Number(process.argv[2]) : 30
/** What V8 and the allocator may keep between the first tenth and the end; a leak of a byte a request would be a megabyte in a million. */
const mostGrowthMb = 40

function suite(kind, file, environment) {
  const answer = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', kind, file, '--disable-console-intercept'], { cwd: project, stdio: 'inherit', env: { ...process.env, ...environment } })
  return answer.status === 0
}

async function soak() {
  await prepareHeadless()
  const bundle = bundleOf('income', cases.income)
  const fuzzed = suite('node', 'test/core/server-fuzz.test.ts', { SLIPWAY_FUZZ: String(number('--fuzz', 10_000)) })
  const { requests, marks } = await memory(bundle, number('--requests', 1_000_000))
  const [early, late] = [marks[Math.floor(marks.length / 10)], marks.at(-1)]
  const flat = late.mb - early.mb < mostGrowthMb
  const borne = minutes === 0 || suite('ops', 'test/ops/server-load.test.ts', { SLIPWAY_LOAD_SECONDS: String(Math.round(minutes * 60)) })
  process.stdout.write([
    `fuzzed requests: ${fuzzed ? 'each answered rightly' : 'FAILED, see above'}`,
    `memory of both processes: ${Math.round(early.mb)} MB after ${early.requests} requests, ${Math.round(late.mb)} MB after ${requests}: ${flat ? 'flat' : 'GROWN'}`,
    `${minutes} minutes at 80 % of capacity: ${borne ? 'no error' : 'FAILED, see above'}`, '',
  ].join('\n'))
  return fuzzed && flat && borne ? 0 : 1
}

await main(soak)
