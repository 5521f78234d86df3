// A model with two answers from the command line: one run for each, by names or as it was told.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Run } from '../../shared/domain/run.ts'
import { initializer, model, node, tensorValue } from '../setup/onnx-builder.ts'
import { inPlace, slipway, slipwayJson } from './run-cli.ts'

const floats = (...values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)

/** x → its two columns added, and taken from each other. */
const twoAnswers = (names: readonly [string, string]): Uint8Array => model({
  nodes: [node('MatMul', ['x', 'P'], [names[0]]), node('MatMul', ['x', 'M'], [names[1]])],
  initializers: [initializer('P', 'float32', [2, 1], floats(1, 1)), initializer('M', 'float32', [2, 1], floats(1, -1))],
  inputs: [tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue(names[0], 'float32', ['N', 1]), tensorValue(names[1], 'float32', ['N', 1])],
})

// `sum` is right in every row; `difference` is 2 too large in every row.
const table = ['left,right,sum,difference', ...Array.from({ length: 30 }, (_, r) => [r / 2, r % 7, r / 2 + (r % 7), r / 2 - (r % 7) + 2].join(','))].join('\n')

const rmse = (run: Run): number | null | undefined => run.metrics.find((m) => m.metric === 'rmse' && m.slice === '')?.value

test('--heads and --head make one run for each answer, each against its own column', async () => {
  await inPlace(async (place) => {
    await writeFile(join(place.folder, 'rows.csv'), table)
    await writeFile(join(place.folder, 'named.onnx'), twoAnswers(['sum_pred', 'difference_pred']))
    await writeFile(join(place.folder, 'unnamed.onnx'), twoAnswers(['y1', 'y2']))
    const named = await slipwayJson(place, ['evaluate', 'named.onnx', '--data', 'rows.csv', '--heads']) as Run[]
    expect(named.map((run) => [run.binding.target, rmse(run)])).toEqual([[{ kind: 'column', column: 'sum' }, 0], [{ kind: 'column', column: 'difference' }, 2]])
    expect(named[0]!.binding.inputs).toMatchObject([{ columns: ['left', 'right'] }])
    const told = await slipwayJson(place, ['evaluate', 'unnamed.onnx', '--data', 'rows.csv', '--head', 'y2=difference', '--head', 'y1=sum']) as Run[]
    expect(told.map(rmse)).toEqual([2, 0])
    for (const [args, says] of [
      [['unnamed.onnx', '--heads'], /do not name several columns/], [['named.onnx', '--heads', '--target', 'sum'], /--target says how one answer is scored/],
      [['unnamed.onnx', '--head', 'y1'], /--head must be outputs=column/], [['unnamed.onnx', '--head', 'y3=sum'], /no output “y3”; it has “y1”, “y2”/],
    ] as const) {
      const ended = await slipway(place, 'evaluate', '--data', 'rows.csv', ...args)
      expect([ended.code, ended.err]).toEqual([2, expect.stringMatching(says)])
    }
  })
})
