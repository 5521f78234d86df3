// `slipway gate`: a policy against a run; exit 0 when it passes, 1 when it does not.
import type { Command } from 'commander'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { GateCheck, GatePolicy } from '../../shared/domain/gate.ts'
import { SlipwayError } from '../../shared/errors.ts'
import type { RunId } from '../../shared/ids.ts'
import { parsePolicy } from '../core/core.ts'
import { evaluate, withEvaluateOptions, type EvaluateOptions } from './evaluate.ts'
import { withSession, type CliSession } from './open-session.ts'
import { table } from './print.ts'
import { run, version } from './references.ts'

type Options = Partial<EvaluateOptions> & { readonly policy?: string; readonly baseline?: string; readonly overrideName?: string; readonly overrideReason?: string; readonly save?: boolean }

async function readPolicy(file: string | undefined): Promise<GatePolicy | undefined> {
  if (file === undefined) return undefined
  const text = await readFile(file, 'utf8').catch(() => { throw new SlipwayError('file.missing', { file }) })
  return parsePolicy(text)
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

const describe = (check: GateCheck): string => [
  table(['Verdict', 'Finding'], check.findings.map((f) => [f.verdict, f.sentence])),
  '', check.passed ? 'The gate is passed.' : check.override === null ? 'The gate is not passed.' : `The gate is not passed, but overridden by ${check.override.name}: ${check.override.reason}`,
].join('\n')

/** Registers the command. */
export function registerGate(program: Command): void {
  withEvaluateOptions(program.command('gate').description('Check a run against a gate policy. Exit 0: passed; 1: not passed.')
    .argument('<run>', 'a run id, name@version, or a model file together with --data').option('--data <data>', 'evaluate on this data first'))
    .option('--policy <file>', 'a policy file (YAML or JSON); absent: the model’s stored policy').option('--baseline <run>', 'the run that no-regression rules compare with')
    .option('--override-name <name>', 'who overrides').option('--override-reason <text>', 'why; stays visible in the record and in the bundle').option('--save', 'store the policy with the model')
    .addHelpText('after', '\nExample:\n  slipway gate income-v2.onnx --policy gate.yaml --data test.csv --target income\n')
    .action(async (subject: string, options: Options, command: Command) => withSession(command, async (session) => {
      const policy = await readPolicy(options.policy)
      const override = overrideOf(options)
      const runId = await runToJudge(session, subject, options)
      if (policy !== undefined && options.save === true) {
        const judged = await session.client.call('run.get', { runId })
        await session.client.call('gate.save', { modelId: judged.modelId, policy })
      }
      const baseline = options.baseline === undefined ? undefined : (await run(session, options.baseline)).id
      const check = await session.client.call('gate.check', {
        runId, ...(policy === undefined ? {} : { policy }), ...(baseline === undefined ? {} : { baselineRunId: baseline }), ...(override === undefined ? {} : { override }),
      })
      session.print(check, () => describe(check))
      if (!check.passed && check.override === null) session.answerNo()
    }))
}
