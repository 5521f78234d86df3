// Reads models that tests build, in folders of their own, through the engine's `model.read`.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { readModel } from '../../main/core/onnx/model-read.ts'
import { asSlipwayError, type SlipwayError } from '../../shared/errors.ts'
import { initializer, model, type ModelParts, node, tensorValue } from './onnx-builder.ts'
import { inFolder, listing, taskContext } from './onnx-context.ts'

export type Read = Awaited<ReturnType<typeof readModel>>

export const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)
export const integers = (...values: bigint[]): Uint8Array => new Uint8Array(BigInt64Array.from(values).buffer)

/** y = x · W with W as given. */
export const product = (weights: Uint8Array): Uint8Array => model({
  nodes: [node('MatMul', ['x', 'W'], ['y'])], initializers: [weights], inputs: [tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue('y', 'float32', ['N', 3])],
})
/** Six weights that fit `product`. */
export const sixWeights = (content: Parameters<typeof initializer>[3]): Uint8Array => initializer('W', 'float32', [2, 3], content)
/** y = x, with parts replaced. */
export const identity = (more: Partial<ModelParts> = {}): Uint8Array => model({ nodes: [node('Identity', ['x'], ['y'])], inputs: [tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue('y', 'float32', ['N', 2])], ...more })

/** Reads a model from a folder of its own, in which `prepare` may put more. */
export async function read(bytes: Uint8Array, prepare: (home: string) => Promise<void> = () => Promise.resolve()): Promise<Read> {
  return inFolder(async (folder) => {
    const home = join(folder, 'home')
    await mkdir(home)
    await writeFile(join(home, 'm.onnx'), bytes)
    await prepare(home)
    return readModel({ path: join(home, 'm.onnx'), staging: join(folder, 'staging') }, taskContext())
  })
}

/** Reads what must be refused; the folder is then as it was and the message has no path of this machine. */
export async function refused(bytes: Uint8Array, prepare: (home: string) => Promise<void> = () => Promise.resolve()): Promise<SlipwayError> {
  return inFolder(async (folder) => {
    const home = join(folder, 'home')
    const staging = join(folder, 'staging')
    await mkdir(home)
    await mkdir(staging)
    await writeFile(join(home, 'm.onnx'), bytes)
    await prepare(home)
    const before = await listing(folder)
    const error = asSlipwayError(await readModel({ path: join(home, 'm.onnx'), staging }, taskContext()).then(() => new Error('was accepted'), (e: unknown) => e))
    expect(error.code, error.message).not.toBe('internal.bug')
    expect(await listing(folder)).toEqual(before)
    expect(error.message).not.toContain(folder)
    return error
  })
}
