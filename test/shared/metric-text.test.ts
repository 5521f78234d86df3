// How values are written: null is never a number, different values never look alike, columns line up.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alignDecimals, countText, metricLabel, metricText, metricTextWithInterval, numbersApart } from '../../shared/metrics/metric-text.ts'

describe('metric text', () => {
  it('follows the format of the catalogue', () => {
    expect(metricText('accuracy', 0.84631)).toBe('0.8463')
    expect(metricText('n', 4000)).toBe('4,000')
    expect(metricText('label_equals_argmax', 0)).toBe('no')
    expect(metricText('rmse', 54.2109742)).toBe('54.211')
    expect(metricText('residual_quantiles.0', -124.0398)).toBe('−124.04')
    expect(metricText('roc_auc', null)).toBe('not available')
    expect(countText(null)).toBe('not available')
    expect(metricTextWithInterval({ metric: 'accuracy', value: 0.9, low: 0.8, high: 0.95 })).toBe('0.9000 (0.8000 to 0.9500)')
    expect(metricTextWithInterval({ metric: 'accuracy', value: null, low: null, high: null })).toBe('not available')
  })

  it('names a slice in words', () => {
    expect(metricLabel('recall', 'class:>50K')).toBe('Recall of >50K')
    expect(metricLabel('accuracy', 'sex=Female')).toBe('Accuracy where sex = Female')
    expect(metricLabel('accuracy', '')).toBe('Accuracy')
    expect(metricLabel('something.new', '')).toBe('something.new')
  })

  it('tells different numbers apart', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.double({ noNaN: true, min: 0, max: 1e-3 }), (a, d) => {
      const [left, right] = numbersApart(a, a + d)
      if (a !== a + d) expect(left).not.toBe(right)
      else expect(left).toBe(right)
    }))
  })

  it('puts decimal points under each other', () => {
    expect(alignDecimals(['0.8463', '12.5', '4,000', 'not available', '−3.25'])).toEqual([
      '       0.8463', '      12.5   ', '   4,000     ', 'not available', '      −3.25  ',
    ])
  })
})
