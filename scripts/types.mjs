// `npm run types`: every compiler project, one after the other, with the native TypeScript compiler, which takes a tenth of the time.
// The older `typescript` beside it is what the linter reads types with.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const project = join(import.meta.dirname, '..')
const compiler = join(project, 'node_modules/typescript-native/bin/tsc')
const wrong = ['shared', 'main', 'main/desktop', 'renderer', 'test'].filter((name) => spawnSync(process.execPath, [compiler, '-p', name], { cwd: project, stdio: 'inherit' }).status !== 0)
process.exitCode = wrong.length === 0 ? 0 : 1
