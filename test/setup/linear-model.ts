// The fixtures' linear model as numbers: its weights follow from its stored predictions alone, without our code.
import { readFileSync } from 'node:fs'
import { fixture } from './fixtures.ts'

interface Stored { readonly outputs: Readonly<Record<string, { readonly data: readonly number[] }>> }

/** Solves the normal equations of a linear model by elimination: the weights (and the constant last) that give the stored predictions. */
export function weightsOf(rows: readonly (readonly number[])[], answers: readonly number[]): number[] {
  const wide = rows.map((row) => [...row, 1])
  const k = wide[0]!.length
  const matrix = Array.from({ length: k }, (_, i) => [...Array.from({ length: k }, (_, j) => wide.reduce((sum, row) => sum + row[i]! * row[j]!, 0)), wide.reduce((sum, row, r) => sum + row[i]! * answers[r]!, 0)])
  for (let i = 0; i < k; i++) {
    const pivot = matrix.slice(i).reduce((best, row, j) => (Math.abs(row[i]!) > Math.abs(matrix[best]![i]!) ? i + j : best), i)
    ;[matrix[i], matrix[pivot]] = [matrix[pivot]!, matrix[i]!]
    for (let r = 0; r < k; r++) {
      if (r === i) continue
      const factor = matrix[r]![i]! / matrix[i]![i]!
      for (let c = i; c <= k; c++) matrix[r]![c] = matrix[r]![c]! - factor * matrix[i]![c]!
    }
  }
  return matrix.map((row, i) => row[k]! / row[i]!)
}

/** The test part of the diabetes case: feature names, rows, the linear model's stored predictions, the true values. */
export function diabetes(): { names: string[], rows: number[][], answers: readonly number[], truth: number[] } {
  const [header, ...lines] = readFileSync(fixture('diabetes/data/test.csv'), 'utf8').trim().split(/\r?\n/).map((line) => line.split(','))
  const stored = JSON.parse(readFileSync(fixture('diabetes/predictions/v1.test.json'), 'utf8')) as Stored
  const names = header!.filter((name) => ['age', 'sex', 'bmi', 'bp', 's1', 's2', 's3', 's4', 's5', 's6'].includes(name))
  return { names, rows: lines.map((line) => names.map((name) => Number(line[header!.indexOf(name)]))), answers: Object.values(stored.outputs)[0]!.data, truth: lines.map((line) => Number(line[header!.indexOf('progression')])) }
}
