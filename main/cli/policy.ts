// `slipway policy`: a policy file checked line by line, the policy of a model, its revisions, and what changed between two of them.
import type { Command } from 'commander'
import type { Gate } from '../../shared/domain/gate.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatPlural, formatTime } from '../../shared/format.ts'
import { policyDiff, ruleName } from '../../shared/gate/policy-diff.ts'
import { parsePolicy, policyText } from '../core/core.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession, type CliSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { readText } from './references.ts'

async function revisions(session: CliSession, name: string): Promise<readonly Gate[]> {
  const model = (await session.client.call('model.list', { archived: true })).find((m) => m.name.toLowerCase() === name.toLowerCase() || m.id === name)
  if (model === undefined) throw new SlipwayError('input.unknownId', { what: 'model', id: name })
  return session.client.call('gate.revisions', { modelId: model.id })
}

function revision(all: readonly Gate[], name: string, number: number): Gate {
  const found = all.find((gate) => gate.revision === number)
  if (found === undefined) throw new SlipwayError('input.invalid', { reason: `the policy of ${name} has no revision ${number}; there ${all.length === 1 ? 'is' : 'are'} ${all.map((g) => g.revision).join(', ') || 'none'}` })
  return found
}

/** Metrics that people made for their own models here. */
async function ownMetrics(session: CliSession): Promise<string[]> {
  const models = await session.client.call('model.list', { archived: true })
  return (await Promise.all(models.map((m) => session.client.call('metric.list', { modelId: m.id })))).flat().flatMap((m) => [m.name, `custom.${m.name}`])
}

function registerCheck(policy: Command): void {
  withExample(policy.command('check').description('Read a policy file and say everything that is wrong with it, with its line. Exit 0: it is a policy; 2: it is not.').argument('<file>', 'YAML or JSON')
    .action(async (file: string, _: unknown, command: Command) => withSession(command, async (session) => {
      const read = parsePolicy(await readText(file), await ownMetrics(session))
      session.print({ valid: true, schema: read.schema, rules: read.rules.length, fault: null }, () => sections(
        paragraph(`${file} is a policy (${read.schema}) of ${formatPlural(read.rules.length, 'rule')}.`), table(['', 'Rule'], read.rules.map((rule, i) => [String(i + 1), ruleName(rule)])),
      ))
    })), 'slipway policy check gate.yaml')
}

function registerShow(policy: Command): void {
  withExample(policy.command('show').description('Print the policy of a model as a file.').argument('<model>', 'a model').option('--revision <number>', 'this revision; absent: the newest that was saved')
    .action(async (model: string, options: { revision?: string }, command: Command) => withSession(command, async (session) => {
      const all = await revisions(session, model)
      const number = wholeNumber('--revision', options.revision, { least: 1, most: 1_000_000 })
      const gate = number === null ? all.find((g) => g.saved !== false) : revision(all, model, number)
      if (gate === undefined) throw new SlipwayError('gate.policyMissing', { model })
      session.print(gate, () => policyText(gate.policy).trimEnd())
    })), 'slipway policy show income')
}

function registerRevisions(policy: Command): void {
  withExample(policy.command('history').description('List the revisions of a model’s policy, newest first.').argument('<model>', 'a model')
    .action(async (model: string, _: unknown, command: Command) => withSession(command, async (session) => {
      const all = await revisions(session, model)
      session.print(all, () => table(['Revision', 'Kept', 'Rules', 'Use'], all.map((g) => [String(g.revision), formatTime(g.createdAt), String(g.policy.rules.length), g.saved === false ? 'only a check' : 'the model’s policy']), [0, 2], `No policy was kept for ${model} yet.`))
    })), 'slipway policy history income')
  withExample(policy.command('diff').description('Say what changed between two revisions of a model’s policy, rule by rule.').argument('<model>', 'a model').argument('<before>', 'a revision').argument('<after>', 'a revision')
    .action(async (model: string, before: string, after: string, _: unknown, command: Command) => withSession(command, async (session) => {
      const all = await revisions(session, model)
      const at = (text: string): Gate => revision(all, model, wholeNumber('a revision', text, { least: 1, most: 1_000_000 }) ?? 0)
      const changes = policyDiff(at(before).policy, at(after).policy)
      session.print(changes, () => table(['Change', 'Rule', 'What'], changes.filter((c) => c.change !== 'same').map((c) => [c.change, c.rule, c.words]), [], 'Both say the same.'))
    })), 'slipway policy diff income 1 2')
}

/** Registers the commands. */
export function registerPolicy(program: Command): void {
  const policy = withExample(program.command('policy').description('Policy files of gates: check one, show a model’s, list its revisions and compare two.'), 'slipway policy check gate.yaml')
  registerCheck(policy)
  registerShow(policy)
  registerRevisions(policy)
}
