// `slipway verify`: whether a bundle is intact, from a trusted publisher, and answers its golden requests.
import type { Command } from 'commander'
import { withSession } from './open-session.ts'
import { facts, table } from './print.ts'

interface Options { readonly trust?: string; readonly golden: boolean }

/** Registers the command. */
export function registerVerify(program: Command): void {
  program.command('verify').description('Verify a bundle. Exit 0 trusted, 1 tampered, 2 malformed, 3 publisher unknown, 4 golden answers differ.')
    .argument('<bundle>', 'the archive').option('--trust <key>', 'public key (PEM) of the publisher you trust; absent: this workspace’s own key').option('--no-golden', 'do not run the golden requests')
    .addHelpText('after', '\nExample:\n  slipway verify income-2.0.0.mlbundle.zip --trust publisher.pub.pem\n')
    .action(async (file: string, options: Options, command: Command) => withSession(command, async (session) => {
      const report = await session.job('bundle.verify', {
        file: await session.admit(file), golden: options.golden, ...(options.trust === undefined ? {} : { trust: await session.admit(options.trust) }),
      })
      session.print(report, () => [
        table(['Check', '', 'Detail'], report.checks.map((c) => [c.name, c.ok ? 'ok' : 'FAILED', c.detail])), '',
        facts([['Verdict', report.verdict], ['', report.sentence], ['Root digest', report.rootDigest ?? 'unknown'], ['Publisher key', report.publisherKeyId ?? 'unknown']]),
      ].join('\n'))
      session.exitWith(report.exit)
    }))
}
