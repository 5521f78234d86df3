// `npm run three-writers -- 60`: an open core and two command lines write to one workspace for so many seconds (the suite does 5).
import { spawnSync } from 'node:child_process'
import { project } from './prepare.mjs'

const seconds = process.argv[2] ?? '60'
const answer = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/core/three-writers.test.ts', '--disable-console-intercept'], {
  cwd: project, stdio: 'inherit', env: { ...process.env, WRITERS_SECONDS: seconds },
})
process.exitCode = answer.status ?? 1
