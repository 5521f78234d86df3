// Pictures of a run in the window: class maps come out value for value, are counted and painted; boxes say what became of them;
// the grid draws what is in view and walks by keys; the large view goes on by the arrow keys.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ReactNode } from 'react'
import type { FakeHandlers } from '../../renderer/bridge/in-memory.ts'
import type { RunBoxes } from '../../shared/domain/run-boxes.ts'
import { maskInks } from '../../shared/charts/palette.ts'
import { encodeClassMap } from '../../main/core/images/mask-write.ts'
import { boxCounts } from '../../renderer/features/run/picture-words.ts'
import { pixelWords } from '../../renderer/features/run/mask-stages.tsx'
import { startOverlay } from '../../renderer/features/run/picture-overlay.ts'
import { PictureView } from '../../renderer/features/run/picture-view.tsx'
import { PicturesTab } from '../../renderer/features/run/pictures-tab.tsx'
import { BoxLayer, drawnBoxes, staggered } from '../../renderer/ui/pictures/box-layer.tsx'
import { countClasses, paintMaps, readClassMap, type ClassMap, type MaskPaint } from '../../renderer/ui/pictures/class-map.ts'
import { PictureGrid, tileAfter } from '../../renderer/ui/pictures/picture-grid.tsx'
import { samples } from '../contract-samples.ts'
import { allByRole, appears, byRole, click, fill, mount, press, settle, type Mounted } from './mount.tsx'

let mounted: Mounted | null = null
afterEach(async () => { await mounted?.unmount(); mounted = null; vi.restoreAllMocks() })

const map = (width: number, values: readonly number[]): ClassMap => ({ width, height: values.length / width, values: Uint8Array.from(values) })
const paint: MaskPaint = { show: 'predicted', opacity: 0.4, onlyDifferences: false, hidden: new Set(), colors: ['#010203', '#0a0b0c'] }
const pixels = (painted: Uint8ClampedArray): number[][] => Array.from({ length: painted.length / 4 }, (_, i) => [...painted.subarray(i * 4, i * 4 + 4)])

describe('class maps', () => {
  it('come out of the PNG that the core writes, value for value', async () => {
    const values = [0, 1, 2, 254, -1, 7]
    expect(await readClassMap(encodeClassMap(3, 2, values).toString('base64'))).toEqual(map(3, [0, 1, 2, 254, 255, 7]))
    await expect(readClassMap(Buffer.from('not a picture, but long enough to be read as one').toString('base64'))).rejects.toThrow('not a grey PNG')
  })

  it('are counted without pixels that are not judged', () => {
    const counts = countClasses(map(3, [0, 0, 1, 1, 255, 255]), map(3, [0, 1, 1, 255, 1, 0]), 3)
    // Class 0: 1 of 2 true, 1 predicted; class 1: 1 common, 2 true, 2 predicted.
    expect(counts).toEqual([{ truth: 2, predicted: 1, both: 1, iou: 1 / 2 }, { truth: 2, predicted: 2, both: 1, iou: 1 / 3 }, { truth: 0, predicted: 0, both: 0, iou: null }])
  })

  it('are painted: filled, only where they differ, hidden, outlined', () => {
    const truth = map(4, [0, 0, 1, 255])
    const predicted = map(4, [0, 1, 1, 1])
    const [zero, one, none] = [[1, 2, 3, 102], [10, 11, 12, 102], [0, 0, 0, 0]]
    expect(pixels(paintMaps(truth, predicted, paint))).toEqual([zero, one, one, one])
    expect(pixels(paintMaps(truth, predicted, { ...paint, show: 'truth' }))).toEqual([zero, zero, one, none])
    expect(pixels(paintMaps(truth, predicted, { ...paint, onlyDifferences: true }))).toEqual([none, one, none, none])
    expect(pixels(paintMaps(truth, predicted, { ...paint, hidden: new Set([1]) }))).toEqual([zero, none, none, none])
    // The truth changes between the second and the third pixel, and between the third and the last, which has no class.
    expect(pixels(paintMaps(truth, predicted, { ...paint, show: 'both' }))).toEqual([zero, [1, 2, 3, 255], [10, 11, 12, 255], one])
  })

  it('name the classes of a pixel', () => {
    const maps = { truth: map(2, [0, 255]), predicted: map(2, [1, 255]) }
    expect(pixelWords(maps, ['cat', 'dog'], { x: 0, y: 0 })).toBe('Pixel 1, 1: true cat, predicted dog')
    expect(pixelWords(maps, ['cat', 'dog'], { x: 1, y: 0 })).toBe('Pixel 2, 1: true not judged, predicted no class')
    expect(pixelWords({ truth: null, predicted: maps.predicted }, ['cat', 'dog'], { x: 0, y: 0 })).toBe('Pixel 1, 1: predicted dog')
  })
})

/** OKLab of an sRGB colour as a dichromat sees it, after Machado, Oliveira and Fernandes (2009) at full severity. */
function seen(hex: string, by: readonly (readonly number[])[]): readonly number[] {
  const linear = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  const mixed = by.map((row) => Math.max(0, row.reduce((sum, k, i) => sum + k * linear[i]!, 0)))
  const cone = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]].map((row) => Math.cbrt(row.reduce((sum, k, i) => sum + k * mixed[i]!, 0)))
  return [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]].map((row) => row.reduce((sum, k, i) => sum + k * cone[i]!, 0))
}

it.each([
  ['everybody', [[1, 0, 0], [0, 1, 0], [0, 0, 1]]],
  ['protanopes', [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]],
  ['deuteranopes', [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]],
  ['tritanopes', [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]],
])('the colours of classes are told apart by %s', (_, by) => {
  const colors = maskInks.map((ink) => seen(ink, by))
  for (const [i, a] of colors.entries()) for (const b of colors.slice(i + 1)) expect(Math.hypot(...a.map((v, k) => v - b[k]!))).toBeGreaterThan(0.05)
})

const boxes: RunBoxes = {
  name: 'a.png', width: 100, height: 50, score: 0.1, labelled: true,
  predicted: [{ box: [10, 5, 30, 25], label: 'cat', score: 0.9, match: 'right' }, { box: [50, 20, 90, 45], label: 'dog', score: 0.4, match: 'wrong' }],
  truth: [{ box: [11, 6, 31, 24], label: 'cat', found: true, crowd: false }, { box: [70, 1, 95, 20], label: 'cow', found: false, crowd: false }, { box: [0, 40, 9, 49], label: 'herd', found: false, crowd: true }],
}

describe('boxes', () => {
  it('are drawn where they lie in the original picture, each with what became of it', async () => {
    mounted = await mount(<BoxLayer boxes={drawnBoxes(boxes, 0)} width={100} height={50} labels />)
    expect(document.querySelector('svg')?.getAttribute('viewBox')).toBe('0 0 100 50')
    const drawn = [...document.querySelectorAll('g[data-box]')].map((g) => [g.getAttribute('data-box'), ...['x', 'y', 'width', 'height'].map((name) => Number(g.querySelector('rect')?.getAttribute(name)))])
    expect(drawn).toEqual([['found', 11, 6, 20, 18], ['missed', 70, 1, 25, 19], ['crowd', 0, 40, 9, 9], ['wrong', 50, 20, 40, 25], ['right', 10, 5, 20, 20]])
    const text = document.body.textContent
    for (const words of ['cat 0.90', 'dog 0.40 wrong', 'cow missed', 'herd (many)']) expect(text).toContain(words)
  })

  it('at one place do not hide each other: words on lines of their own, outlines around each other, the right one last', () => {
    const at = (x: number, label: string, score: number, match: 'right' | 'wrong'): RunBoxes['predicted'][number] => ({ box: [x, 5, x + 20, 25], label, score, match })
    const drawn = drawnBoxes({ ...boxes, truth: [], predicted: [at(10, 'cat', 0.9, 'right'), at(10.5, 'dog', 0.8, 'wrong'), at(10, 'cow', 0.7, 'wrong'), at(60, 'pig', 0.6, 'wrong')] }, 0)
    expect(drawn.map((b) => b.words)).toEqual(['dog 0.80 wrong', 'cow 0.70 wrong', 'pig 0.60 wrong', 'cat 0.90'])
    expect(staggered(drawn, 100, 50)).toMatchObject([{ words: 0, outline: 2 }, { words: 1, outline: 1 }, { words: 0, outline: 0 }, { words: 2, outline: 0 }])
  })

  it('below the score are hidden, and either kind can be left out', () => {
    const kinds = (score: number, show?: 'predicted' | 'truth'): string[] => drawnBoxes(boxes, score, show).map((b) => b.kind)
    expect(kinds(0.5)).toEqual(['found', 'missed', 'crowd', 'right'])
    expect(kinds(0.4, 'predicted')).toEqual(['wrong', 'right'])
    expect(kinds(0.95, 'truth')).toEqual(['found', 'missed', 'crowd'])
  })

  it('are counted in words; a region of many objects is no miss', () => {
    expect(boxCounts(boxes)).toBe('1 right, 1 wrong, 1 missed')
    expect(boxCounts({ ...boxes, labelled: false })).toBe('2 boxes')
  })
})

describe('the grid', () => {
  beforeEach(() => { vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600) })

  it('draws a part of many pictures and tells which', async () => {
    let view = [0, 0]
    mounted = await mount(<PictureGrid label="Pictures" count={5000} current={0} onCurrent={() => undefined} onOpen={() => undefined} onView={(...range) => { view = range }} tile={(i) => `picture ${i}`} maxHeight="600px" focusRequest={0} />)
    const drawn = allByRole('button', /^picture/)
    expect(drawn.length).toBeGreaterThan(5)
    expect(drawn.length).toBeLessThan(200)
    expect(view).toEqual([0, drawn.length])
    expect(drawn.filter((b) => b.tabIndex === 0)).toHaveLength(1)
    expect(document.querySelector('li')?.getAttribute('aria-setsize')).toBe('5000')
  })

  it('walks by rows and columns and stays inside', () => {
    expect([tileAfter('ArrowRight', 3, 4, 10), tileAfter('ArrowDown', 3, 4, 10), tileAfter('ArrowDown', 7, 4, 10), tileAfter('ArrowUp', 1, 4, 10), tileAfter('ArrowLeft', 0, 4, 10)]).toEqual([4, 7, 7, 1, 0])
    expect([tileAfter('PageDown', 3, 4, 10), tileAfter('PageUp', 3, 4, 10), tileAfter('Home', 3, 4, 10), tileAfter('End', 3, 4, 10), tileAfter('x', 3, 4, 10)]).toEqual([9, 0, 0, 9, null])
  })
})

const run = (() => {
  const base = samples['run.get'].output
  return {
    ...base, status: 'done' as const, task: 'multiclass-classification' as const,
    binding: { ...base.binding, task: 'multiclass-classification' as const, target: { kind: 'image-class' as const }, inputs: [{ kind: 'image' as const, input: 'x', dtype: 'float32' as const, image: { width: 2, height: 2, resize: 'stretch' as const, kernel: 'bilinear' as const, shorterSide: null, padValue: 0, color: 'rgb' as const, layout: 'NCHW' as const, scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } }], classes: ['a', 'b'].map((label) => ({ label, output: label })) },
  }
})()

describe('the pictures of a run', () => {
  const asked: unknown[] = []
  const rows = Array.from({ length: 62 }, (_, i) => ({ record: i + 1, id: null, truth: 'a', predicted: i % 2 === 0 ? 'a' : 'b', correct: i % 2 === 0, confidence: 0.75, loss: 0.1, scores: [0.75, 0.25] }))
  const show = async (): Promise<void> => {
    asked.length = 0
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600)
    mounted = await mount(<PicturesTab run={run} route={{ screen: 'run', runId: run.id, tab: 'rows' }} />, {
      'run.predictions': ({ offset, limit, ...filter }) => {
        asked.push(filter)
        const all = rows.filter((r) => (!filter.onlyWrong || !r.correct) && (!filter.onlyRight || r.correct))
        return { total: all.length, scoreNames: ['a', 'b'], rows: all.slice(offset, offset + limit) }
      },
      'dataset.image': ({ record }) => ({ png: 'AA==', width: 20, height: 10, name: `${record}.png` }),
    })
  }

  it('say truth, answer, confidence and verdict, and are filtered and ordered', async () => {
    await show()
    await appears(() => byRole('button', 'Record 2, predicted b, 0.7500, true a, wrong'))
    expect(document.body.textContent).toContain('62 pictures')
    await fill(byRole('combobox', 'Answer'), 'wrong')
    await fill(byRole('combobox', 'Order'), 'surest')
    await appears(() => { expect(document.body.textContent).toContain('31 pictures'); return document.body })
    expect(asked.at(-1)).toMatchObject({ order: 'surest', onlyWrong: true, onlyRight: false })
    expect(allByRole('button', /right/)).toHaveLength(0)
  })

  it('open large, go on by the arrow keys, and close', async () => {
    await show()
    await click(await appears(() => byRole('button', /^Record 2,/)))
    const title = (): string => document.querySelector('[role=dialog] h2')?.textContent ?? ''
    expect(title()).toBe('Picture 2 of 62')
    const dialog = byRole('dialog')
    await press(dialog, 'ArrowLeft')
    await press(dialog, 'ArrowLeft')
    expect(title()).toBe('Picture 1 of 62')
    await press(dialog, 'ArrowRight')
    await appears(() => { expect(dialog.textContent).toContain('2.png'); return dialog })
    expect(byRole('table', 'Probabilities').textContent).toContain('0.7500')
    await press(dialog, 'Escape')
    await settle()
    expect(allByRole('dialog')).toHaveLength(0)
  })

  it('go on from one page of answers to the next', async () => {
    const seen: number[] = []
    const handlers: FakeHandlers = { 'run.predictions': ({ offset, limit }) => { seen.push(offset); return { total: rows.length, scoreNames: ['a', 'b'], rows: rows.slice(offset, offset + limit) } }, 'dataset.image': ({ record }) => ({ png: 'AA==', width: 20, height: 10, name: `${record}.png` }) }
    const view = (index: number): ReactNode => <PictureView run={run} filter={{ order: 'worst', verdict: 'all', truth: undefined, predicted: undefined }} total={62} index={index} onIndex={() => undefined} overlay={startOverlay(run)} onOverlay={() => undefined} onClose={() => undefined} focusAfter={() => undefined} />
    mounted = await mount(view(58), handlers)
    expect(seen).toEqual([0])
    await mounted.render(view(60))
    await appears(() => { expect(byRole('dialog').textContent).toContain('61.png'); return document.body })
    expect(seen).toEqual([0, 60])
  })
})
