// `slipway verify`: whether a bundle is intact, from a trusted publisher, and answers its golden requests.
import type { Command } from 'commander'
import { SlipwayError } from '../../shared/errors.ts'
import { noteSerial, readSerials } from '../core/core.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession } from './open-session.ts'
import { facts, sections, table } from './print.ts'

interface Options { readonly trust?: string; readonly golden: boolean; readonly strict?: boolean; readonly requireApprovals?: string; readonly state?: string }

async function serialsOf(file: string): Promise<Record<string, number>> {
  return { ...await readSerials(file).catch((thrown: unknown) => { throw new SlipwayError('file.unreadable', { file, reason: thrown instanceof Error ? thrown.message : 'it is not understood' }) }) }
}

/** Registers the command. */
export function registerVerify(program: Command): void {
  withExample(program.command('verify').description('Verify a bundle. Exit 0 trusted, 1 tampered, 2 malformed, 3 publisher unknown or not approved, 4 golden answers differ, 5 older than what was accepted before.')
    .argument('<bundle>', 'the archive, or the folder that it was unpacked to').option('--trust <key>', 'public key (PEM) of the publisher you trust, or a list of keys (JSON); absent: this workspace’s own key').option('--no-golden', 'do not run the golden requests')
    .option('--strict', 'scan for secrets and personal data too').option('--require-approvals <count>', 'how many people must have approved, by keys of the list')
    .option('--state <file>', 'the last serial number of each bundle that was trusted; read, and raised when this one is'), 'slipway verify income-2.0.0.mlbundle.zip --trust publisher.pub.pem')
    .action(async (file: string, options: Options, command: Command) => withSession(command, async (session) => {
      const report = await session.job('bundle.verify', {
        file: await session.admit(file), golden: options.golden, strict: options.strict === true, requireApprovals: wholeNumber('--require-approvals', options.requireApprovals, { least: 0, most: 100 }) ?? 0, ...(options.state === undefined ? {} : { serials: await serialsOf(options.state) }), ...(options.trust === undefined ? {} : { trust: await session.admit(options.trust) }),
      })
      if (options.state !== undefined && report.verdict === 'trusted') await noteSerial(options.state, report.name ?? '', report.serial ?? 0)
      session.print(report, () => sections(
        table(['Check', 'Result', 'Detail'], report.checks.map((c) => [c.name, !c.ok ? 'FAILED' : c.notRun === true ? 'not run' : 'ok', c.detail.replace(/^not run: /, '')])),
        facts([['Verdict', report.verdict], ['', report.sentence], ['Root digest', report.rootDigest ?? 'unknown'], ['Publisher key', report.publisherKeyId ?? 'unknown']]),
      ))
      session.exitWith(report.exit)
    }))
}
