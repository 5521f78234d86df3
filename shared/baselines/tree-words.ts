// A small tree in words, a line a node. Owns no numbers.
import type { TreeLine } from '../domain/baseline.ts'
import { formatNumber, formatShare } from '../format.ts'
import type { TreeFeature, TreeNode } from './tree.ts'

const plain = (value: number): string => String(Number(value.toPrecision(6))).replace('-', '−')

function question(features: readonly TreeFeature[], split: NonNullable<TreeNode['split']>): readonly [yes: string, no: string] {
  const feature = features[split.feature]!
  if (split.kind === 'number') return split.threshold === -Infinity ? [`${feature.name} is missing`, `${feature.name} is there`] : [`${feature.name} ≤ ${plain(split.threshold)}`, `${feature.name} > ${plain(split.threshold)}`]
  const word = split.word < 0 || feature.kind === 'number' ? 'missing' : feature.words[split.word] ?? ''
  return [`${feature.name} is ${word}`, `${feature.name} is not ${word}`]
}

function answerOf(node: TreeNode, classes: readonly string[] | null): string {
  if (classes === null) return formatNumber(node.answer[0]!)
  const most = node.answer.indexOf(Math.max(...node.answer))
  return `${classes[most] ?? ''} (${formatShare(node.answer[most]!)})`
}

/** `classes` null: the tree answers numbers. */
export function treeLines(tree: TreeNode, features: readonly TreeFeature[], classes: readonly string[] | null, depth = 0, prefix = ''): TreeLine[] {
  if (tree.split === null) return [{ depth, text: `${prefix === '' ? 'always' : prefix}: ${answerOf(tree, classes)}`, rows: tree.rows }]
  const [yes, no] = question(features, tree.split)
  const own = prefix === '' ? [] : [{ depth, text: prefix, rows: tree.rows }]
  const next = prefix === '' ? depth : depth + 1
  return [...own, ...treeLines(tree.left!, features, classes, next, yes), ...treeLines(tree.right!, features, classes, next, no)]
}
