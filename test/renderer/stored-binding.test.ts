// When a saved binding is used again as it is: what the user corrected must neither be guessed again nor fed with columns that are not there.
import { describe, expect, it } from 'vitest'
import { Binding } from '../../shared/domain/binding.ts'
import type { Column } from '../../shared/domain/dataset.ts'
import { fitsData } from '../../renderer/features/evaluate/stored-binding.ts'
import { namedTargets, targetText } from '../../shared/binding/named-targets.ts'

const column = (name: string): Column => ({ name, type: 'number', rows: 1, missing: 0, invalid: 0, distinct: 1, min: 0, max: 0, mean: 0, standardDeviation: 0, top: [], histogram: null })
const table = (...names: string[]): { kind: 'table'; columns: Column[] } => ({ kind: 'table', columns: names.map(column) })
const binding = Binding.parse({
  schema: 'slipway.binding/1', task: 'regression', inputs: [{ kind: 'columns', input: 'X', dtype: 'float32', columns: ['a', 'b'], missing: 'nan' }], outputs: [{ output: 'y', role: 'value' }],
  target: { kind: 'column', column: 'truth' }, idColumn: null, classes: [], positiveClass: null, decision: { kind: 'argmax' }, rows: 'lenient',
})

describe('fitsData', () => {
  it('asks for every input column and for the same true answers', () => {
    expect(fitsData(binding, table('a', 'b', 'truth', 'more'), 'truth')).toBe(true)
    expect(fitsData(binding, table('a', 'truth'), 'truth')).toBe(false)
    expect(fitsData(binding, table('a', 'b', 'truth', 'other'), 'other')).toBe(false)
    expect(fitsData(binding, table('a', 'b', 'truth'), null)).toBe(true)
    expect(fitsData(binding, table('a', 'b'), null)).toBe(false)
    expect(fitsData({ ...binding, target: null }, table('a', 'b'), null)).toBe(true)
  })

  it('takes several columns in any order, and names with commas in quotes', () => {
    const names = ['red', 'dark, green', 'so-called "blue"']
    const several = { ...binding, target: { kind: 'label-columns' as const, columns: names } }
    const data = table('a', 'b', ...names, 'gold')
    expect(targetText(names)).toBe('red,"dark, green","so-called ""blue"""')
    expect(namedTargets(targetText(names), names)).toEqual(names)
    expect(namedTargets('dark, green', names)).toEqual(['dark, green'])
    expect(fitsData(several, data, targetText([...names].reverse()))).toBe(true)
    expect(fitsData(several, data, 'red,gold')).toBe(false)
    expect(fitsData({ ...binding, target: { kind: 'label-list', column: 'gold', separator: '|' } }, data, 'gold')).toBe(true)
  })

  it('never joins pictures and tables', () => {
    expect(fitsData(binding, { kind: 'images', columns: [column('a'), column('b')] }, null)).toBe(false)
    const picture = Binding.parse({ ...binding, target: { kind: 'image-class' }, inputs: [{ kind: 'image', input: 'X', dtype: 'float32', image: { width: 1, height: 1, resize: 'stretch', kernel: 'bilinear', shorterSide: null, padValue: 0, color: 'rgb', layout: 'NCHW', scale: 1, mean: [0], std: [1] } }] })
    expect(fitsData(picture, { kind: 'images', columns: [] }, null)).toBe(true)
    expect(fitsData(picture, table('a', 'b'), null)).toBe(false)
  })
})
