// What a handed-over file is taken for by its name, and what only the user can say.
import { describe, expect, it } from 'vitest'
import type { AdmittedFile, FolderContents } from '../../shared/contract.ts'
import { newId } from '../../shared/ids.ts'
import { folderKind, guessFolder, mayBeBundle, sortFiles } from '../../renderer/features/intake/sort-files.ts'

const file = (name: string, kind: AdmittedFile['kind'] = 'file'): AdmittedFile => ({ token: newId('file'), name, kind, bytes: 1 })
const sorted = (...files: AdmittedFile[]): Record<string, string[]> => Object.fromEntries(Object.entries(sortFiles(files)).flatMap(([k, v]) => (v.length === 0 ? [] : [[k, v.map((f: AdmittedFile) => f.name)]])))

describe('sortFiles', () => {
  it('tells models from data, bundles and review files by their ending, whatever its case', () => {
    expect(sorted(file('a.ONNX'), file('b.csv'), file('c.parquet'), file('d.pkl'), file('e.json'), file('income-2.0.0.mlbundle.zip'), file('income-2.Review.json'), file('income-2.answer.json')))
      .toEqual({ models: ['a.ONNX', 'd.pkl'], datasets: ['b.csv', 'c.parquet', 'e.json'], bundles: ['income-2.0.0.mlbundle.zip'], reviews: ['income-2.Review.json', 'income-2.answer.json'] })
  })

  it('looks into folders, and asks about archives and plain text', () => {
    expect(sorted(file('digits', 'folder'), file('x.zip'), file('notes.txt'), file('noending'))).toEqual({ folders: ['digits'], unclear: ['x.zip', 'notes.txt', 'noending'] })
  })

  it('takes unknown files beside an ONNX file for its weights, but no table, archive, picture or folder', () => {
    expect(sorted(file('m.onnx'), file('m.onnx_weights_0'), file('x.zip'), file('more', 'folder'), file('t.csv'), file('test.json'), file('a.png')))
      .toEqual({ models: ['m.onnx', 'm.onnx_weights_0'], datasets: ['t.csv', 'test.json'], folders: ['more'], unclear: ['x.zip', 'a.png'] })
  })

  it('says once that a picture alone is no data set, and offers to verify only what can be a bundle', () => {
    expect(sorted(file('a.png'), file('b.jpg'))).toEqual({ unclear: ['a.png'] })
    expect(['x.zip', 'a.png', 'notes.txt'].filter((name) => mayBeBundle(file(name)))).toEqual(['x.zip'])
  })
})

describe('a folder', () => {
  const holding = (endings: Readonly<Record<string, number>>, files: readonly AdmittedFile[] = [], more: Partial<FolderContents> = {}): ReturnType<typeof folderKind> =>
    folderKind(guessFolder({ endings: Object.entries(endings).map(([ending, count]) => ({ ending, count })), files: [...files], bundle: false, whole: true, ...more }))

  it('of one kind is taken as that, without a question', () => {
    expect(holding({ onnx: 3 })).toBe('model')
    expect(holding({ onnx: 1, data: 2, json: 1 }, [file('config.json')])).toBe('model')
    expect(holding({ png: 40, csv: 1 }, [file('labels.csv')])).toBe('dataset')
    expect(holding({ csv: 2, md: 1 }, [file('train.csv'), file('test.csv')])).toBe('tables')
    expect(holding({ onnx: 1, json: 5 }, [], { bundle: true })).toBe('bundle')
  })

  it('that is mixed, unknown or too full is asked about', () => {
    expect(holding({ onnx: 1, csv: 1 }, [file('test.csv')])).toBeNull()
    expect(holding({ onnx: 1, png: 9 })).toBeNull()
    expect(holding({ png: 1, csv: 2 }, [file('a.csv'), file('b.csv')])).toBeNull()
    expect(holding({ txt: 2 })).toBeNull()
    expect(holding({ csv: 500 }, [file('a.csv')], { whole: false })).toBeNull()
  })
})
