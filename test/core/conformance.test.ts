// Every metric of every fixture reference, from the engine's own inference, with bindings proposed from nothing but the label column's name.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fixture } from '../setup/fixtures.ts'
import { evaluateFixture } from './evaluate-case.ts'
import { disagreement, leaves, producedLeaf } from './reference-walker.ts'

interface CaseFile {
  readonly task: string
  readonly classes?: readonly string[]
  readonly datasets: readonly { readonly id: string; readonly file: string; readonly target?: string }[]
  readonly models: readonly { readonly id: string; readonly file: string }[]
  readonly references: readonly { readonly kind: string; readonly model?: string; readonly dataset: string; readonly file: string; readonly policy?: 'lenient' | 'strict' | null }[]
}

interface Conformance { readonly name: string; readonly model: string; readonly data: string; readonly target: string | null; readonly reference: string; readonly policy: 'lenient' | 'strict' | null; readonly tolerance: number }

const json = <T>(path: string): T => JSON.parse(readFileSync(fixture(path), 'utf8')) as T

function casesOf(folder: string, wanted: (model: string, data: string) => boolean): Conformance[] {
  const file = json<CaseFile>(`${folder}/case.json`)
  return file.references.flatMap((r) => {
    const model = file.models.find((m) => m.id === r.model)
    const data = file.datasets.find((d) => d.id === r.dataset)
    if ((r.kind !== 'classification' && r.kind !== 'regression') || model === undefined || data === undefined || !wanted(model.id, data.id)) return []
    return [{ name: `${folder} ${model.id} on ${data.id}${r.policy == null ? '' : ` ${r.policy}`}`, model: `${folder}/${model.file}`, data: `${folder}/${data.file}`, target: data.target ?? null, reference: `${folder}/${r.file}`, policy: r.policy ?? null, tolerance: folder === 'mnist' ? 1e-4 : 1e-6 }]
  })
}

const every = (): boolean => true
const cases: readonly Conformance[] = [
  ...casesOf('iris', every), ...casesOf('adult-income', (_, data) => data !== 'train'), ...casesOf('diabetes', every), ...casesOf('abalone', every), ...casesOf('mnist', every),
]

const strictlyExcluded = (): number[] => json<{ strict_excluded_records: number[] }>('adult-income/data/test-messy.defects.json').strict_excluded_records

describe('every reference number', () => {
  it('covers the cases that must be shown', () => {
    const names = cases.map((c) => c.name)
    expect(names.filter((n) => n.startsWith('iris'))).toHaveLength(8)
    expect(names.filter((n) => n.startsWith('adult-income'))).toHaveLength(9)
    expect(names.filter((n) => n.startsWith('diabetes'))).toHaveLength(2)
    expect(names.filter((n) => n.startsWith('abalone'))).toHaveLength(4)
    expect(names.filter((n) => n.startsWith('mnist'))).toHaveLength(6)
  })

  it.each(cases)('$name', async (one) => {
    const strict = one.policy === 'strict' ? { excludeRecords: strictlyExcluded() } : {}
    const { proposal, result } = await evaluateFixture(one.model, one.data, one.target, { ...(one.policy === null ? {} : { rows: one.policy }), ...strict })
    const { metrics } = json<{ metrics: Record<string, unknown> }>(one.reference)
    const all = leaves(metrics)
    expect(all.length).toBeGreaterThan(20)
    const wrong = all.map((leaf) => disagreement(leaf, producedLeaf(result, proposal.binding, leaf.path), one.tolerance)).filter((w) => w !== null)
    expect(wrong).toEqual([])
    expect(result.rows.read).toBe(result.rows.scored + result.rows.leftOut.reduce((sum, l) => sum + l.count, 0))
    expect(result.environment.providerUsed).toBe('cpu')
  })

  it('the walker fails on a reference number that nothing maps to', () => {
    const [leaf] = leaves({ some_new_metric: { macro: 0.5 } })
    const binding = { positiveClass: null } as Parameters<typeof producedLeaf>[1]
    expect(disagreement(leaf!, producedLeaf({ metrics: [], curves: [] }, binding, leaf!.path), 1)).toContain('nothing there')
  })
})
