// `npm run intervals`: how often the 95 % intervals hold the truth, over 5,000 simulated data sets for each metric (the suite looks at 300 or 800),
// and how often a comparison calls one of two equal models better, and sees a difference with the rows that it asks for (a tenth as many; the suite looks at 120).
import { spawnSync } from 'node:child_process'
import { project } from './prepare.mjs'

const repetitions = process.argv[2] ?? '5000'
const answer = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/shared/interval-coverage.test.ts', 'test/shared/ranking-coverage.test.ts', 'test/shared/verdict.test.ts'], {
  cwd: project, stdio: 'inherit', env: { ...process.env, INTERVAL_REPETITIONS: repetitions, VERDICT_REPETITIONS: String(Math.ceil(Number(repetitions) / 10)) },
})
process.exitCode = answer.status ?? 1
