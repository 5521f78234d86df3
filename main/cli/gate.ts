// `slipway gate`: a policy against a run; exit 0 when it passes, 1 when it does not.
import type { Command } from 'commander'
import { existsSync } from 'node:fs'
import type { GateCheck, GateFilled, GateTask } from '../../shared/domain/gate.ts'
import type { GatePolicy } from '../../shared/domain/gate-rules.ts'
import type { RunSummary } from '../../shared/domain/run.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatDuration, formatPlural } from '../../shared/format.ts'
import { costWords } from '../../shared/gate/tasks.ts'
import { decides } from '../../shared/gate-evaluation.ts'
import type { RunId } from '../../shared/ids.ts'
import { parsePolicy } from '../core/core.ts'
import { evaluate, withEvaluateOptions, type EvaluateOptions } from './evaluate.ts'
import { withExample } from './example.ts'
import { decimalNumber } from './number-option.ts'
import { say, withSession, type CliSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { readText, run, version } from './references.ts'

type Options = Partial<EvaluateOptions> & { readonly policy?: string; readonly baseline?: string; readonly overrideName?: string; readonly overrideReason?: string; readonly save?: boolean; readonly runMissing?: boolean; readonly budget?: string }

async function readPolicy(file: string | undefined): Promise<GatePolicy | undefined> {
  if (file === undefined) return undefined
  return parsePolicy(await readText(file))
}

function overrideOf(options: Options): { name: string; reason: string } | undefined {
  if (options.overrideName === undefined && options.overrideReason === undefined) return undefined
  if (options.overrideName === undefined || options.overrideReason === undefined) throw new SlipwayError('input.invalid', { reason: 'an override needs both --override-name and --override-reason' })
  return { name: options.overrideName, reason: options.overrideReason }
}

/** The run to judge: evaluated now when data is given, else a run id or the newest run of a version. */
async function runToJudge(session: CliSession, subject: string, options: Options): Promise<RunId> {
  if (options.data !== undefined) return (await evaluate(session, subject, { ...options, data: options.data })).id
  if (existsSync(subject)) {
    const found = await version(session, subject)
    return (await run(session, found.id)).id
  }
  return (await run(session, subject)).id
}

const verdicts: Readonly<Record<GateCheck['findings'][number]['verdict'], string>> = { pass: 'pass', fail: 'FAIL', 'not-established': 'not established' }

/** The answer, every rule with its finding, and what can be done with it. */
function describe(check: GateCheck, judged: RunSummary): string {
  const version = `${judged.modelName}@${judged.versionNumber}`
  const failed = check.findings.filter((f) => f.verdict !== 'pass' && decides(f.rule)).length
  const answer = check.passed ? `${version} on ${judged.datasetName} passes the gate.` : `${version} on ${judged.datasetName} does not pass the gate: ${failed} of ${formatPlural(check.findings.length, 'rule')} not met.`
  const next = check.passed || check.override !== null ? `Export it: slipway export ${check.runId} --out ./bundles` : 'Meet the rules, or override them with --override-name and --override-reason; both stay in the record and in the bundle.'
  return sections(
    paragraph(answer),
    table(['Verdict', 'Finding'], check.findings.map((f) => [decides(f.rule) ? verdicts[f.verdict] : `${verdicts[f.verdict]} (advisory)`, f.sentence])),
    check.override === null ? null : paragraph(`Overridden by ${check.override.name}: ${check.override.reason}`),
    paragraph(next),
    check.passed || !check.findings.some((f) => f.verdict === 'not-established') ? null : paragraph('What has not been measured yet is run with --run-missing; it says beforehand how long it takes.'),
  )
}

/** Said before anything runs, so that nobody is surprised by the time it takes. */
function sayBudget(tasks: readonly GateTask[], seconds: number): void {
  const total = tasks.reduce((sum, task) => sum + (task.seconds ?? 0), 0)
  say(`Running what is missing: ${formatPlural(tasks.length, 'piece')} of work, about ${formatDuration(Math.round(total) * 1000)} of at most ${formatDuration(seconds * 1000)}.`, ...tasks.map((task) => `  ${task.title}: ${costWords(task)}`))
}

const sayLeft = ({ left }: GateFilled): void => { if (left.length > 0) say(...left.map(({ task, reason }) => `Not done: ${task.title}. ${reason}`)) }

/** Runs what rules wait for; what stays open is said and stays not established. */
async function runMissing(session: CliSession, asked: { readonly runId: RunId; readonly policy?: GatePolicy; readonly baselineRunId?: RunId }, seconds: number): Promise<void> {
  const policy = asked.policy ?? (await session.client.call('gate.get', { modelId: (await session.client.call('run.get', { runId: asked.runId })).modelId }))?.policy
  if (policy === undefined) return
  const { tasks } = await session.client.call('gate.preview', { ...asked, policy })
  if (tasks.length === 0) return
  sayBudget(tasks, seconds)
  sayLeft(await session.job('gate.fill', { ...asked, policy, seconds }))
}

/** Registers the command. */
export function registerGate(program: Command): void {
  const command = withEvaluateOptions(program.command('gate').description('Check a run against a gate policy. Exit 0: passed; 1: not passed.')
    .argument('<run>', 'a run id, name@version, or a model file together with --data').option('--data <data>', 'evaluate on this data first'))
    .option('--policy <file>', 'a policy file (YAML or JSON); absent: the model’s stored policy').option('--baseline <run>', 'the run that no-regression rules compare with')
    .option('--override-name <name>', 'who overrides').option('--override-reason <text>', 'why; stays visible in the record and in the bundle').option('--save', 'store the policy with the model')
    .option('--run-missing', 'run first what rules wait for (slices, groups, stress, speed, parity …); what it takes is said beforehand').option('--budget <seconds>', 'for --run-missing: begin nothing beyond so many seconds (600)')
    .action(async (subject: string, options: Options, command: Command) => withSession(command, async (session) => {
      const seconds = decimalNumber('--budget', options.budget, { least: 1, most: 86_400 }) ?? 600
      const policy = await readPolicy(options.policy)
      const override = overrideOf(options)
      const runId = await runToJudge(session, subject, options)
      if (policy !== undefined && options.save === true) {
        const judged = await session.client.call('run.get', { runId })
        await session.client.call('gate.save', { modelId: judged.modelId, policy })
      }
      const baseline = options.baseline === undefined ? undefined : (await run(session, options.baseline)).id
      const asked = { runId, ...(policy === undefined ? {} : { policy }), ...(baseline === undefined ? {} : { baselineRunId: baseline }) }
      if (options.runMissing === true) await runMissing(session, asked, seconds)
      const check = await session.client.call('gate.check', { ...asked, ...(override === undefined ? {} : { override }) })
      const judged = await session.client.call('run.get', { runId })
      session.print(check, () => describe(check, judged))
      if (!check.passed && check.override === null) session.answerNo()
    }))
  withExample(command, 'slipway gate income-v2.onnx --policy gate.yaml --data test.csv --target income')
}
