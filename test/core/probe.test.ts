// Devices: the probe of the CPU works, one that is absent is an answer with a sentence, and plain tensors go through a model exactly.
import { describe, expect, it } from 'vitest'
import { ProviderStatus } from '../../shared/domain/run.ts'
import { inferTensors } from '../../main/core/engine/infer.ts'
import { denseOf, plainOf } from '../../main/core/engine/plain-tensors.ts'
import { probeProvider } from '../../main/core/engine/probe.ts'
import { openSession } from '../../main/core/engine/session.ts'
import { tinyModel, tinyRow } from '../../main/core/engine/tiny-model.ts'
import { fixture } from '../setup/fixtures.ts'
import { readFileSync } from 'node:fs'

const context = { signal: new AbortController().signal, progress: (): void => undefined }

describe('provider.probe', () => {
  it('the CPU works and says how long one small run took', async () => {
    const status = ProviderStatus.parse(await probeProvider({ provider: 'cpu' }, context))
    expect(status.status).toBe('works')
    expect(status.probeMs).toBeGreaterThanOrEqual(0)
  })

  it('a device of another platform is unavailable, and the answer says so in a sentence', async () => {
    const provider = process.platform === 'win32' ? 'coreml' : 'dml'
    const status = ProviderStatus.parse(await probeProvider({ provider }, context))
    expect(status).toMatchObject({ status: 'unavailable', probeMs: null })
    expect(status.sentence).toMatch(/does not work here: .+\.$/)
    expect(status.sentence).not.toMatch(/\/onnxruntime_src|\n/)
  })

  it('the tiny model really computes x · W + b', async () => {
    const session = await openSession(tinyModel(), { provider: 'cpu', threads: 1 })
    const { y } = await session.run({ x: { dtype: 'float32', dims: [2, 4], values: Float32Array.from([...tinyRow.input, 0, 0, 0, 0]) } }, ['y'])
    await session.release()
    // By hand: 1·1+2·2+3·3+4·4+1 = 31; 1·2+2·3+3·4+4·5+2 = 42; the bias alone for zeros.
    expect([...(y?.values as Float32Array)]).toEqual([31, 42, 1, 2])
  })
})

describe('model.infer', () => {
  it('answers the reference runtime’s predictions for iris', async () => {
    const predictions = JSON.parse(readFileSync(fixture('iris/predictions/logreg-tensor.iris.json'), 'utf8')) as { outputs: Record<string, { data: number[] }> }
    const request = [{ name: 'float_input', datatype: 'FP32', shape: [2, 4], data: [5.1, 3.5, 1.4, 0.2, 4.9, 3, 1.4, 0.2] }]
    const { responses } = await inferTensors({ path: fixture('iris/models/iris-logreg-tensor.onnx'), requests: [request], outputs: ['label', 'probabilities'] }, context)
    const [label, probabilities] = responses[0]!
    expect(label).toEqual({ name: 'label', datatype: 'INT64', shape: [2], data: ['0', '0'] })
    expect(probabilities!.datatype).toBe('FP32')
    const expected = predictions.outputs['probabilities']!.data.slice(0, 6)
    expected.forEach((v, i) => expect(probabilities!.data[i]).toBeCloseTo(v, 6))
  })

  it('refuses values that do not fill the shape or the type', () => {
    expect(() => denseOf({ name: 'x', datatype: 'FP32', shape: [2, 2], data: [1, 2, 3] })).toThrow(/3 values for the shape/)
    expect(() => denseOf({ name: 'x', datatype: 'INT64', shape: [1], data: ['1.5'] })).toThrow(/whole number/)
    expect(() => denseOf({ name: 'x', datatype: 'COMPLEX', shape: [0], data: [] })).toThrow(/unknown data type/)
  })

  it.each([
    ['FP32', [0.5, -2, null]], ['FP64', [1e-300, 3, null]], ['FP16', [0.5, 65504, 6.103515625e-5]], ['INT64', ['9223372036854775807', '-1', '0']], ['BYTES', ['a', '', 'ü']], ['BOOL', [true, false, true]], ['UINT8', [0, 255, 7]],
  ])('%s values come back as they went in', (datatype, data) => {
    const plain = { name: 't', datatype, shape: [3], data }
    expect(plainOf('t', denseOf(plain), datatype)).toEqual(plain)
  })
})
