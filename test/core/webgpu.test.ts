// WebGPU on the software Vulkan driver of Electron, through real engine processes: where the nodes of a run really ran.
// Which operators WebGPU has is known from the runtime's own list of kernels: none of ai.onnx.ml, none of the integer products.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deviceLine } from '../../shared/device-names.ts'
import { paritySentence } from '../../shared/device-words.ts'
import { RunOptions } from '../../shared/domain/run.ts'
import { startEngine } from '../engine/start-engine.ts'
import { fixture } from '../setup/fixtures.ts'
import { inWorkspace } from '../setup/open-workspace.ts'
import { useNoVulkan, useSoftwareVulkan } from '../setup/software-vulkan.ts'

const before = { ...process.env }
beforeAll(useSoftwareVulkan)
afterAll(() => {
  for (const name of ['VK_ICD_FILENAMES', 'XDG_RUNTIME_DIR']) { if (before[name] === undefined) delete process.env[name]; else process.env[name] = before[name] }
})

describe('a run on WebGPU', () => {
  it('names the nodes that fell back, and says so when nothing ran there', async () => {
    await inWorkspace(async ({ importModel, addData, job, client }) => {
      const on = async (model: string, data: string, target?: string) => {
        const [version, dataset] = [await importModel(fixture(model), model.replace(/\W/g, '-')), await addData(fixture(data))]
        const { binding } = await job('binding.propose', { versionId: version.id, datasetId: dataset.id, ...(target === undefined ? {} : { target }) })
        const { runId } = await job('run.evaluate', { versionId: version.id, datasetId: dataset.id, binding, options: RunOptions.parse({ provider: 'webgpu', limit: 4 }) })
        return (await client.call('run.get', { runId })).environment!
      }
      const forest = await on('iris/models/iris-forest.onnx', 'iris/data/iris-test.csv', 'species')
      expect(forest).toMatchObject({ providerAsked: 'webgpu', providerUsed: 'cpu', fellBack: [{ operator: 'TreeEnsembleClassifier', nodes: 1 }] })
      expect(deviceLine(forest)).toBe('Asked for WebGPU, but ran on the CPU: its one node fell back (TreeEnsembleClassifier).')
      const int8 = await on('mnist/models/mnist-cnn-v2-int8-dynamic.onnx', 'mnist/images/test')
      expect(int8.providerUsed).toBe('webgpu')
      expect(int8.fellBack!.map((f) => [f.operator, f.nodes])).toEqual([['DynamicQuantizeLinear', 4], ['ConvInteger', 2], ['MatMulInteger', 2]])
      expect(int8.copies).toBeGreaterThan(0)
      expect(deviceLine(int8)).toMatch(/^Asked for WebGPU: \d+ of \d+ nodes ran there, 8 fell back to the CPU \(4 DynamicQuantizeLinear, 2 ConvInteger, 2 MatMulInteger\)\.$/)
    })
  })
})

describe('parity of WebGPU with the CPU', () => {
  it('mnist: every node there, close values, no flipped decision; shown again as it was stored', async () => {
    await inWorkspace(async ({ importModel, addData, job, client }) => {
      const [version, dataset] = [await importModel(fixture('mnist/models/mnist-cnn-v1-float32.onnx'), 'mnist'), await addData(fixture('mnist/images/test'))]
      const { binding } = await job('binding.propose', { versionId: version.id, datasetId: dataset.id })
      const report = await job('version.parity', { versionId: version.id, datasetId: dataset.id, binding, options: { device: 'webgpu', limit: 20, batchSize: 8 } })
      expect(report).toMatchObject({ verdict: 'close', rows: 20, batchSize: 8, decisions: { flipped: 0, rows: [] }, placement: { providerUsed: 'webgpu', fellBack: [] } })
      const [logits] = report.outputs
      expect(logits).toMatchObject({ output: 'logits', values: 200, outside: 0, unlike: 0 })
      // Two devices that add up in different orders differ, but by no more than float32 sums of this size do.
      expect(logits!.largest).toBeGreaterThan(0)
      expect(logits!.largest).toBeLessThan(1e-4)
      expect(logits!.mean).toBeLessThanOrEqual(logits!.largest!)
      expect(report.speeds.device).toMatchObject({ device: 'webgpu', calls: 1, rows: 8 })
      expect(await client.call('version.devices', { versionId: version.id })).toEqual({ parity: [report], speed: [] })
    })
  })

  it('iris: in plain operators every node there, close values, no flipped decision; in those of ai.onnx.ml both nodes fall back; without any device a sentence', async () => {
    await inWorkspace(async ({ importModel, addData, job, client, core }) => {
      const dataset = await addData(fixture('iris/data/iris.csv'))
      const compared = async (file: string) => {
        const version = await importModel(fixture(`iris/models/${file}.onnx`), file)
        const { binding } = await job('binding.propose', { versionId: version.id, datasetId: dataset.id, target: 'species' })
        return { binding, report: await job('version.parity', { versionId: version.id, datasetId: dataset.id, binding, options: { device: 'webgpu' } }) }
      }
      const { report: plain, binding } = await compared('iris-logreg-plain')
      expect(plain).toMatchObject({ verdict: 'close', rows: 150, decisions: { flipped: 0, rows: [] }, placement: { providerUsed: 'webgpu', fellBack: [] } })
      expect(plain.outputs).toMatchObject([{ output: 'probabilities', values: 450, outside: 0, unlike: 0 }])
      expect(plain.outputs[0]!.largest).toBeLessThan(1e-5)
      // It is the given model: what scikit-learn computed from that one's probabilities.
      const { metrics } = await client.call('run.get', await job('run.evaluate', { versionId: plain.versionId, datasetId: dataset.id, binding, options: RunOptions.parse({}) }))
      const reference = JSON.parse(readFileSync(fixture('iris/reference/logreg-tensor.iris.json'), 'utf8')) as { metrics: { accuracy: number, log_loss: number } }
      expect(metrics.find((m) => m.metric === 'accuracy')!.value).toBe(reference.metrics.accuracy)
      expect(metrics.find((m) => m.metric === 'log_loss')!.value).toBeCloseTo(reference.metrics.log_loss, 6)
      const { report: given } = await compared('iris-logreg-tensor')
      expect(given).toMatchObject({ verdict: 'not-run-there', rows: 150, placement: { providerUsed: 'cpu' } })
      expect(given.placement.fellBack!.map((f) => f.operator).sort()).toEqual(['LinearClassifier', 'Normalizer'])
      expect(paritySentence(given)).toContain('no node of this model ran on WebGPU. The operators LinearClassifier and Normalizer (ai.onnx.ml) exist for the processor alone;')
      if (process.platform !== 'linux') return
      useNoVulkan()
      await expect(compared('iris-logreg-tensor')).rejects.toMatchObject({ code: 'engine.providerUnavailable', details: { reason: 'this machine offers no graphics adapter that WebGPU can use' } })
      const { engine } = startEngine()
      expect(await engine.task('provider.probe', { provider: 'webgpu' })).toMatchObject({ status: 'unavailable', sentence: 'WebGPU does not work here: this machine offers no graphics adapter that WebGPU can use.' })
      await engine.close()
      await useSoftwareVulkan()
      expect((await core.client.call('app.about', {})).engine).not.toBe('unstable')
    })
  })
})
