// What the execution providers are called wherever a person reads of them.
import type { ExecutionProvider } from './domain/run.ts'

export const deviceNames: Readonly<Record<ExecutionProvider, string>> = { cpu: 'CPU', webgpu: 'WebGPU', cuda: 'CUDA', tensorrt: 'TensorRT', dml: 'DirectML', coreml: 'Core ML' }
