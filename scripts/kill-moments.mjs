// `npm run kill-moments -- 200`: the program killed at so many random moments of import, evaluate, gate, promote, approve, export, backup, restore and migration (the suite looks at 9).
// A second number is the seed of an earlier run.
import { spawnSync } from 'node:child_process'
import { project } from './prepare.mjs'

const [count = '200', seed] = process.argv.slice(2)
const answer = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/core/kill-moments.test.ts', '--disable-console-intercept'], {
  cwd: project, stdio: 'inherit', env: { ...process.env, KILL_MOMENTS: count, ...(seed === undefined ? {} : { KILL_SEED: seed }) },
})
process.exitCode = answer.status ?? 1
