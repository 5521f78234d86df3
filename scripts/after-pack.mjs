// Called by electron-builder on every packed folder: the native files of its platform are there, and those of no other.
// Refuses a package that would not start; a package for another architecture needs that one's native packages installed (docs/packages.md).
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const architectures = { 0: 'ia32', 1: 'x64', 2: 'armv7l', 3: 'arm64', 4: 'universal' }
const flavours = { linux: '-gnu', win32: '-msvc', darwin: '' }

/** Paths under node_modules that a package of this platform must hold. */
export function nativeFiles(platform, arch) {
  const library = { linux: 'libduckdb.so', darwin: 'libduckdb.dylib', win32: 'duckdb.dll' }[platform]
  return [
    `onnxruntime-node/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`,
    `@duckdb/node-bindings-${platform}-${arch}/duckdb.node`,
    `@duckdb/node-bindings-${platform}-${arch}/${library}`,
    `@napi-rs/canvas-${platform}-${arch}${flavours[platform]}/skia.${platform}-${arch}${flavours[platform]}.node`,
    `better-sqlite3/prebuilds/${platform}-${arch}.node`,
  ]
}

/** Native files of other platforms or architectures in a folder of packages. */
export function foreignFiles(modules, platform, arch) {
  const names = readdirSync(modules, { recursive: true }).map((name) => name.replaceAll('\\', '/')).filter((name) => /\.(node|so|dylib|dll)(\.\d+)*$/.test(name))
  return names.filter((name) => /(linux|darwin|win32)/.test(name) && !(new RegExp(`${platform}[-/]${arch}`).test(name)) || /musl|android/.test(name))
}

export async function afterPack({ appOutDir, electronPlatformName: platform, arch, packager }) {
  const resources = platform === 'darwin' ? join(appOutDir, `${packager.appInfo.productFilename}.app/Contents/Resources`) : join(appOutDir, 'resources')
  const modules = join(resources, 'app.asar.unpacked/node_modules')
  const word = architectures[arch]
  const missing = nativeFiles(platform, word).filter((file) => !existsSync(join(modules, file)))
  if (missing.length > 0) throw new Error(`not in the package for ${platform}-${word}: ${missing.join(', ')}. Install that platform's packages first: npm ci --os=${platform} --cpu=${word}`)
  const foreign = foreignFiles(modules, platform, word)
  if (foreign.length > 0) throw new Error(`files of another platform in the package: ${foreign.join(', ')}`)
}
