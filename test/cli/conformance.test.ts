// Every number of every reference, as the built command line prints it with --json. Bindings are proposed from nothing but the label column's name.
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Run } from '../../shared/domain/run.ts'
import { disagreement, leaves, producedLeaf } from '../core/reference-walker.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipwayJson } from './run-cli.ts'

interface CaseFile {
  readonly datasets: readonly { readonly id: string; readonly file: string; readonly target?: string }[]
  readonly models: readonly { readonly id: string; readonly file: string }[]
  readonly references: readonly { readonly kind: string; readonly model?: string; readonly dataset: string; readonly file: string; readonly policy?: 'lenient' | 'strict' | null }[]
}
type Reference = CaseFile['references'][number]

const json = <T>(path: string): T => JSON.parse(readFileSync(fixture(path), 'utf8')) as T

/** The references that belong to what is scored here: classes and numbers. */
function evaluations(folder: string): { readonly name: string; readonly folder: string; readonly reference: Reference; readonly model: string; readonly data: string; readonly target: string | null }[] {
  const file = json<CaseFile>(`${folder}/case.json`)
  return file.references.filter((r) => r.kind === 'classification' || r.kind === 'regression').map((reference) => {
    const model = file.models.find((m) => m.id === reference.model)
    const data = file.datasets.find((d) => d.id === reference.dataset)
    if (model === undefined || data === undefined) throw new Error(`${folder}/case.json speaks of a model or data set that it does not list: ${reference.file}`)
    return { name: `${folder} ${model.id} on ${data.id}${reference.policy == null ? '' : ` ${reference.policy}`}`, folder, reference, model: `${folder}/${model.file}`, data: `${folder}/${data.file}`, target: data.target ?? null }
  })
}

const cases = ['iris', 'adult-income', 'diabetes', 'abalone', 'mnist'].flatMap(evaluations).filter((c) => c.reference.dataset !== 'train')

/** The options that a person would give for this case, and no more. */
async function optionsFor(one: (typeof cases)[number], folder: string): Promise<string[]> {
  const options = one.target === null ? [] : ['--target', one.target]
  // Both give their probabilities as a sequence of maps (ZipMap); the third-party models keep it under a plain name.
  if (/zipmap|ms-logreg/.test(one.model)) options.push('--rewrite')
  // Its quantisation range comes from the whole batch, and the reference was made row by row.
  if (one.model.includes('int8')) options.push('--batch', '1')
  if (one.reference.policy != null) options.push('--rows', one.reference.policy)
  if (one.reference.policy === 'strict') {
    const file = join(folder, 'excluded.txt')
    await writeFile(file, json<{ strict_excluded_records: number[] }>('adult-income/data/test-messy.defects.json').strict_excluded_records.join('\n'))
    options.push('--exclude-records', file)
  }
  return options
}

describe('every reference number, from the command line', () => {
  it('covers what must be shown', () => {
    const count = (words: string): number => cases.filter((c) => c.name.startsWith(words)).length
    expect({ iris: count('iris'), adult: count('adult-income'), messy: cases.filter((c) => c.name.includes('messy')).length, diabetes: count('diabetes'), abalone: count('abalone'), mnist: count('mnist') })
      .toEqual({ iris: 8, adult: 9, messy: 4, diabetes: 2, abalone: 4, mnist: 6 })
    expect(cases.filter((c) => c.model.includes('zipmap')).length).toBeGreaterThan(0)
    expect(cases.filter((c) => c.model.includes('int8')).length).toBe(2)
  })

  it.concurrent.each(cases)('$name', async (one) => {
    await inPlace(async (place) => {
      const options = await optionsFor(one, place.folder)
      const run = Run.parse(await slipwayJson(place, ['evaluate', fixture(one.model), '--data', fixture(one.data), ...options]))
      const all = leaves(json<{ metrics: unknown }>(`${one.folder}/${one.reference.file}`).metrics)
      expect(all.length).toBeGreaterThan(20)
      const tolerance = one.folder === 'mnist' ? 1e-4 : 1e-6
      expect(all.map((leaf) => disagreement(leaf, producedLeaf(run, run.binding, leaf.path), tolerance)).filter((w) => w !== null)).toEqual([])
      expect(run.status).toBe('done')
      expect(run.guesses.length).toBeGreaterThan(0)
    })
  })
})
