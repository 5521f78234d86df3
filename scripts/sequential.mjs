// `npm run sequential`: how often an A/B comparison that is looked at all the time finds what is not there, and with how many rows what is, over 2,000 simulated experiments (the suite plays 120).
import { spawnSync } from 'node:child_process'
import { project } from './prepare.mjs'

const experiments = process.argv[2] ?? '2000'
const answer = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/shared/ab-test.test.ts'], { cwd: project, stdio: 'inherit', env: { ...process.env, AB_EXPERIMENTS: experiments } })
process.exitCode = answer.status ?? 1
