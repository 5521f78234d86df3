// Files that people take for models are recognised by their bytes, whatever their names; models never are.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { foreign, type ForeignKind } from '../../main/core/files/foreign.ts'
import { sniffForeign } from '../../main/core/files/sniff.ts'
import { fixture } from '../setup/fixtures.ts'
import { field, join as joinBytes, number } from '../setup/onnx-builder.ts'
import { zip } from '../setup/zip-builder.ts'

const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))
const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'))
const padded = (bytes: Uint8Array, length = 400): Uint8Array => { const out = new Uint8Array(length); out.set(bytes); return out }
const at = (offset: number, text: string, length = 600): Uint8Array => { const out = new Uint8Array(length); out.set(latin1(text), offset); return out }
const u64 = (n: number): Uint8Array => new Uint8Array(BigUint64Array.of(BigInt(n)).buffer)

/** Pickles as Python 3.11 writes them: `pickle.dumps({'a': [1.5, None]}, protocol)`. */
const pickles: readonly (readonly [string, Uint8Array])[] = [
  ['protocol 0', latin1('(dp0\nVa\np1\n(lp2\nF1.5\naNas.')],
  ['protocol 1', latin1('}q\x00X\x01\x00\x00\x00aq\x01]q\x02(G?\xf8\x00\x00\x00\x00\x00\x00Nes.')],
  ['protocol 2', latin1('\x80\x02}q\x00X\x01\x00\x00\x00aq\x01]q\x02(G?\xf8\x00\x00\x00\x00\x00\x00Nes.')],
  ['protocol 3', latin1('\x80\x03}q\x00X\x01\x00\x00\x00aq\x01]q\x02(G?\xf8\x00\x00\x00\x00\x00\x00Nes.')],
  ['protocol 4', latin1('\x80\x04\x95\x17\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94]\x94(G?\xf8\x00\x00\x00\x00\x00\x00Nes.')],
  ['protocol 5', latin1('\x80\x05\x95\x17\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94]\x94(G?\xf8\x00\x00\x00\x00\x00\x00Nes.')],
  ['a global of protocol 0', latin1('cbuiltins\ncomplex\np0\n(F1.0\nF2.0\ntp1\nRp2\n.')],
  ['a list of protocol 0', latin1('(lp0\nI1\nas.')],
]

const sklearnPickle = latin1('\x80\x04\x95\x88\x00\x00\x00\x00\x00\x00\x00\x8c\x1esklearn.linear_model._logistic\x94\x8c\x12LogisticRegression\x94\x93\x94')
const lfs = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n'
const stored = (...names: string[]): Uint8Array => zip(names.map((name) => ({ name, content: 'x', stored: true })))

/** SavedModel: version, then a graph with its tags; frozen graph: nodes; Core ML: version, then a description of inputs. */
const savedModel = joinBytes(number(1, 1), field(2, joinBytes(field(1, joinBytes(field(4, 'serve'), field(5, '2.15.0'))), field(2, field(1, joinBytes(field(1, 'x'), field(2, 'Placeholder')))))))
const graphDef = field(1, joinBytes(field(1, 'input'), field(2, 'Placeholder')))
const coreml = joinBytes(number(1, 4), field(2, field(1, joinBytes(field(1, 'image'), field(3, 'x')))), field(500, new Uint8Array(900)))

const cases: readonly (readonly [ForeignKind, string, Uint8Array])[] = [
  ['empty', 'no bytes', new Uint8Array(0)],
  ...pickles.map(([name, bytes]) => ['pickle', name, bytes] as const),
  ['sklearnPickle', 'a scikit-learn pickle', sklearnPickle],
  ['xgboostPickle', 'an XGBoost pickle', latin1('\x80\x04\x95\x11\x00\x00\x00\x00\x00\x00\x00\x8c\x0fxgboost.sklearn\x94\x8c\x0dXGBClassifier\x94')],
  ['lightgbmPickle', 'a LightGBM pickle', latin1('\x80\x04\x95\x11\x00\x00\x00\x00\x00\x00\x00\x8c\x10lightgbm.sklearn\x94\x8c\x0eLGBMClassifier\x94')],
  ['joblib', 'joblib with zlib', deflateSync(sklearnPickle)],
  ['joblib', 'joblib with gzip', gzipSync(sklearnPickle)],
  ['torchZip', 'state of a PyTorch model', stored('archive/data.pkl', 'archive/byteorder', 'archive/data/0', 'archive/version')],
  ['torchScript', 'TorchScript', stored('net/data.pkl', 'net/code/__torch__.py', 'net/constants.pkl', 'net/version')],
  ['torchExport', 'an exported program', stored('serialized_exported_program.json', 'serialized_state_dict.pt', 'version')],
  ['torchLegacy', 'PyTorch before 1.6', hex('80028a0a6cfc9c46f9206aa850192e 8002 4de903 2e')],
  ['executorch', 'ExecuTorch', at(4, 'ET12')],
  ['kerasZip', 'Keras 3', stored('metadata.json', 'config.json', 'model.weights.h5')],
  ['hdf5', 'Keras HDF5', padded(hex('89 48 44 46 0d 0a 1a 0a'))],
  ['savedModel', 'SavedModel', savedModel], ['graphDef', 'a frozen graph', graphDef], ['tflite', 'TFLite', at(4, 'TFL3')], ['coreml', 'Core ML', coreml],
  ['coremlPackage', 'a zipped Core ML package', stored('M.mlpackage/Manifest.json', 'M.mlpackage/Data/com.apple.CoreML/model.mlmodel')],
  ['gguf', 'GGUF', padded(latin1('GGUF\x03\0\0\0'))], ['ggml', 'GGML', padded(latin1('lmgg'))], ['ggml', 'GGJT', padded(latin1('tjgg\x01'))],
  ['safetensors', 'safetensors', joinBytes(u64(64), latin1(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`.padEnd(64)), new Uint8Array(8))],
  ['xgboostJson', 'XGBoost JSON', latin1('{"learner":{"attributes":{},"feature_names":[],"gradient_booster":{"model":{}}}}')],
  ['xgboostJson', 'XGBoost JSON, version first', latin1('{"version":[2,0,3],"learner":{"learner_model_param":{}}}')],
  ['xgboostUbj', 'XGBoost UBJSON', padded(hex('7b 4c 0000000000000007 6c6561726e6572 7b'))],
  ['xgboostBinary', 'XGBoost with its mark', padded(latin1('binf\0\0\0\0'))],
  ['xgboostBinary', 'old XGBoost', joinBytes(new Uint8Array(136), u64(15), latin1('binary:logistic'), u64(6), latin1('gbtree'), new Uint8Array(200))],
  ['xgboostDump', 'a dump of XGBoost', latin1('booster[0]:\n0:[f29<-9.53674316e-07] yes=1,no=2,missing=1\n')],
  ['lightgbm', 'LightGBM', latin1('tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\n')], ['catboost', 'CatBoost', padded(latin1('CBM1'))],
  ['catboostJson', 'CatBoost JSON', latin1('{"features_info":{"float_features":[]},"model_info":{"catboost_version_info":"1"},"oblivious_trees":[]}')],
  ['pmml', 'PMML', latin1('<?xml version="1.0" encoding="UTF-8"?>\n<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4">')],
  ['openvino', 'OpenVINO', latin1('<?xml version="1.0"?>\n<net name="m" version="11">')], ['ort', 'ORT format', at(4, 'ORTM')], ['tensorrt', 'TensorRT', padded(latin1('ptrt'))],
  ['tfjs', 'TensorFlow.js', latin1('{"format": "layers-model", "generatedBy": "keras v2.15.0"}')], ['kerasJson', 'Keras as JSON', latin1('{"class_name": "Sequential", "config": {"name": "s"}}')],
  ['onnxText', 'ONNX as text', latin1('ir_version: 8\nproducer_name: "x"\ngraph {\n')], ['onnxText', 'ONNX in its text syntax', latin1('<\n  ir_version: 8,\n  opset_import: ["" : 15]\n>\nagraph (float[N] x) => (float[N] y) {')],
  ['numpy', 'npy', padded(hex('93 4e554d5059 0100'))], ['numpyZip', 'npz', stored('a.npy', 'b.npy')], ['rds', 'R object', gzipSync(latin1('X\n\0\0\0\x03\0\x04\x03\0'))], ['rds', 'R workspace', gzipSync(latin1('RDX3\nX\n\0\0\0\x03'))],
  ['matlab', 'MATLAB', padded(latin1('MATLAB 5.0 MAT-file, Platform: GLNXA64'))], ['zip', 'a plain zip', stored('readme.txt', 'b.csv')], ['zip', 'a zip with a model', stored('model.onnx', 'archive/data.pkl')],
  ['gzip', 'gzip', gzipSync(latin1('hello'))], ['tar', 'tar', at(257, 'ustar')], ['tar', 'a compressed tar', gzipSync(at(257, 'ustar'))], ['sevenZip', '7z', padded(hex('37 7a bc af 27 1c'))], ['rar', 'RAR', padded(latin1('Rar!\x1a\x07'))],
  ['compressed', 'bzip2', padded(latin1('BZh91AY'))], ['compressed', 'xz', padded(hex('fd 37 7a 58 5a 00'))], ['compressed', 'zstd', padded(hex('28 b5 2f fd'))], ['lfs', 'a Git LFS pointer', latin1(lfs)],
  ['html', 'a page', latin1('<!DOCTYPE html>\n<html><head><title>404</title>')], ['html', 'a page without its type', latin1('\n  <html lang="en">')], ['xml', 'XML', latin1('<?xml version="1.0"?><a/>')], ['json', 'JSON', latin1('{"a": 1}')],
  ['text', 'text', latin1('this is not a model\n')], ['text', 'text in UTF-16', joinBytes(hex('fffe'), new Uint8Array(Buffer.from('hello', 'utf16le')))], ['image', 'PNG', padded(hex('89504e470d0a1a0a'))], ['image', 'JPEG', padded(hex('ffd8ffe0'))],
  ['pdf', 'PDF', padded(latin1('%PDF-1.7'))], ['parquet', 'Parquet', padded(latin1('PAR1'))], ['arrow', 'Arrow', padded(latin1('ARROW1\0\0'))], ['sqlite', 'SQLite', padded(latin1('SQLite format 3\0'))],
  ['executable', 'Windows', padded(latin1('MZ\x90\0\x03'))], ['executable', 'Linux', padded(hex('7f454c46 0201'))], ['executable', 'macOS', padded(hex('cffaedfe'))], ['script', 'a script', latin1('#!/bin/sh\nrm -rf /\n')],
  ['office', 'a spreadsheet', stored('[Content_Types].xml', 'xl/workbook.xml')],
]

describe('recognised by bytes, under the name of a model', () => {
  test.each(cases)('%s: %s', (kind, _, bytes) => {
    expect(sniffForeign(bytes.subarray(0, 65_536), bytes.length, 'model.onnx', bytes.subarray(Math.max(0, bytes.length - 65_536)))).toEqual(foreign[kind])
  })
})

test('every answer says what it is and what to do, in whole sentences', () => {
  for (const [kind, answer] of Object.entries(foreign)) {
    expect(answer.what, kind).toMatch(/^[a-z]|^an? |^the |^(PMML|ONNX)/)
    expect(answer.what, kind).not.toMatch(/\.$/)
    expect(answer.how, kind).toMatch(/\.$/)
  }
  for (const kind of ['pickle', 'sklearnPickle', 'torchZip', 'kerasZip', 'hdf5', 'savedModel', 'tflite', 'coreml', 'gguf', 'safetensors', 'xgboostJson', 'xgboostUbj', 'lightgbm', 'catboost'] as const) {
    expect(foreign[kind].how, kind).toMatch(/onnx/i)
  }
})

test('no fixture model, whole or by its first bytes, is taken for something else', () => {
  const files = ['iris', 'adult-income', 'diabetes', 'abalone', 'mnist'].flatMap((c) => readdirSync(fixture(`${c}/models`)).map((f) => fixture(`${c}/models/${f}`)))
  expect(files.length).toBeGreaterThan(10)
  for (const file of files) {
    const bytes = readFileSync(file)
    expect(sniffForeign(bytes.subarray(0, 65_536), bytes.length, 'x.bin', bytes.subarray(-65_536)), file).toBeNull()
    expect(sniffForeign(bytes.subarray(0, 64), bytes.length, 'x.pkl'), file).toBeNull()
  }
})

test('real pickles of the Python that is here, if there is one, are recognised in every protocol', () => {
  const python = ['/usr/bin/python3', '/usr/local/bin/python3'].find((p) => existsSync(p))
  const protocols = python === undefined ? [] : [0, 1, 2, 3, 4, 5]
  for (const protocol of protocols) {
    const code = `import pickle,sys,datetime,collections\nsys.stdout.buffer.write(pickle.dumps(VALUE, ${protocol}))`
    for (const value of ["{'weights': [[.1, .2]], 'classes': ['a', 'b']}", '[1, 2]', '(1, 2.5, "x")', 'datetime.datetime(2020, 1, 1)', 'collections.OrderedDict(a=1)']) {
      const bytes = execFileSync(python ?? '', ['-c', code.replace('VALUE', value)])
      expect(sniffForeign(bytes, bytes.length, 'm.onnx')?.what, `${value} in protocol ${protocol}`).toMatch(/pickle/)
    }
  }
  // Texts that begin with letters that are operations too.
  for (const words of ['tests.', 'I am a text\n', '(Note: this is no pickle)\n', 'N.B. this is none\n', 'Some text\nand more\n', 'class,count\na,1\nb,2\n', 'Field\nValue\n']) {
    expect(sniffForeign(latin1(words), words.length, 'm.onnx')).toEqual(foreign.text)
  }
  // Without Python the crafted pickles above stand alone.
  expect(pickles).toHaveLength(8)
})

test('names of entries may lie at the end only', () => {
  const big = zip([{ name: 'net/data.pkl', content: 'x'.repeat(10), stored: true }])
  expect(sniffForeign(big.subarray(0, 8), big.length, 'm.pt', big.subarray(8))).toEqual(foreign.torchZip)
})
