// A bundle as an OCI image layout with a ModelPack manifest: one layer a file, so that a pull gives the bundle back, byte for byte.
// Formats: OCI image-spec 1.1 (layout, manifest), CNCF ModelPack model-spec (media types, config). Owns no network.
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { BundleFile, BundleManifest } from '../../../../shared/domain/bundle.ts'
import { canonicalJson } from '../canonical-json.ts'
import type { BundleTree } from '../bundle-tree.ts'

const manifestType = 'application/vnd.oci.image.manifest.v1+json'
const artifactType = 'application/vnd.cncf.model.manifest.v1+json'
const configType = 'application/vnd.cncf.model.config.v1+json'

interface Described { readonly mediaType: string; readonly digest: string; readonly size: number; readonly annotations?: Readonly<Record<string, string>> }

/** What a file is to tools that read model artifacts. */
function layerType(role: BundleFile['role'] | null): string {
  const kind = role === 'model' ? 'weight' : role === 'contract' || role === 'golden' ? 'weight.config' : role === 'document' || role === 'evidence' || role === null ? 'doc' : 'code'
  return `application/vnd.cncf.model.${kind}.v1.raw`
}

/** Writes a stream as a blob under the hash of its bytes. */
async function blob(folder: string, bytes: AsyncIterable<Buffer>, signal: AbortSignal): Promise<{ readonly digest: string; readonly size: number }> {
  const half = join(folder, 'half')
  const hash = createHash('sha256')
  let size = 0
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) { hash.update(chunk); size += chunk.length; yield chunk }
  }
  await pipeline(Readable.from(counted()), createWriteStream(half), { signal })
  const hex = hash.digest('hex')
  await rename(half, join(folder, hex))
  return { digest: `sha256:${hex}`, size }
}

async function text(folder: string, value: unknown, signal: AbortSignal): Promise<{ readonly digest: string; readonly size: number }> {
  const bytes = Buffer.from(canonicalJson(value), 'utf8')
  return blob(folder, Readable.from([bytes]) as AsyncIterable<Buffer>, signal)
}

export interface OciLayout { readonly digest: string; readonly layers: number; readonly bytes: number; readonly tag: string }

/**
 * Writes the layout into `folder`, which must not be there. The same bundle gives the same digest anywhere.
 * The caller verified the bundle. Throws what the disk says; leaves nothing then.
 */
export async function writeOciLayout(tree: BundleTree, manifest: BundleManifest, rootDigest: string, folder: string, signal: AbortSignal): Promise<OciLayout> {
  const blobs = join(folder, 'blobs', 'sha256')
  try {
    await mkdir(blobs, { recursive: true })
    const roles = new Map(manifest.files.map((f) => [f.path, f.role]))
    const layers: Described[] = []
    for (const file of [...tree.files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      const made = await blob(blobs, tree.read(file.path), signal)
      layers.push({ mediaType: layerType(roles.get(file.path) ?? null), ...made, annotations: { 'org.opencontainers.image.title': file.path } })
    }
    const config = await text(blobs, {
      descriptor: { name: manifest.name, version: manifest.version, createdAt: manifest.createdAt, revision: rootDigest, ...(manifest.licences === undefined ? {} : { licenses: manifest.licences.map((l) => l.licence) }) },
      modelfs: { type: 'layers', diffIds: layers.map((l) => l.digest) }, config: { format: 'onnx' },
    }, signal)
    const whole = await text(blobs, {
      schemaVersion: 2, mediaType: manifestType, artifactType, config: { mediaType: configType, ...config }, layers,
      annotations: { 'org.opencontainers.image.created': manifest.createdAt, 'org.opencontainers.image.title': manifest.name, 'org.opencontainers.image.version': manifest.version, 'slipway.root-digest': rootDigest },
    }, signal)
    await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}\n')
    await writeFile(join(folder, 'index.json'), `${canonicalJson({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [{ mediaType: manifestType, artifactType, ...whole, annotations: { 'org.opencontainers.image.ref.name': manifest.version } }] })}\n`)
    return { digest: whole.digest, layers: layers.length, bytes: layers.reduce((sum, l) => sum + l.size, 0), tag: manifest.version }
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true })
    throw thrown
  }
}
