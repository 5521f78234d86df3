// Reports as files: they stand alone, hold the run's own numbers, are the same bytes again, and refuse what cannot be written.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Run } from '../../shared/domain/run.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, slipwayJson, unwordedPart } from './run-cli.ts'

const data = fixture('adult-income/data/test.csv')

/** Whatever in a page could ask for something from elsewhere. */
const reaches = /<(script|link|img|iframe|object|embed|base|form)\b|@import|url\(|\b(src|href|action|xlink:href)\s*=|http-equiv="refresh"/i
/** Text as a reader sees it. */
const words = (html: string): string => html.replace(/<style>[^]*?<\/style>/g, ' ').replace(/<[^>]+>/g, ' ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').replace(/\s+/g, ' ')

it('a run, a comparison and a gate as reports', { timeout: 180_000 }, async () => {
  await inPlace(async (place) => {
    const run = async (name: string): Promise<Run> => await slipwayJson(place, ['evaluate', fixture(`adult-income/models/${name}`), '--data', data, '--target', 'income']) as Run
    const [first, second] = [await run('income-v1-logreg.onnx'), await run('income-v2-gboost.onnx')]
    const write = async (file: string, ...args: string[]): Promise<string> => {
      const path = join(place.folder, file)
      await slipwayJson(place, ['report', ...args, '--out', path])
      const html = readFileSync(path, 'utf8')
      expect(reaches.exec(html)?.[0] ?? null).toBeNull()
      expect(html).toContain("default-src 'none'")
      expect(Buffer.byteLength(html)).toBeLessThan(2_000_000)
      return html
    }
    const html = await write('run.html', second.id)
    // The numbers that scikit-learn gives for this model on these rows, as a reader sees them.
    const { metrics } = JSON.parse(readFileSync(fixture('adult-income/reference/v2.test.json'), 'utf8')) as { metrics: Readonly<Record<string, number>> }
    for (const metric of ['accuracy', 'roc_auc', 'log_loss', 'matthews_corrcoef']) expect(words(html)).toContain(` ${metrics[metric]!.toFixed(4)} `)
    expect(words(html)).toContain(`Accuracy on test.csv is ${metrics['accuracy']!.toFixed(4)};`)
    expect(await write('again.html', second.id)).toBe(html)

    const compared = words(await write('compared.html', `${first.modelName}@${first.versionNumber}`, `${second.modelName}@${second.versionNumber}`))
    expect(compared).toContain(`against ${first.modelName} v${first.versionNumber}`)
    expect(compared).toMatch(/Better|Worse|Equivalent|Not enough rows/)

    const unchecked = await slipway(place, 'report', second.id, '--gate', '--out', join(place.folder, 'gate.html'))
    expect({ code: unchecked.code, bad: unwordedPart(unchecked) }).toEqual({ code: 2, bad: null })
    const policy = join(place.folder, 'policy.yaml')
    writeFileSync(policy, 'schema: slipway.gate/1\nrules:\n  - kind: rows\n    atLeast: 1\n  - kind: metric\n    metric: accuracy\n    op: ">="\n    limit: 0.99\n')
    expect((await slipway(place, 'gate', second.id, '--policy', policy)).code).toBe(1)
    const gate = words(await write('gate.html', second.id, '--gate'))
    expect(gate).toContain('Not passed')
    expect(gate).toContain('0.8618')

    const pdf = await slipway(place, 'report', second.id, '--out', join(place.folder, 'run.pdf'))
    expect({ code: pdf.code, bad: unwordedPart(pdf) }).toEqual({ code: 2, bad: null })
    expect(pdf.err).toContain('browser')
  })
})
