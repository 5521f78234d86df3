// Metrics of a user's own through the real core and engine: against the run's own numbers, saved revision by revision, judged by a gate, and hostile ones refused.
import { expect, test } from 'vitest'
import { wilsonInterval } from '../../shared/statistics/wilson.ts'
import { fixture } from '../setup/fixtures.ts'
import { inWorkspace } from '../setup/open-workspace.ts'

const hostile: readonly (readonly [expression: string, words: string])[] = [
  ['attach \'x.db\'', 'aggregate'], ['copy', 'aggregate'], ['read_csv(\'/etc/passwd\')', 'the function read_csv is not allowed'],
  ['(SELECT count(*) FROM read_text(\'/etc/passwd\'))', 'a query inside the expression is not allowed'], ['avg(loss); PRAGMA database_list', 'a semicolon'],
  ['avg(loss) FROM predictions; DROP TABLE predictions', 'a semicolon'], ['(WITH RECURSIVE t AS (SELECT 1 UNION ALL SELECT 1 FROM t) SELECT count(*) FROM t)', 'a query inside'],
  ['avg(loss)) AS DOUBLE) FROM range(10) WHERE ((true', 'cannot be read as one expression'], ['avg(loss) UNION SELECT 1', 'cannot be read as one expression'],
  ['sum(len(range(1000000000000)))', 'the function'], ['max(repeat(\'x\', 1000000000))', 'the function repeat is not allowed'], ['max(current_setting(\'memory_limit\'))', 'the function current_setting is not allowed'],
  ['sum(loss) OVER ()', 'a window'], ['max(getenv(\'HOME\'))', 'the function getenv is not allowed'], ['max([1, 2][1])', 'lists'], ['avg(COLUMNS(*))', 'a star'], ['avg(?)', 'a question mark'],
  ['PRAGMA version', 'cannot be read as one expression'], ['loss', 'one value for every row'], ['avg(los)', 'there is no column “los”. The columns are "record", "id", "truth"'],
  ['avg(loss) + loss', 'outside of an aggregate'], ['avg(truth)', ''], ['avg(loss) FROM predictions WHERE (true)', 'cannot be read'],
]

test('agree with the run’s own metrics, are saved and computed for new runs, and nothing but one aggregate is let through', { timeout: 120_000 }, async () => {
  await inWorkspace(async ({ importModel, addData, evaluate, job, client, pass }) => {
    const version = await importModel(fixture('adult-income/models/income-v1-logreg.onnx'), 'income')
    const { modelId } = version
    await expect(job('metric.add', { modelId, name: 'bad', expression: 'read_csv(\'x\')' })).rejects.toMatchObject({ code: 'metric.invalid' })
    const early = await job('metric.add', { modelId, name: 'wrong_yes', expression: "count(*) FILTER (WHERE truth = '<=50K' AND predicted = '>50K')" })
    expect(early).toMatchObject({ runId: null, value: null, metric: { revision: 1 } })
    const data = await addData(fixture('adult-income/data/test.csv'))
    const runId = await evaluate(version, data, 'income')
    const run = await client.call('run.get', { runId })
    const own = (metric: string): number => run.metrics.find((m) => m.metric === metric && m.slice === '')!.value!
    expect(own('custom.wrong_yes')).toBe(own('binary.fp'))

    const [accuracy] = await job('metric.compute', { runId, expression: 'avg(correct::INT)' })
    const wilson = wilsonInterval(Math.round(own('accuracy') * 4000), 4000)
    expect(accuracy).toMatchObject({ value: expect.closeTo(own('accuracy'), 12) as number, n: 4000 })
    expect(Math.abs((accuracy!.high! - accuracy!.low!) / (wilson.high - wilson.low) - 1)).toBeLessThan(0.6)
    const [loss] = await job('metric.compute', { runId, expression: 'avg(-ln(CASE WHEN truth = \'>50K\' THEN "p_>50K" ELSE "p_<=50K" END)) -- log loss' })
    expect(loss!.value).toBeCloseTo(own('log_loss'), 6)
    const [score] = await job('metric.compute', { runId, expression: 'avg(score) / nullif(avg("p_>50K"), 0)' })
    expect(score!.value).toBeCloseTo(1, 12)
    expect((await job('metric.compute', { runId, expression: 'sum(loss) / nullif(count(*) - 4000, 0)' }))[0]).toMatchObject({ value: null, reason: expect.stringContaining('no value') as string })

    // A jackknife of a quantile holds the truth too rarely, so there is none.
    for (const expression of ['median(score)', 'quantile_cont(score, 0.95)']) expect((await job('metric.compute', { runId, expression }))[0]).toMatchObject({ value: expect.any(Number) as number, low: null, high: null })

    for (const [expression, words] of hostile) {
      await expect(job('metric.compute', { runId, expression }), expression).rejects.toMatchObject({ code: 'metric.invalid', message: expect.stringContaining(words) as string })
    }

    const better = await job('metric.add', { modelId, name: 'wrong_yes', expression: "avg((truth = '<=50K' AND predicted = '>50K')::INT)" })
    expect(better).toMatchObject({ runId, metric: { revision: 2 }, value: { value: expect.closeTo(own('binary.fp') / 4000, 12) as number } })
    expect(await client.call('metric.list', { modelId })).toEqual([better.metric])
    expect(await job('metric.add', { modelId, name: 'wrong_yes', expression: better.metric.expression })).toMatchObject({ metric: { revision: 2 } })
    expect((await job('metric.compute', { runId }))[0]).toEqual(better.value)
    expect((await client.call('run.get', { runId })).metrics).toEqual(run.metrics)
    expect(await pass(runId, [{ kind: 'metric', metric: 'custom.wrong_yes', slice: '', op: '<=', limit: own('binary.fp') }])).toMatchObject({ passed: true })
    expect(await pass(runId, [{ kind: 'metric', metric: 'custom.wrong_yes', slice: '', op: '<=', limit: 1 }])).toMatchObject({ passed: false })
  })
})
