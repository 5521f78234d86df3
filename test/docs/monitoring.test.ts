// The table of metrics in docs/monitoring.md is the catalogue of the server. UPDATE_DOCS=1 writes it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { modelMetrics, processMetrics, type MetricEntry } from '../../main/core/bundle/watch/metric-catalogue.ts'

const page = join(import.meta.dirname, '../../docs/monitoring.md')
const [head, tail] = [/<!-- metrics:[^\n]*-->\n/, '<!-- end of metrics -->']

const rows = (metrics: Readonly<Record<string, MetricEntry>>, common: string): string => Object.entries(metrics).map(([name, { kind, labels, help }]) => `| \`${name}\` | ${kind} | ${[...(common === '' ? [] : [common]), ...labels].join(', ')} | ${help} |\n`).join('')
const table = `| name | kind | labels | meaning |\n| --- | --- | --- | --- |\n${rows(modelMetrics, 'model, version')}${rows(processMetrics, '')}`

it('docs/monitoring.md names every metric', () => {
  const text = readFileSync(page, 'utf8')
  const from = text.search(head) + head.exec(text)![0].length
  const made = text.slice(0, from) + table + text.slice(text.indexOf(tail))
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(page, made)
  expect(readFileSync(page, 'utf8')).toBe(made)
})
