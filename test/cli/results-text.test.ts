// What a person reads of results: headline numbers first, one row per class, every reason once, the way out beside it.
// Numbers come from the references, rounded as a reader would.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test, vi } from 'vitest'
import { describeRun } from '../../main/cli/run-text.ts'
import type { Run } from '../../shared/domain/run.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, slipwayJson, type Ended, type Place } from './run-cli.ts'

// Many processes on few cores: no time here is a measurement.
vi.setConfig({ testTimeout: 180_000 })

interface Reference { readonly accuracy: number; readonly log_loss: number; readonly roc_auc: number; readonly confusion_matrix: number[][]; readonly binary: Record<string, number>; readonly per_class: Record<string, { precision: number; recall: number; f1: number; support: number }> }
const reference = (path: string): Reference => (JSON.parse(readFileSync(fixture(path), 'utf8')) as { metrics: Reference }).metrics
const four = (value: number): string => value.toFixed(4)

/** The lines of a section, without its title: from an empty line after the title to the next empty line. */
function section(text: string, title: string): string[] {
  const lines = text.split('\n')
  const at = lines.indexOf(title)
  if (at < 0) throw new Error(`there is no section “${title}” in:\n${text}`)
  const rest = lines.slice(at + 2)
  return rest.slice(0, rest.indexOf(''))
}
const words = (line: string): string[] => line.trim().split(/\s{2,}/)

async function ok(place: Place, ...args: string[]): Promise<Ended> {
  const ended = await slipway(place, ...args)
  expect(ended.code, ended.err).toBe(0)
  return ended
}

const zipmap = ['evaluate', fixture('iris/models/iris-logreg-zipmap.onnx'), '--data', fixture('iris/data/iris.csv'), '--target', 'species']
const adultData = ['--data', fixture('adult-income/data/test.csv'), '--target', 'income']
const adult = (model: string): string[] => ['evaluate', fixture(`adult-income/models/${model}.onnx`), ...adultData]

describe('evaluate', () => {
  it('a binary model: its headline numbers, a row for each class and the confusion, as in the reference', async () => {
    await inPlace(async (place) => {
      const want = reference('adult-income/reference/v2.test.json')
      const { out, err } = await ok(place, ...adult('income-v2-gboost'))
      expect(err).toBe('')
      expect(out.split('\n')[0]).toMatch(/^Device {2,}Ran on the CPU, as asked/)
      expect(out).toContain('Binary classification, positive class >50K')
      expect(out).not.toMatch(/no profile|undefined|\bnull\b/)
      const metrics = section(out, 'Metrics').slice(2).map(words)
      expect(metrics.length).toBeLessThanOrEqual(12)
      const value = (id: string): string | undefined => metrics.find((m) => m[1] === id)?.[2]
      expect(metrics[0]?.[1]).toBe('accuracy')
      expect([value('accuracy'), value('log_loss'), value('roc_auc'), value('binary.f1')]).toEqual([want.accuracy, want.log_loss, want.roc_auc, want.binary['f1']!].map(four))
      expect(section(out, 'By class').slice(2).map(words)).toEqual(Object.entries(want.per_class).map(([name, c]) => [name, four(c.precision), four(c.recall), four(c.f1), c.support.toLocaleString('en-US')]))
      expect(section(out, 'Confusion').slice(2).map(words)).toEqual(Object.keys(want.per_class).map((name, i) => [name, ...want.confusion_matrix[i]!.map((n) => n.toLocaleString('en-US'))]))
    })
  })

  it('says before the numbers which assumptions are guesses', async () => {
    await inPlace(async (place) => {
      const run = await slipwayJson(place, zipmap) as Run
      expect(describeRun(run, false)).not.toContain('guess')
      const unsure: Run = { ...run, guesses: run.guesses.map((g) => ({ ...g, confidence: ['classes', 'decision'].includes(g.about) ? 'guess' : g.confidence })) }
      const text = describeRun(unsure, false)
      expect(text).toContain('2 assumptions are guesses (classes, decision); check them')
      expect(text.indexOf('are guesses')).toBeLessThan(text.indexOf('\nMetrics\n'))
    })
  })

  it('--all has every number of the run that there is; without it the rest is counted', async () => {
    await inPlace(async (place) => {
      const run = await slipwayJson(place, adult('income-v2-gboost')) as Run
      const there = run.metrics.filter((m) => m.slice === '' && m.value !== null).map((m) => m.metric)
      const all = (await ok(place, ...adult('income-v2-gboost'), '--all')).out
      expect(section(all, 'Metrics').slice(2).map((line) => words(line)[1]).sort()).toEqual([...there].sort())
      expect(all).not.toContain('--all')
      const brief = (await ok(place, ...adult('income-v2-gboost'))).out
      expect(brief).toContain(`${there.length - section(brief, 'Metrics').slice(2).length} more numbers with --all`)
    })
  })

  it('a model that ends in a ZipMap: the reason once, --rewrite named; with it the probabilities are those of the reference', async () => {
    await inPlace(async (place) => {
      const want = reference('iris/reference/logreg-zipmap.iris.json')
      const before = await ok(place, ...zipmap)
      expect(before.out.match(/Only labels were read from the model, no probabilities/g)).toHaveLength(1)
      expect(section(before.out, 'Metrics').map((line) => words(line)[1])).not.toContain('log_loss')
      expect(before.err).toMatch(/^iris-logreg-zipmap@1 .*ZipMap.*--rewrite/)
      const imported = await ok(place, 'import', zipmap[1]!)
      expect(imported.err).toMatch(/ZipMap.*--rewrite/)
      // By the name of what is stored, not only with the file.
      const after = await ok(place, 'evaluate', 'iris-logreg-zipmap', ...zipmap.slice(2), '--rewrite')
      expect(after.err).toBe('')
      expect(after.out).not.toContain('Not available')
      expect(section(after.out, 'Metrics').map(words).find((m) => m[1] === 'log_loss')?.[2]).toBe(four(want.log_loss))
      expect((await ok(place, 'import', zipmap[1]!)).err).toBe('')
    })
  })

  it('a regression: no classes, no confusion, the reference’s error', async () => {
    await inPlace(async (place) => {
      const { out } = await ok(place, 'evaluate', fixture('diabetes/models/diabetes-v1-ridge.onnx'), '--data', fixture('diabetes/data/test.csv'), '--target', 'progression')
      // 54.2110 in the fixtures' own table.
      expect(section(out, 'Metrics').slice(2).map(words)[0]).toEqual(expect.arrayContaining(['rmse', '54.211']))
      expect(out).not.toMatch(/By class|Confusion/)
    })
  })

  it('a stored binding that does not fit other data gives way to a proposal', async () => {
    await inPlace(async (place) => {
      const renamed = join(place.folder, 'renamed.csv')
      writeFileSync(renamed, readFileSync(fixture('iris/data/iris.csv'), 'utf8').replace('petal_width', 'petal width cm'))
      await ok(place, ...zipmap)
      const run = await slipwayJson(place, ['evaluate', 'iris-logreg-zipmap', '--data', renamed]) as Run
      expect(JSON.stringify(run.binding.inputs)).toContain('petal width cm')
    })
  })
})

test('compare, gate and history say the answer first and the next step last', async () => {
  await inPlace(async (place) => {
    const [v1, v2] = [reference('adult-income/reference/v1.test.json'), reference('adult-income/reference/v2.test.json')]
    const policy = join(place.folder, 'gate.yaml')
    writeFileSync(policy, 'schema: slipway.gate/1\nrules:\n  - { kind: metric, metric: accuracy, op: ">=", limit: 0.8 }\n  - { kind: metric, metric: roc_auc, op: ">=", limit: 0.95 }\n')
    expect((await ok(place, 'history')).out).toContain('Begin with: slipway import model.onnx')
    expect((await ok(place, 'dataset', 'list')).out).toContain('slipway dataset add')
    await ok(place, 'import', fixture('adult-income/models/income-v1-logreg.onnx'), fixture('adult-income/models/income-v2-gboost.onnx'), '--model', 'income')
    for (const version of ['income@1', 'income@2']) await ok(place, 'evaluate', version, ...adultData)
    const compared = (await ok(place, 'compare', 'income@1', 'income@2')).out
    // The answer comes first, and a margin of five hundredths takes it back.
    expect(compared).toMatch(/^income 2 is better than income 1 on test\.csv\. Accuracy is better: higher by 0\.0155 \(95 %: /)
    expect(compared).toContain('\nCallers of income@1 break on income@2: 2 inputs or outputs')
    expect((await ok(place, 'compare', 'income@2', '--against', 'income@1', '--metric', 'accuracy', '--margin', '0.05')).out).toMatch(/^income 2 is equivalent within the margin to income 1 on test\.csv\. Accuracy is the same within ±0\.0500/)
    expect(await slipway(place, 'compare', 'income@1', 'income@2', '--margin', 'much')).toMatchObject({ code: 2, err: expect.stringContaining('“much” is no margin') as string })
    expect(words(section(compared, 'Metrics on test.csv')[2]!)).toEqual(['Accuracy', four(v1.accuracy), four(v2.accuracy), `+${four(v2.accuracy - v1.accuracy)}`, 'for the better'])
    // A size that both have is said once, not shown as a change.
    expect(section(compared, 'Facts').some((line) => line.startsWith('IR version'))).toBe(false)
    expect((await ok(place, 'compare', 'income@1', 'income@1')).out).toMatch(/^Callers of income@1 can call income@1\./)
    const judged = await slipway(place, 'gate', 'income@2', '--policy', policy)
    expect(judged.code).toBe(1)
    expect(judged.out.split('\n')[0]).toBe('income@2 on test.csv does not pass the gate: 1 of 2 rules not met.')
    expect(judged.out).toMatch(/\npass +Accuracy is 0\.8618/)
    expect(judged.out).toMatch(/\nFAIL +Area under the ROC curve is 0\.9141/)
    expect(judged.out.trimEnd().split('\n').at(-1)).toContain('--override-name')
    const shown = (await ok(place, 'history', 'income')).out
    expect(section(shown, 'Versions').slice(2).map((line) => words(line)[0])).toEqual(['income@2', 'income@1'])
    expect(section(shown, 'Runs').slice(2).map((line) => words(line)[4])).toEqual([`Accuracy ${four(v2.accuracy)}`, `Accuracy ${four(v1.accuracy)}`])
    expect(shown).toContain('slipway export income --out ./bundles')
  })
})
