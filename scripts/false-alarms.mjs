// `npm run false-alarms`: how often 1,000 windows without drift raise an alarm, and how surely planted shifts are found, over simulated data (the suite looks at 60 and 36).
import { spawnSync } from 'node:child_process'
import { project } from './prepare.mjs'

const windows = process.argv[2] ?? '1000'
const answer = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/shared/false-alarms.test.ts'], { cwd: project, stdio: 'inherit', env: { ...process.env, FALSE_ALARM_WINDOWS: windows } })
process.exitCode = answer.status ?? 1
