// What a handed-over file is taken for by its name, and what only the user can say.
import { describe, expect, it } from 'vitest'
import type { AdmittedFile } from '../../shared/contract.ts'
import { newId } from '../../shared/ids.ts'
import { sortFiles } from '../../renderer/features/intake/sort-files.ts'

const file = (name: string, kind: AdmittedFile['kind'] = 'file'): AdmittedFile => ({ token: newId('file'), name, kind, bytes: 1 })
const sorted = (...files: AdmittedFile[]): Record<string, string[]> => Object.fromEntries(Object.entries(sortFiles(files)).map(([k, v]) => [k, v.map((f: AdmittedFile) => f.name)]))

describe('sortFiles', () => {
  it('tells models from data by their ending, whatever its case', () => {
    expect(sorted(file('a.ONNX'), file('b.csv'), file('c.parquet'), file('d.pkl'))).toEqual({ models: ['a.ONNX', 'd.pkl'], datasets: ['b.csv', 'c.parquet'], unclear: [] })
  })

  it('asks about folders, archives and plain text', () => {
    expect(sorted(file('digits', 'folder'), file('x.zip'), file('notes.txt'), file('noending'))).toEqual({ models: [], datasets: [], unclear: ['digits', 'x.zip', 'notes.txt', 'noending'] })
  })

  it('takes unknown files beside an ONNX file for its weights, but never an archive or a folder', () => {
    expect(sorted(file('m.onnx'), file('m.onnx_weights_0'), file('x.zip'), file('more', 'folder'), file('t.csv')))
      .toEqual({ models: ['m.onnx', 'm.onnx_weights_0'], datasets: ['t.csv'], unclear: ['x.zip', 'more'] })
  })
})
