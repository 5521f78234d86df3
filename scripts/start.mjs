// `npm start`: opens the application; where there is no display it says so and runs the same main job headless.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { say } from './cache.mjs'
import { demo } from './demo.mjs'
import { hasDisplay, main, prepareWindow, project } from './prepare.mjs'

await main(async () => {
  if (!hasDisplay()) {
    say('there is no display here, so no window can open; running the same job from the command line instead')
    return demo()
  }
  const { electron, noSandbox, environment } = await prepareWindow()
  const executable = process.platform === 'darwin' ? join(electron.dist, 'Electron.app/Contents/MacOS/Electron') : join(electron.dist, process.platform === 'win32' ? 'electron.exe' : 'electron')
  const args = [...(noSandbox ? ['--no-sandbox'] : []), ...(electron.loadsCheckout ? [] : [project]), ...process.argv.slice(2)]
  const child = spawn(executable, args, { stdio: 'inherit', env: environment })
  return new Promise((done) => { child.once('exit', (code) => { done(code ?? 0) }) })
})
