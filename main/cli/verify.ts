// `slipway verify`: whether a bundle is intact, from a trusted publisher, and answers its golden requests.
import type { Command } from 'commander'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { facts, sections, table } from './print.ts'

interface Options { readonly trust?: string; readonly golden: boolean }

/** Registers the command. */
export function registerVerify(program: Command): void {
  withExample(program.command('verify').description('Verify a bundle. Exit 0 trusted, 1 tampered, 2 malformed, 3 publisher unknown, 4 golden answers differ.')
    .argument('<bundle>', 'the archive, or the folder that it was unpacked to').option('--trust <key>', 'public key (PEM) of the publisher you trust; absent: this workspace’s own key').option('--no-golden', 'do not run the golden requests'), 'slipway verify income-2.0.0.mlbundle.zip --trust publisher.pub.pem')
    .action(async (file: string, options: Options, command: Command) => withSession(command, async (session) => {
      const report = await session.job('bundle.verify', {
        file: await session.admit(file), golden: options.golden, ...(options.trust === undefined ? {} : { trust: await session.admit(options.trust) }),
      })
      session.print(report, () => sections(
        table(['Check', 'Result', 'Detail'], report.checks.map((c) => [c.name, !c.ok ? 'FAILED' : c.notRun === true ? 'not run' : 'ok', c.detail.replace(/^not run: /, '')])),
        facts([['Verdict', report.verdict], ['', report.sentence], ['Root digest', report.rootDigest ?? 'unknown'], ['Publisher key', report.publisherKeyId ?? 'unknown']]),
      ))
      session.exitWith(report.exit)
    }))
}
