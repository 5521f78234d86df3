// A graph as it is described for comparing: nodes with their settings, and tensors with a digest in the place of their content.
// Types only. Constant nodes are told as tensors: whether a number is kept in a node or beside it changes nothing.
import type { TensorType } from '../domain/model.ts'

export interface DescribedTensor {
  /** Its place in the list of the model's tensors, by which its numbers can be asked for. */
  readonly id: number
  readonly name: string
  readonly type: TensorType
  readonly dims: readonly number[]
  readonly elements: number
  /** Equal exactly when type and every value are equal; the shape is not in it. */
  readonly digest: string
  /** Sum of the squares of its finite values; null for types that are not floating. */
  readonly squares: number | null
  /** The values, where they are few. */
  readonly text: string | null
}

export interface DescribedAttribute {
  readonly name: string
  readonly digest: string
  readonly text: string
  /** It holds what was learned, such as the shape of trees. */
  readonly learned: boolean
}

export interface DescribedNode {
  readonly name: string
  readonly op: string
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: readonly DescribedAttribute[]
  /** Lists of learned numbers that the operator keeps in attributes. */
  readonly learned: readonly { readonly slot: string; readonly tensor: DescribedTensor }[]
  readonly bodies: readonly { readonly slot: string; readonly graph: DescribedGraph }[]
}

export interface DescribedGraph {
  /** Names of its inputs; of the model's graph those that a caller feeds. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly tensors: readonly DescribedTensor[]
  readonly nodes: readonly DescribedNode[]
}

export interface DescribedModel {
  /** Weights that are inputs of the graph too, so that a caller may replace them. Absent: none. */
  readonly replaceable?: readonly string[]
  readonly graph: DescribedGraph
  readonly functions: readonly { readonly name: string; readonly graph: DescribedGraph }[]
  /** Digest of what does not run: comments, shapes of inner values, notes of quantisation tools. */
  readonly documentation: string
}

/** Gives every distinct text one number, so that equal numbers mean equal structure, without chance. */
export class Interner {
  private readonly numbers = new Map<string, number>()

  of(text: string): number {
    const known = this.numbers.get(text)
    if (known !== undefined) return known
    this.numbers.set(text, this.numbers.size)
    return this.numbers.size - 1
  }
}
