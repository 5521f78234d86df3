// `slipway bundle-layout`: a bundle as an OCI image layout, for registries that take model artifacts.
import type { Command } from 'commander'
import { formatBytes, formatCount } from '../../shared/format.ts'
import { shellWord } from '../../shared/slug.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { facts } from './print.ts'

/** Registers the command. */
export function registerBundleLayout(program: Command): void {
  withExample(program.command('bundle-layout').description('Write a bundle as an OCI image layout (CNCF ModelPack, a layer a file), after checking that it is intact. Nothing is sent anywhere.')
    .argument('<bundle>', 'the archive, or the folder that it was unpacked to').requiredOption('--out <folder>', 'the folder to make; it must not be there'), 'slipway bundle-layout income-2.0.0.mlbundle.zip --out ./income-oci')
    .action(async (file: string, options: { readonly out: string }, command: Command) => withSession(command, async (session) => {
      const made = await session.job('bundle.layout', { file: await session.admit(file), destination: await session.admit(options.out, 'write') })
      session.print(made, () => facts([
        ['Layout', made.folder], ['Manifest digest', made.digest], ['Layers', formatCount(made.layers)], ['Size', formatBytes(made.bytes)],
        ['Push', `skopeo copy oci:${shellWord(options.out)}:${made.tag} docker://REGISTRY/NAME:${made.tag}`],
      ]))
    }))
}
