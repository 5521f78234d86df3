// One rule for the names that bundles, their folders and their archives get from a model's name, wherever they are made.
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { bundleFileName, bundleFolderName, shellWord, slugOf } from '../../shared/slug.ts'

test('names that start with a digit, letters with marks, and names of nothing but signs', () => {
  expect(['2nd try', 'Größe', '模型', '50k income', 'Iris'].map(slugOf)).toEqual(['model-2nd-try', 'gro-e', 'model', 'model-50k-income', 'iris'])
  expect(bundleFileName('2nd try', '1.0.0')).toBe('model-2nd-try-1.0.0.mlbundle.zip')
  expect(bundleFileName('2nd try', '1.0.0').startsWith(bundleFolderName('2nd try', '1.0.0'))).toBe(true)
})

test('a shell reads a word back as it was', () => {
  for (const text of ['a.zip', 'my bundle.zip', "it's", '-rf', '$(x)', 'ü.zip', '*', 'a\\b']) {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text.startsWith('-') ? `./${text}` : text)
  }
})
