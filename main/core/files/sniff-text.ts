// Recognises texts: model formats written as text, pages, scripts, pointers, plain prose.
// Parses nothing; looks at the beginning only.
import type { ForeignKind } from './foreign.ts'

const rules: readonly (readonly [RegExp, ForeignKind])[] = [
  [/^version https:\/\/git-lfs\.github\.com\/spec\//, 'lfs'],
  [/^#!/, 'script'],
  [/^\s*(<!doctype html|<html|<head|<body)/i, 'html'],
  [/^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]{0,2000}?-->\s*)?<PMML/, 'pmml'],
  [/^\s*(<\?xml[^>]*>\s*)?<net\s+name=/, 'openvino'],
  [/^\s*(<\?xml|<[a-z][\w:.-]*[\s>])/i, 'xml'],
  [/^tree\r?\nversion=v\d/, 'lightgbm'],
  [/^booster\[\d+\]:?\r?\n/, 'xgboostDump'],
  [/^\d+:\[.{1,200}<.{1,60}\] yes=\d+,no=\d+/, 'xgboostDump'],
  [/^\s*\{\s*"(learner|version)"\s*:[\s\S]{0,400}"(gradient_booster|learner_model_param|generic_param|attributes|feature_names)"/, 'xgboostJson'],
  [/^\s*\{[\s\S]{0,4000}"(oblivious_trees|model_info)"[\s\S]{0,4000}"?(catboost|features_info|float_features)/, 'catboostJson'],
  [/^\s*\{[\s\S]{0,2000}"format"\s*:\s*"(graph-model|layers-model)"/, 'tfjs'],
  [/^\s*\{[\s\S]{0,2000}"class_name"\s*:\s*"(Sequential|Functional|Model)"/, 'kerasJson'],
  [/^\s*<?\s*ir_version\s*:\s*\d+/, 'onnxText'],
  [/^\s*[{[]/, 'json'],
]

/** True when bytes read as text: no control characters but the usual ones, and valid UTF-8 or UTF-16 with its mark. */
export function isText(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return true
  let odd = 0
  for (const b of bytes) {
    if (b === 0) return false
    if (b < 32 && b !== 9 && b !== 10 && b !== 12 && b !== 13) odd++
  }
  if (odd > 0) return false
  try {
    // A character may be cut at the end of the piece.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/** What a text is. */
export function textKind(bytes: Uint8Array): ForeignKind {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) ? 'utf-16le' : (bytes[0] === 0xfe && bytes[1] === 0xff) ? 'utf-16be' : 'utf-8'
  const text = new TextDecoder(utf16).decode(bytes.subarray(0, 16_384))
  return rules.find(([pattern]) => pattern.test(text))?.[1] ?? 'text'
}
