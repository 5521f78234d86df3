// `npm run package`: the application as a directory, for this platform, without any download beyond the prepared Electron.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { say, SetupError } from './cache.mjs'
import { ensureElectron } from './electron-runtime.mjs'
import { main, prepareWindow, project } from './prepare.mjs'

await main(async () => {
  await prepareWindow()
  const electron = await ensureElectron({ plain: true })
  const args = [join(project, 'node_modules/electron-builder/out/cli/cli.js'), '--dir', `-c.electronVersion=${electron.version}`, `-c.electronDist=${electron.dist}`, ...process.argv.slice(2)]
  const environment = { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: 'false' }
  delete environment.ELECTRON_OVERRIDE_DIST_PATH
  const answer = spawnSync(process.execPath, args, { cwd: project, stdio: 'inherit', env: environment })
  if (answer.status !== 0) throw new SetupError('the package could not be made; the lines above say why')
  say(`the application is in ${join(project, 'dist')}`)
})
