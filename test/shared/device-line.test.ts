// The first line of a result: device asked for, device used, nodes that fell back. The sentences are written out here.
import { expect, it } from 'vitest'
import { deviceLine, fallenBack } from '../../shared/device-names.ts'

const cpu = (nodes: number) => ({ provider: 'CPUExecutionProvider', nodes })
const gpu = (nodes: number) => ({ provider: 'WebGpuExecutionProvider', nodes })

it.each([
  ['cpu', 'cpu', [cpu(12)], 0, 'Ran on the CPU, as asked: all 12 nodes.'],
  ['cpu', 'cpu', [cpu(1)], 0, 'Ran on the CPU, as asked: its one node.'],
  ['cpu', 'cpu', [], 0, 'Ran on the CPU, as asked.'],
  ['webgpu', 'webgpu', [gpu(7)], 0, 'Ran on WebGPU, as asked: all 7 nodes.'],
  ['webgpu', 'webgpu', [gpu(7), cpu(3)], 3, 'Asked for WebGPU: 7 of 10 nodes ran there, 3 fell back to the CPU.'],
  ['webgpu', 'cpu', [cpu(10)], 10, 'Asked for WebGPU, but ran on the CPU: all 10 nodes fell back.'],
  ['cuda', 'cuda', [], null, 'Asked for CUDA; the runtime gave no profile, so it is not known which nodes ran there.'],
  ['tensorrt', 'tensorrt', [{ provider: 'TensorrtExecutionProvider', nodes: 4 }, { provider: 'CUDAExecutionProvider', nodes: 1 }, cpu(2)], 3, 'Asked for TensorRT: 4 of 7 nodes ran there, 3 fell back to CUDAExecutionProvider and the CPU.'],
] as const)('%s asked, %s used, %j', (providerAsked, providerUsed, nodes, away, line) => {
  const environment = { providerAsked, providerUsed, nodesByProvider: nodes.map((n) => ({ ...n })) }
  expect(fallenBack(environment)).toBe(away)
  expect(deviceLine(environment)).toBe(line)
})

it('names the operators that fell back, most first, and counts the rest', () => {
  const elsewhere = (operator: string, nodes: number) => ({ operator, provider: 'CPUExecutionProvider', nodes })
  const asked = { providerAsked: 'webgpu', providerUsed: 'webgpu', nodesByProvider: [gpu(7), cpu(3)] } as const
  expect(deviceLine({ ...asked, nodesByProvider: [...asked.nodesByProvider], fellBack: [elsewhere('MatMulInteger', 2), elsewhere('Cast', 1)] }))
    .toBe('Asked for WebGPU: 7 of 10 nodes ran there, 3 fell back to the CPU (2 MatMulInteger, Cast).')
  expect(deviceLine({ ...asked, providerUsed: 'cpu', nodesByProvider: [cpu(6)], fellBack: [elsewhere('A', 2), ...['B', 'C', 'D', 'E'].map((o) => elsewhere(o, 1))] }))
    .toBe('Asked for WebGPU, but ran on the CPU: all 6 nodes fell back (2 A, B, C, D and 1 more kind).')
})
