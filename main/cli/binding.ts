// `slipway binding`: propose how columns become inputs, check a binding file, save it with a version.
import type { Command } from 'commander'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import type { Binding, BindingProblem, Proposal } from '../../shared/domain/binding.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { writeFault } from '../core/core.ts'
import { withExample } from './example.ts'
import { withSession, type CliSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { dataset, readText, version } from './references.ts'

interface ProposeOptions { readonly target?: string; readonly separator?: string; readonly out?: string; readonly save?: boolean; readonly rewrite?: boolean }
interface CheckOptions { readonly data?: string; readonly save?: boolean }

/** Reads a binding from a YAML or JSON file. */
export async function readBinding(session: CliSession, file: string): Promise<Binding> {
  return session.client.call('binding.parse', { text: await readText(file) })
}

const problemLines = (problems: readonly BindingProblem[]): string =>
  problems.length === 0 ? 'The binding fits.' : problems.map((p) => paragraph(`${p.severity}: ${p.about}: ${p.sentence} ${p.next}`, 2)).join('\n')

function describe(proposal: Proposal, text: string): string {
  return sections(
    text.trimEnd(),
    { title: 'Assumptions', body: table(['About', 'Value', 'Confidence', 'Reason'], proposal.guesses.map((g) => [g.about, g.value, g.confidence, g.reason])) },
    { title: 'Problems', body: problemLines(proposal.problems) },
  )
}

/** Writes what was asked for to a file that the user named. Errors: `file.notWritable`. */
async function writeText(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((thrown: unknown) => {
    if (existsSync(dirname(resolve(file)))) throw writeFault(thrown, `“${file}”`)
    throw new SlipwayError('file.notWritable', { where: `“${file}”`, reason: 'its folder does not exist' })
  })
}

function registerPropose(group: Command): void {
  withExample(group.command('propose').description('Propose a binding from names, shapes, types, metadata and a small probe run.')
    .argument('<model>', 'a model file, name@version or version id').argument('<data>', 'a data set or file')
    .option('--target <column>', 'the column that holds the true answers; several labels: a,b,c').option('--separator <text>', 'what stands between the labels of one cell of the target, such as |')
    .option('--out <file>', 'write the binding as YAML or JSON, by its ending')
    .option('--save', 'store the binding with the version').option('--rewrite', 'consent to rewrite map outputs to plain tensors'), 'slipway binding propose income@1 test.csv --target income --out income.binding.yaml')
    .action(async (model: string, data: string, options: ProposeOptions, command: Command) => withSession(command, async (session) => {
      const found = await version(session, model, { rewrite: options.rewrite ?? false })
      const rows = await dataset(session, data)
      const proposal = await session.job('binding.propose', { versionId: found.id, datasetId: rows.id, ...(options.target === undefined ? {} : { target: options.target }), ...(options.separator === undefined ? {} : { separator: options.separator }) })
      const format = options.out !== undefined && extname(options.out).toLowerCase() === '.json' ? 'json' : 'yaml'
      const { text } = await session.client.call('binding.text', { binding: proposal.binding, format })
      if (options.out !== undefined) await writeText(options.out, text)
      if (options.save === true) await session.client.call('binding.save', { versionId: found.id, binding: proposal.binding, guesses: proposal.guesses })
      session.print(proposal, () => describe(proposal, text))
      if (proposal.problems.some((p) => p.severity === 'error')) session.answerNo()
    }))
}

/** Registers the command group. */
export function registerBinding(program: Command): void {
  const group = withExample(program.command('binding').description('Propose or check how data becomes model input, and output becomes predictions.'), 'slipway binding propose income@1 test.csv --target income')
  registerPropose(group)
  withExample(group.command('check').description('Check a binding file against a model and, if given, a data set.')
    .argument('<model>', 'a model file, name@version or version id').argument('<file>', 'the binding, YAML or JSON')
    .option('--data <data>', 'a data set or file').option('--save', 'store the binding with the version when it fits'), 'slipway binding check income@1 income.binding.yaml --data test.csv')
    .action(async (model: string, file: string, options: CheckOptions, command: Command) => withSession(command, async (session) => {
      const found = await version(session, model)
      const binding = await readBinding(session, file)
      const rows = options.data === undefined ? null : await dataset(session, options.data)
      const problems = await session.client.call('binding.check', { versionId: found.id, binding, ...(rows === null ? {} : { datasetId: rows.id }) })
      const fits = !problems.some((p) => p.severity === 'error')
      if (fits && options.save === true) await session.client.call('binding.save', { versionId: found.id, binding, guesses: [] })
      session.print({ fits, problems }, () => problemLines(problems))
      if (!fits) session.answerNo()
    }))
}
