// WebGPU on the software Vulkan driver of Electron, through real engine processes: where the nodes of a run really ran.
// Which operators WebGPU has is known from the runtime's own list of kernels: none of ai.onnx.ml, none of the integer products.
import { beforeAll, describe, expect, it } from 'vitest'
import { deviceLine } from '../../shared/device-names.ts'
import { RunOptions } from '../../shared/domain/run.ts'
import { fixture } from '../setup/fixtures.ts'
import { inWorkspace } from '../setup/open-workspace.ts'
import { useSoftwareVulkan } from '../setup/software-vulkan.ts'

beforeAll(useSoftwareVulkan)

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
