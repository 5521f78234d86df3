// `slipway diff` on two files: the class and whether callers break come first, the exit code says the same, and the JSON has it all.
import { expect, test } from 'vitest'
import { ModelDiff } from '../../shared/domain/model-diff.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, slipwayJson, unwordedPart } from './run-cli.ts'

test('two files of one network, then two that callers cannot exchange', async () => {
  await inPlace(async (place) => {
    const file = (name: string): string => fixture(`${name}.onnx`)
    const quantised = await slipway(place, 'diff', file('mnist/models/mnist-cnn-v1-float32'), file('mnist/models/mnist-cnn-v2-int8-dynamic'))
    expect(quantised.code).toBe(0)
    expect(unwordedPart(quantised)).toBeNull()
    expect(quantised.out.split('\n').slice(0, 3).map((l) => l.split(/\s{2,}/))).toEqual([['Difference', 'Quantised; also renamed inside, other metadata'], ['Breaking', 'no'], ['Answers', 'change']])
    const broken = ModelDiff.parse(await slipwayJson(place, ['diff', file('iris/models/ms-logreg_iris'), file('iris/models/ms-logreg_iris-shape-fixed')], 1))
    expect([broken.class, broken.breaking, broken.answersChange]).toEqual(['interface', true, 'none'])
    // Files are compared where they lie: the registry knows nothing of them.
    expect([broken.left.versionId, broken.left.number, broken.left.name]).toEqual([null, null, 'ms-logreg_iris.onnx'])
    expect((await slipway(place, 'history')).out).not.toMatch(/version\.import/)
    const missing = await slipway(place, 'diff', 'nowhere.onnx', file('iris/models/iris-forest'))
    expect([missing.code, unwordedPart(missing)]).toEqual([2, null])
  })
}, 120_000)
