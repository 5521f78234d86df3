// Canonical JSON against the published examples of RFC 8785, and what it must refuse.
import { expect, test } from 'vitest'
import { byCodePoint, canonicalJson } from '../../main/core/bundle/canonical-json.ts'

test('the example of RFC 8785 section 3.2.2 comes out as published', () => {
  const input = JSON.parse('{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}') as unknown
  expect(canonicalJson(input)).toBe('{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}')
})

test('keys sort by UTF-16 code units, as in RFC 8785 section 3.2.3', () => {
  const input = { '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew Letter Dalet With Dagesh', '1': 'One', '\u{1f600}': 'Emoji: Grinning Face', '\u0080': 'Control', '\u00f6': 'Latin Small Letter O With Diaeresis' }
  const values = [...canonicalJson(input).matchAll(/:"([^"]+)"/g)].map((m) => m[1])
  expect(values).toEqual(['Carriage Return', 'One', 'Control', 'Latin Small Letter O With Diaeresis', 'Euro Sign', 'Emoji: Grinning Face', 'Hebrew Letter Dalet With Dagesh'])
})

test('what JSON cannot say is refused', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', [undefined], () => 1]) expect(() => canonicalJson(bad)).toThrow(TypeError)
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}')
})

test('paths sort by code point, which is not how UTF-16 sorts', () => {
  expect(['\u{1f600}', '\uffff', 'b', 'B', 'a/b', 'a-b'].sort(byCodePoint)).toEqual(['B', 'a-b', 'a/b', 'b', '\uffff', '\u{1f600}'])
})
