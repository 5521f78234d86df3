// A model of any size in the manner of a network with residual blocks: eight nodes a block, named by scopes. For graphs of thousands of nodes.
import { attributeInts, initializer, model, node, field, join, tensorValue } from './onnx-builder.ts'

const floats = (count: number, seed: number): Uint8Array => new Uint8Array(Float32Array.from({ length: count }, (_, i) => Math.sin(seed + i) / 4).buffer)
const named = (name: string, bytes: Uint8Array): Uint8Array => join(bytes, field(3, name))

/** `blocks` × 8 nodes on vectors of 8, in stages of 25 blocks; loads and runs in ONNX Runtime. */
export function manyNodes(blocks: number): Uint8Array {
  const nodes: Uint8Array[] = []
  const initializers: Uint8Array[] = []
  for (let b = 0; b < blocks; b++) {
    const at = `/stage${Math.floor(b / 25)}/block${b % 25}`
    const from = b === 0 ? 'x' : `b${b - 1}`
    const add = (name: string, type: string, inputs: readonly string[], output: string, attributes: readonly Uint8Array[] = []): void => { nodes.push(named(`${at}/${name}`, node(type, inputs, [output], attributes))) }
    for (const [name, dims] of [[`w${b}`, [8, 8]], [`v${b}`, [8, 8]], [`p${b}`, [8]], [`q${b}`, [8]], [`g${b}`, [8]]] as const) initializers.push(initializer(name, 'float32', dims, floats(dims.reduce((m, d) => m * d, 1), b)))
    add('fc1/MatMul', 'MatMul', [from, `w${b}`], `m${b}`)
    add('fc1/Add', 'Add', [`m${b}`, `p${b}`], `n${b}`)
    add('act1/Relu', 'Relu', [`n${b}`], `r${b}`)
    add('fc2/MatMul', 'MatMul', [`r${b}`, `v${b}`], `s${b}`)
    add('fc2/Add', 'Add', [`s${b}`, `q${b}`], `t${b}`)
    add('act2/Relu', 'Relu', [`t${b}`], `u${b}`)
    add('Add', 'Add', [`u${b}`, from], `a${b}`)
    add('norm/LayerNormalization', 'LayerNormalization', [`a${b}`, `g${b}`], `b${b}`, [attributeInts('axis', [], -1)])
  }
  return model({ nodes, initializers, inputs: [tensorValue('x', 'float32', ['N', 8])], outputs: [tensorValue(`b${blocks - 1}`, 'float32', ['N', 8])], opsets: [['', 17]] })
}
