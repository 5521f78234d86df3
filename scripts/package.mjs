// `npm run package`: the application as a directory, a .deb and a .tar.gz for this Linux, or a directory elsewhere, with no download but npm's and Debian's.
// `npm run package -- all` makes every package of this platform that electron-builder.yml names; that needs electron-builder's own tools from their hosts.
// Further words go to electron-builder. `--only directory|deb|tar` makes less, `--output FOLDER` puts it elsewhere.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { say, SetupError } from './cache.mjs'
import { ensureElectron } from './electron-runtime.mjs'
import { drawIcons } from './icons.mjs'
import { writeNotices } from './licences.mjs'
import { makeDeb, makeTar } from './package-linux.mjs'
import { main, prepareWindow, project } from './prepare.mjs'
import { describeSizes, writeSizes } from './package-sizes.mjs'

function builder(electron, words) {
  const args = [join(project, 'node_modules/electron-builder/out/cli/cli.js'), ...words, '--publish', 'never', `-c.electronVersion=${electron.version}`, ...(words.includes('--dir') || !electron.official ? [`-c.electronDist=${electron.dist}`] : [])]
  // Without keys in the environment nothing is signed; macOS would otherwise look through the user's key chain.
  const keys = process.env.CSC_LINK !== undefined || process.env.CSC_NAME !== undefined
  const environment = { ...process.env, ...(keys ? {} : { CSC_IDENTITY_AUTO_DISCOVERY: 'false' }) }
  delete environment.ELECTRON_OVERRIDE_DIST_PATH
  const answer = spawnSync(process.execPath, args, { cwd: project, stdio: 'inherit', env: environment })
  if (answer.status !== 0) throw new SetupError('the package could not be made; the lines above say why')
}

/** The folder that electron-builder filled: linux-unpacked, linux-arm64-unpacked, mac-arm64, win-unpacked … */
export function unpackedIn(output) {
  const [folder] = readdirSync(output, { withFileTypes: true }).filter((e) => e.isDirectory() && /^(linux|win|mac)/.test(e.name)).map((e) => e.name)
  if (folder === undefined) throw new SetupError(`there is no packed folder in ${output}`)
  return join(output, folder)
}

async function sha256(file) {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return hash.digest('hex')
}

/** SHA256SUMS over the packages, in the form that `sha256sum --check` reads. */
async function writeSums(output) {
  const files = readdirSync(output).filter((name) => /^slipway-.*\.(deb|tar\.gz|AppImage|exe|dmg|zip)$/.test(name)).sort()
  const lines = []
  for (const file of files) lines.push(`${await sha256(join(output, file))}  ${file}\n`)
  writeFileSync(join(output, 'SHA256SUMS'), lines.join(''))
}

await main(async () => {
  const { values, positionals, tokens } = parseArgs({ args: process.argv.slice(2), strict: false, allowPositionals: true, tokens: true, options: { only: { type: 'string', multiple: true }, output: { type: 'string' }, sizes: { type: 'boolean' } } })
  const own = new Set(['only', 'output', 'sizes'])
  const rest = tokens.filter((t) => t.kind === 'option' && !own.has(t.name)).map((t) => (t.value === undefined ? t.rawName : `${t.rawName}=${t.value}`))
  const only = values.only ?? ['directory', 'deb', 'tar']
  const all = positionals.includes('all')
  const output = resolve(values.output ?? join(project, 'dist'))
  await prepareWindow()
  const electron = await ensureElectron({ plain: true })
  await drawIcons()
  writeNotices(electron.version)
  rmSync(output, { recursive: true, force: true })
  builder(electron, [...(all ? [] : ['--dir']), `-c.directories.output=${output}`, ...rest])
  if (process.platform === 'linux' && !all) {
    const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
    const packed = { folder: unpackedIn(output), output, version, electron: electron.version }
    if (only.includes('deb')) say(`made ${makeDeb(packed)}`)
    if (only.includes('tar')) say(`made ${makeTar(packed)}`)
    if (values.sizes === true) writeSizes(packed)
    else process.stdout.write(describeSizes(packed))
  }
  await writeSums(output)
  say(`the packages are in ${output}`)
})
