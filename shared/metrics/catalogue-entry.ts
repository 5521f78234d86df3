// Builders of catalogue entries, so that one line says one fact once.
import type { MetricDescription } from './catalogue.ts'

type Described = Omit<MetricDescription, 'id' | 'direction' | 'range' | 'format'>
type Kind = Pick<MetricDescription, 'direction' | 'range' | 'format'>

export const shareUp: Kind = { direction: 'higher-is-better', range: '0 … 1', format: 'share' }
export const shareDown: Kind = { direction: 'lower-is-better', range: '0 … 1', format: 'share' }
export const scoreUp: Kind = { direction: 'higher-is-better', range: '0 … 1', format: 'score' }
export const signedScoreUp: Kind = { direction: 'higher-is-better', range: '−1 … 1', format: 'score' }
export const countOf: Kind = { direction: 'neither', range: '0 …', format: 'count' }

export const entry = (id: string, kind: Kind, described: Described): MetricDescription => ({ id, ...kind, ...described })
