// The profile that a bundle carries: made by the engine from a real run, counted again here from the file itself, and nothing of a person in it.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import { coderOf } from '../../main/core/serve/watch/live-codes.ts'
import { watchedInputs } from '../../main/core/steps/bundle-reference.ts'
import type { Dataset } from '../../shared/domain/dataset.ts'
import type { Version } from '../../shared/domain/model.ts'
import type { Run } from '../../shared/domain/run.ts'
import { cellOf, liveCells, referenceCells, referenceRates } from '../../shared/drift/cells.ts'
import { leastShare, psi } from '../../shared/drift/divergence.ts'
import { Reference, type ReferenceFeature } from '../../shared/drift/reference.ts'
import { fixture } from '../setup/fixtures.ts'
import { parseCsv } from '../shared/fixture-cases.ts'
import { cases, json } from './conformance-cases.ts'
import { evaluated, forgetEvaluations } from './conformance-evaluations.ts'
import { quiet } from './evaluate-case.ts'

const table = (file: string): ((name: string) => string[]) => {
  const [head = [], ...rows] = parseCsv(readFileSync(fixture(file), 'utf8'))
  return (name) => rows.filter((r) => r.length === head.length).map((r) => r[head.indexOf(name)]!)
}

async function profile(name: string, hide: readonly string[] = []): Promise<Reference> {
  const { proposal, predictions, data: { source } } = await evaluated(cases.find((c) => c.name === name)!)
  const run = { binding: proposal.binding } as Run
  const version = { derivation: null, signature: { inputs: proposal.binding.inputs.map((b) => ({ name: b.input, kind: 'tensor', dtype: b.dtype, shape: null })), outputs: [] } } as unknown as Version
  const dataset = { personal: { whole: false, columns: hide }, columns: source.columns } as unknown as Dataset
  const { features, unwatched } = watchedInputs(run, version, dataset)
  const made = await engineHandlers['reference']({ predictions, source, features, task: proposal.binding.task, positiveClass: proposal.binding.positiveClass }, quiet)
  return Reference.parse({ schema: 'slipway.reference/1', source: 'evaluation', datasetFingerprint: 'a'.repeat(64), leastRows: 10, unwatched, ...made })
}

const featureOf = (reference: Reference, name: string): ReferenceFeature => reference.features.find((f) => f.feature === name)!

let adult: Reference
beforeAll(async () => { adult = await profile('adult-income v1 on test', ['native_country']) })
afterAll(forgetEvaluations)

describe('the profile of a bundle', () => {
  it('counts every scored row of every input, as the file has it', () => {
    const cells = table('adult-income/data/test.csv')
    expect(adult.rows).toBe(4000)
    expect(adult.features.length).toBe(12)
    for (const feature of adult.features) {
      const { bins } = feature
      if (bins.kind === 'none') continue
      const code = coderOf(feature)
      const counts = referenceCells(bins).map(() => 0)
      for (const cell of cells(feature.feature)) {
        const at = cellOf(bins, code(feature.datatype === 'BYTES' ? cell : cell === '' ? null : Number(cell)))
        if (at >= 0) counts[at]!++
      }
      expect([feature.feature, counts]).toEqual([feature.feature, referenceCells(bins)])
      // Nothing is told of fewer than ten rows, but how many are missing.
      for (const count of [...bins.counts, ...(bins.kind === 'categorical' ? [bins.other] : [bins.outside])]) expect(count === 0 || count >= 10).toBe(true)
    }
    expect(referenceRates(featureOf(adult, 'workclass').bins).missing).toBeCloseTo(235 / 4000, 12)
  })

  it('tells of a column flagged as personal only how often it is missing', () => {
    expect(featureOf(adult, 'native_country').bins).toEqual({ kind: 'none', rows: 4000, missing: table('adult-income/data/test.csv')('native_country').filter((c) => c === '').length, reason: 'personal data' })
    expect(JSON.stringify(adult)).not.toContain('United-States')
  })

  it('holds the answers of the evaluation', () => {
    const { outputs } = json<{ outputs: { probabilities: { data: number[] } } }>('adult-income/predictions/v1.test.json')
    const positive = outputs.probabilities.data.filter((_, i) => i % 2 === 1)
    const { classes, score, confidence } = adult.answers
    const yes = positive.filter((p) => p > 0.5).length
    expect([classes?.categories, classes?.counts]).toEqual([['<=50K', '>50K'], [4000 - yes, yes]])
    expect(confidence?.mean).toBeCloseTo(positive.reduce((sum, p) => sum + Math.max(p, 1 - p), 0) / 4000, 6)
    expect(score?.counts.reduce((a, b) => a + b)).toBe(4000)
    expect(adult.answers.scoreMeaning).toBe('the probability of >50K')
  })

  it('sees the drift of the fixtures where it is, from the profile alone', () => {
    const drifted = table('adult-income/data/test-drifted.csv')
    const shift = (name: string): number => {
      const feature = featureOf(adult, name)
      const { bins } = feature
      if (bins.kind === 'none') return NaN
      const code = coderOf(feature)
      const counts = { rows: 0, bins: new Array<number>(60).fill(0), missing: 0, unseen: 0, below: 0, above: 0 }
      for (const cell of drifted(name)) {
        const at = code(feature.datatype === 'BYTES' ? cell : cell === '' ? null : Number(cell))
        counts.rows++
        if (at >= 0) counts.bins[at]!++
        else counts[(['missing', 'unseen', 'below', 'above'] as const)[-at - 1]!]++
      }
      return psi(referenceCells(bins), liveCells(bins, counts), leastShare)
    }
    const expected = json<{ columns: Record<string, { psi: number }> }>('adult-income/reference/drift.test-to-test-drifted.json').columns
    // Other bins than the deciles of the reference, and twice as many: the same drift in size, not in digits.
    for (const name of ['age', 'hours_per_week', 'workclass', 'marital_status']) expect(shift(name) / expected[name]!.psi).toBeGreaterThan(0.8)
    for (const name of ['age', 'hours_per_week', 'workclass', 'marital_status']) expect(shift(name) / expected[name]!.psi).toBeLessThan(1.4)
    expect(shift('education_num')).toBeGreaterThan(0.09)
    // Where deciles are all one value, the profile still looks.
    expect(expected['capital_gain']!.psi).toBe(0)
    expect(shift('capital_gain')).toBeGreaterThan(0)
  })

  it('of numbers and of pictures', async () => {
    const values = await profile('diabetes v1 on test')
    expect([values.answers.classes, values.answers.confidence, values.answers.score?.rows]).toEqual([null, null, 142])
    const pictures = await profile('mnist mlp on test')
    expect(pictures.features).toEqual([])
    expect(pictures.unwatched.map((u) => u.reason)).toEqual(['a picture'])
    expect(pictures.answers.classes?.categories.toSorted()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
  })
})
