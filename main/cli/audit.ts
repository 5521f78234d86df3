// `slipway audit`: whether the record holds, and the record as a file.
import type { Command } from 'commander'
import { resolve } from 'node:path'
import type { AuditReport } from '../../shared/domain/audit.ts'
import { formatPlural, formatTime, shortHash } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { sections, table } from './print.ts'

const kinds: Readonly<Record<AuditReport['findings'][number]['kind'], string>> = {
  chain: 'Chain', changed: 'Changed', missing: 'Removed', extra: 'Added', schema: 'Rules', damage: 'Damage', anchor: 'Earlier log', unproven: 'Not proven',
}

function describe(report: AuditReport): string {
  const count = report.findings.length + report.more
  const held = `${formatPlural(report.entries, 'entry', 'entries')}${report.since === null ? '' : ` since ${formatTime(report.since)}`}`
  const head = report.head === null ? '' : ` The newest is ${report.head.seq}, ${shortHash(report.head.hash)}.`
  return sections(
    report.whole ? `The record is unbroken: ${held}.${head}` : `The record does not hold: ${formatPlural(count, 'difference')} in ${held}.${head}`,
    { title: 'What differs', body: report.findings.length === 0 ? '' : table(['What', 'Entry', 'In words'], report.findings.map((f) => [kinds[f.kind], f.seq === null ? '' : String(f.seq), f.sentence]), [1]) },
    report.more === 0 ? null : `And ${formatPlural(report.more, 'further difference')}.`,
  )
}

/** Registers the commands. */
export function registerAudit(program: Command): void {
  const audit = withExample(program.command('audit').description('The record of the workspace: prove that it holds, or write it to a file.'), 'slipway audit verify')
  withExample(audit.command('verify').description('Check the chain of the record, and every stored row against it. Exit 1 when something was changed outside Slipway.')
    .option('--against <file>', 'a log exported before: nothing that it holds may be gone'), 'slipway audit verify')
    .action(async (options: { readonly against?: string }, command: Command) => withSession(command, async (session) => {
      const report = await session.job('audit.verify', options.against === undefined ? {} : { against: await session.admit(options.against) })
      session.print(report, () => describe(report))
      if (!report.whole) session.answerNo()
    }))
  withExample(audit.command('export').description('Write the record as JSON lines, which anybody can verify: who did what, when and why, and the chain.')
    .requiredOption('--out <file>', 'the file to write'), 'slipway audit export --out log.jsonl')
    .action(async (options: { readonly out: string }, command: Command) => withSession(command, async (session) => {
      const written = await session.job('audit.export', { file: await session.admit(options.out, 'write') })
      session.print({ ...written, path: resolve(options.out) }, () => `Wrote ${formatPlural(written.entries, 'entry', 'entries')} with ${formatPlural(written.events, 'event')} to ${options.out}. The newest is ${written.head.seq}, ${shortHash(written.head.hash)}.`)
    }))
}
