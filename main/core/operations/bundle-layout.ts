// bundle.layout: a bundle as an OCI image layout, for registries that take model artifacts. Verified before a byte of it is written.
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BundleManifest } from '../../../shared/domain/bundle.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { openBundle, readText } from '../bundle/bundle-tree.ts'
import { writeOciLayout, type OciLayout } from '../bundle/seal/oci-layout.ts'
import { verifyBundle } from '../bundle/verify.ts'
import { writeFault } from '../files/staged-copy.ts'
import type { JobContext } from '../jobs.ts'

/** Errors: `bundle.notIntact`, `bundle.targetExists`, `file.*`. */
export async function layOutBundle(path: string, folder: string, context: JobContext): Promise<OciLayout & { folder: string }> {
  context.progress({ step: 'verifying', done: null, total: null }, null)
  const report = await verifyBundle(path, { signal: context.signal, notRun: 'the files are laid out as they are' })
  if (report.rootDigest === null || (report.verdict !== 'unknown-publisher' && report.verdict !== 'trusted')) throw new SlipwayError('bundle.notIntact', { file: basename(path), reason: report.sentence })
  if (await stat(folder).then(() => true, () => false)) throw new SlipwayError('bundle.targetExists', { file: basename(folder) })
  context.progress({ step: 'writing layers', done: null, total: null }, 0.3)
  // What is half there never has the name that was asked for.
  const half = join(dirname(folder), `.${basename(folder)}.${process.pid}.part`)
  const tree = await openBundle(path)
  try {
    await mkdir(dirname(folder), { recursive: true })
    const manifest = BundleManifest.parse(JSON.parse((await readText(tree, 'bundle.json')).toString('utf8')))
    const made = await writeOciLayout(tree, manifest, report.rootDigest, half, context.signal)
    await rename(half, folder)
    return { ...made, folder: basename(folder) }
  } catch (thrown) {
    throw thrown instanceof SlipwayError || context.signal.aborted ? thrown : writeFault(thrown, `The folder of “${basename(folder)}”`)
  } finally {
    await tree.close()
    await rm(half, { recursive: true, force: true })
  }
}
