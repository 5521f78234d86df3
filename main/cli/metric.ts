// `slipway metric add | list | try`: metrics of a user's own, as SQL aggregates over the stored predictions of a run.
import type { Command } from 'commander'
import type { MetricValue } from '../../shared/domain/run.ts'
import { CustomMetricExpression, CustomMetricName, customMetricId } from '../../shared/domain/custom-metric.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatNumber, formatPlural } from '../../shared/format.ts'
import type { ModelId } from '../../shared/ids.ts'
import { withExample } from './example.ts'
import { withSession, type CliSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { run } from './references.ts'

function valueText(m: MetricValue): string {
  if (m.value === null) return `not available: ${m.reason ?? 'no reason known'}`
  return `${formatNumber(m.value)}${m.low === null || m.high === null ? '' : ` (${formatNumber(m.low)} to ${formatNumber(m.high)}, 95 %)`} on ${formatPlural(m.n, 'row')}`
}

/** A model by its name. Errors: `input.unknownId`. */
async function modelNamed(session: CliSession, name: string): Promise<ModelId> {
  const found = (await session.client.call('model.list', { archived: true })).find((m) => m.id === name || m.name.toLowerCase() === name.toLowerCase())
  if (found === undefined) throw new SlipwayError('input.unknownId', { what: 'model', id: name })
  return found.id
}

function nameOf(text: string): string {
  const parsed = CustomMetricName.safeParse(text)
  if (!parsed.success) throw new SlipwayError('input.invalid', { reason: `“${text}” is no name for a metric: use small letters, digits and underscores, a letter first` })
  return parsed.data
}

function expressionOf(text: string): string {
  const parsed = CustomMetricExpression.safeParse(text)
  if (!parsed.success) throw new SlipwayError('input.invalid', { reason: 'the expression must have 1 to 2,000 characters' })
  return parsed.data
}

function registerAdd(metric: Command): void {
  withExample(metric.command('add').description('Save a metric with a model; every new run computes it, and gate rules may name it as custom.NAME.')
    .argument('<model>', 'a model’s name').argument('<name>', 'small letters, digits and underscores').argument('<expression>', 'one SQL aggregate over the predictions')
    .action(async (model: string, name: string, expression: string, _: unknown, command: Command) => withSession(command, async (session) => {
      const added = await session.job('metric.add', { modelId: await modelNamed(session, model), name: nameOf(name), expression: expressionOf(expression) })
      session.print(added, () => sections(
        paragraph(`Saved ${customMetricId(added.metric.name)}, revision ${added.metric.revision}. New runs of ${model} compute it.`),
        paragraph(added.value === null ? 'The model has no finished run yet, so the expression was read but not computed.' : `On its newest run: ${valueText(added.value)}.`),
      ))
    })), 'slipway metric add income found_late "avg(CASE WHEN truth = \'>50K\' THEN (score < 0.3)::INT END)"')
}

function registerList(metric: Command): void {
  withExample(metric.command('list').description('List the metrics that were saved with a model.').argument('<model>', 'a model’s name')
    .action(async (model: string, _: unknown, command: Command) => withSession(command, async (session) => {
      const saved = await session.client.call('metric.list', { modelId: await modelNamed(session, model) })
      session.print(saved, () => table(['Metric', 'Revision', 'Expression'], saved.map((m) => [customMetricId(m.name), String(m.revision), m.expression]), [1], 'No metric was saved with this model.'))
    })), 'slipway metric list income')
}

function registerTry(metric: Command): void {
  withExample(metric.command('try').description('Compute an expression, or all saved metrics of the model, on the stored predictions of a run. Saves nothing.')
    .argument('<run>', 'a run id or name@version (its newest run)').argument('[expression]', 'one SQL aggregate over the predictions; absent: the saved metrics')
    .action(async (text: string, expression: string | undefined, _: unknown, command: Command) => withSession(command, async (session) => {
      const found = await run(session, text)
      const values = await session.job('metric.compute', { runId: found.id, ...(expression === undefined ? {} : { expression: expressionOf(expression) }) })
      session.print(values, () => values.length === 0 ? paragraph('No metric was saved with this model.') : values.map((v) => paragraph(expression === undefined ? `${v.metric}: ${valueText(v)}` : valueText(v))).join('\n'))
    })), 'slipway metric try income@2 "quantile_cont(loss, 0.95)"')
}

/** Registers the commands. */
export function registerMetric(program: Command): void {
  const metric = withExample(program.command('metric').description('Metrics of your own, as SQL over the stored predictions.'), 'slipway metric list income')
  registerAdd(metric)
  registerList(metric)
  registerTry(metric)
}
