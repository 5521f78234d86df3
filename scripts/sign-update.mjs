// `node scripts/sign-update.mjs FOLDER KEY [NOTES]`: describes the packages of a folder and signs that with an Ed25519 private key (PEM).
// Writes slipway-update.json there: what `slipway updates` asks for. The key is read and kept nowhere.
import { createHash, createPrivateKey, sign } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const platforms = { linux: 'linux', windows: 'win32', mac: 'darwin' }

/** The signed text for these files. */
export function signedDescription(version, notes, files, privateKey) {
  const description = JSON.stringify({ schema: 'slipway.update/1', version, notes, files })
  return `${JSON.stringify({ description, signature: sign(null, Buffer.from(description, 'utf8'), createPrivateKey(privateKey)).toString('base64') })}\n`
}

/** The packages of a folder, by their names. */
export function packagesIn(folder) {
  return readdirSync(folder).sort().flatMap((name) => {
    const match = /^slipway-(\d+\.\d+\.\d+)-(linux|windows|mac)-(x64|arm64)\b.*\.(deb|tar\.gz|AppImage|exe|dmg|zip)$/.exec(name)
    if (match === null) return []
    return [{ name, platform: platforms[match[2]], arch: match[3], bytes: statSync(join(folder, name)).size, sha256: createHash('sha256').update(readFileSync(join(folder, name))).digest('hex') }]
  })
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const [folder, key, notes] = process.argv.slice(2)
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  writeFileSync(join(folder, 'slipway-update.json'), signedDescription(version, notes === undefined ? '' : readFileSync(notes, 'utf8'), packagesIn(folder), readFileSync(key, 'utf8')))
}
