// The search language: what is read as what, in which order, and where and how a mistake is told. Places of a leaderboard from intervals.
import { describe, expect, it } from 'vitest'
import { SlipwayError } from '../../shared/errors.ts'
import { openPlaces } from '../../shared/leaderboard.ts'
import { completeSearch } from '../../shared/search/complete.ts'
import { findMetric } from '../../shared/search/metric-names.ts'
import { parseSearch } from '../../shared/search/parse.ts'
import { parseOrder } from '../../shared/search/sort.ts'

const text = (word: string) => ({ kind: 'text', text: word })
const words = (field: string, value: string, op = '=') => ({ kind: 'words', field, op, value })
const metric = (metrics: string[], op: string, value: number, dataset: string | null = null) => ({ kind: 'metric', metrics, op, value, dataset })
const auc = ['roc_auc', 'roc_auc.ovr_macro']

const failure = (query: string): { at: number; reason: string; expected: string } => {
  try { parseSearch(query) } catch (thrown) {
    if (thrown instanceof SlipwayError && thrown.code === 'search.invalid') return thrown.details as never
    throw thrown
  }
  throw new Error(`“${query}” was understood`)
}

describe('what is read', () => {
  it.each([
    ['', { kind: 'all' }],
    ['auc > 0.9 and alias = champion', { kind: 'and', parts: [metric(auc, '>', 0.9), words('alias', 'champion')] }],
    ['a b or c', { kind: 'or', parts: [{ kind: 'and', parts: [text('a'), text('b')] }, text('c')] }],
    ['a (b or c)', { kind: 'and', parts: [text('a'), { kind: 'or', parts: [text('b'), text('c')] }] }],
    ['not a and b', { kind: 'and', parts: [{ kind: 'not', part: text('a') }, text('b')] }],
    ['not (a or not b)', { kind: 'not', part: { kind: 'or', parts: [text('a'), { kind: 'not', part: text('b') }] } }],
    ['"and" OR “not”', { kind: 'or', parts: [text('and'), text('not')] }],
    ['"say \\"hi\\""', text('say "hi"')],
    ['tag:prod', words('tag', 'prod')],
    ['note!~"a b"', words('note', 'a b', '!~')],
    ['model = x', words('name', 'x')],
    ['accuracy ≥ 90%', metric(['accuracy'], '>=', 0.9)],
    ['accuracy > 90 % good', { kind: 'and', parts: [metric(['accuracy'], '>', 0.9), text('good')] }],
    ['rmse < 1e3 on dataset "my test.csv" x', { kind: 'and', parts: [metric(['rmse'], '<', 1000, 'my test.csv'), text('x')] }],
    ['r2 > -0.5 on test.csv', metric(['r2'], '>', -0.5, 'test.csv')],
    ['trained on gpu', { kind: 'and', parts: [text('trained'), text('on'), text('gpu')] }],
    ['version = v3', { kind: 'number', field: 'version', op: '=', value: 3 }],
    ['version != latest', { kind: 'latest', op: '!=' }],
    ['task = binary', { kind: 'choice', field: 'task', op: '=', values: ['binary-classification'] }],
    ['task = classification', { kind: 'choice', field: 'task', op: '=', values: ['binary-classification', 'multiclass-classification', 'multilabel-classification'] }],
    ['state = "in review"', { kind: 'choice', field: 'state', op: '=', values: ['in-review'] }],
    ['size > 10 MB', { kind: 'number', field: 'size', op: '>', value: 10e6 }],
    ['size <= 1.5KiB', { kind: 'number', field: 'size', op: '<=', value: 1536 }],
    ['opset >= 17', { kind: 'number', field: 'opset', op: '>=', value: 17 }],
    ['created < 7 days ago and x', { kind: 'and', parts: [{ kind: 'time', field: 'created', op: '<', when: { kind: 'age', ms: 7 * 86_400_000 } }, text('x')] }],
    ['evaluated = 2026-02', { kind: 'time', field: 'evaluated', op: '=', when: { kind: 'stretch', from: new Date(2026, 1, 1).getTime(), to: new Date(2026, 2, 1).getTime() } }],
    ['created > 2026-12-31', { kind: 'time', field: 'created', op: '>', when: { kind: 'stretch', from: new Date(2026, 11, 31).getTime(), to: new Date(2027, 0, 1).getTime() } }],
  ])('%s', (query, meaning) => { expect(parseSearch(query as string)).toEqual(meaning) })
})

describe('what is refused, and where', () => {
  it.each([
    ['auc > ', 6, 'has no value', 'number'],
    ['auc > high', 6, '“high” is no number', '0.9'],
    ['tag = "prod', 6, 'no end', '"'],
    ['(a or b', 0, 'no end', '“)”'],
    ['a or b)', 6, 'without its “(”', 'end of the search'],
    ['a and', 5, 'ends where a condition', 'tag = prod'],
    ['or a', 0, 'nothing before it', 'condition'],
    ['= 3', 0, 'no field before it', 'field'],
    ['acuracy > 0.9', 0, 'no field and no metric', 'accuracy'],
    ['tga = prod', 0, 'no field and no metric', 'tag'],
    ['top_k > 0.9', 0, 'several metrics', 'top_k.1'],
    ['tag > prod', 4, 'cannot be asked with “>”', '~'],
    ['auc ~ 0.9', 4, 'cannot be asked with “~”', '>'],
    ['state = relesed', 8, 'is no state', 'released'],
    ['created < yesterday', 10, 'no day and no age', '7 days'],
    ['created = 2026-02-30', 10, 'no day and no age', '2026-11-21'],
    ['created = 7 days', 10, 'never met exactly', '<'],
    ['size > big', 7, 'is no size', '10 MB'],
    ['version > latest', 10, 'not more or less', 'latest'],
    ['auc > 0.9 on and x', 13, 'no data set after it', 'data set'],
  ])('%s', (query, at, reason, expected) => {
    const found = failure(query)
    expect(found).toMatchObject({ at, reason: expect.stringContaining(reason), expected: expect.stringContaining(expected) })
  })

  it('what is nested or long beyond reason, without running out of stack', () => {
    expect(failure(`${'('.repeat(1500)}a`).reason).toContain('nested')
    expect(failure('not '.repeat(499)).reason).toContain('nested')
    expect(failure('x '.repeat(900)).reason).toContain('more than 100 conditions')
    expect(failure('x'.repeat(2001)).at).toBe(2000)
  })
})

describe('names of metrics and orders', () => {
  it('a name of the catalogue, a short name, another writing, a beginning that only one has', () => {
    expect([findMetric('log_loss'), findMetric('AUC'), findMetric('ROC-AUC'), findMetric('matthews')]).toEqual([['log_loss'], auc, ['roc_auc'], ['matthews_corrcoef']].map((metrics) => ({ kind: 'found', metrics })))
    expect(findMetric('precison')).toMatchObject({ kind: 'unknown', near: expect.arrayContaining(['precision']) })
  })

  it('the best or the newest first, and turned around', () => {
    expect(parseOrder('auc')).toEqual({ by: 'metric', metrics: auc, descending: true })
    expect(parseOrder('rmse')).toMatchObject({ descending: false })
    expect(parseOrder('-rmse')).toMatchObject({ descending: true })
    expect([parseOrder(''), parseOrder('-created'), parseOrder('name')]).toMatchObject([{ field: 'created', descending: true }, { field: 'created', descending: false }, { field: 'name', descending: false }])
    expect(() => parseOrder('colour')).toThrow(expect.objectContaining({ code: 'search.sortUnknown' }) as Error)
  })
})

describe('places', () => {
  const span = (value: number, half: number) => ({ value, low: value - half, high: value + half })

  it('an interval wholly beyond another is ahead; overlapping ones share their places', () => {
    const board = [span(0.95, 0.01), span(0.93, 0.02), span(0.9, 0.03), span(0.8, 0.01), { value: null, low: null, high: null }]
    const places = openPlaces(board, false)
    expect(board.map((m) => places.of(m))).toEqual([
      { best: 1, worst: 2, withFirst: true }, { best: 1, worst: 3, withFirst: true }, { best: 2, worst: 3, withFirst: false }, { best: 4, worst: 4, withFirst: false }, null,
    ])
    expect([places.known, places.withFirst]).toEqual([4, 2])
  })

  it('where lower is better the same turned around; a value without an interval is a point', () => {
    const board = [{ value: 1, low: null, high: null }, span(1.5, 0.6), span(3, 0.1)]
    const places = openPlaces(board, true)
    expect(board.map((m) => places.of(m))).toEqual([{ best: 1, worst: 2, withFirst: true }, { best: 1, worst: 2, withFirst: true }, { best: 3, worst: 3, withFirst: false }])
  })
})

describe('completion', () => {
  const known = { tags: ['prod', 'two words'], aliases: ['champion'], owners: ['Ada'], datasets: ['my test.csv'], models: ['income'] }
  const offered = (text: string): [number, string[]] => { const { from, options } = completeSearch(text, text.length, known); return [from, options.map((o) => o.insert)] }

  it('fields and metrics, then operators, then values, quoted where they must be', () => {
    expect(offered('ta')).toEqual([0, expect.arrayContaining(['tag ', 'task '])])
    expect(offered('tag ')).toEqual([4, ['= ', '!= ', '~ ', '!~ ']])
    expect(offered('tag = tw')).toEqual([6, ['"two words" ']])
    expect(offered('tag = "two')).toEqual([6, ['"two words" ']])
    expect(offered('alias:ch')).toEqual([6, ['champion ']])
    expect(offered('state = re')[1]).toEqual(['released ', 'retired ', 'in-review '])
    expect(offered('auc > 0.9 on ')).toEqual([13, ['"my test.csv" ']])
    expect(offered('auc > 0.9 a')[1]).toContain('and ')
    expect(offered('roc')[1]).toContain('roc_auc ')
  })
})
