// `npm run screens`: a picture of every screen of the real application, light and dark, into docs/screens. The same test that compares them
// in CI draws them, from a workspace made anew by the command line; what differs from run to run (ids, times, this machine) is masked.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { hasDisplay, main, prepareWindow, project } from './prepare.mjs'
import { fontPackages, needPackages } from './system-packages.mjs'

const out = join(project, 'docs/screens')

await main(async () => {
  const { environment } = await prepareWindow({ virtualDisplay: !hasDisplay() })
  needPackages(fontPackages, 'drawing the pictures of docs/screens with the same letters everywhere')
  mkdirSync(out, { recursive: true })
  // A screen that is gone leaves no picture behind.
  for (const file of readdirSync(out)) if (file.endsWith('.png')) rmSync(join(out, file))
  const test = ['playwright', 'test', 'test/desktop/every-screen.spec.ts', '--reporter=list']
  const [command, args] = hasDisplay() ? ['npx', test] : ['xvfb-run', ['-a', '-s', '-screen 0 1600x1000x24', 'npx', ...test]]
  return spawnSync(command, args, { cwd: project, stdio: 'inherit', env: { ...environment, SLIPWAY_DRAW_SCREENS: '1' }, shell: process.platform === 'win32' }).status ?? 1
})
