// Recognises by their bytes the files that people take for models, so that the answer can say what they are and how to get ONNX from them.
// Never unpickles, runs or parses deeply; at most the first bytes of a compressed stream are inflated, within a bound.
import { constants, gunzipSync, inflateSync } from 'node:zlib'
import { foreign, type Foreign, type ForeignKind } from './foreign.ts'
import { isPickle, pickleKind } from './sniff-pickle.ts'
import { isText, textKind } from './sniff-text.ts'
import { zipKind, zipNames } from './sniff-zip.ts'

export type { Foreign } from './foreign.ts'

const latin1 = new TextDecoder('latin1')

interface Head { readonly bytes: Uint8Array; readonly size: number; readonly ascii: string }

const magic = (hex: string, kind: ForeignKind, at = 0): readonly [number, Uint8Array, ForeignKind] => [at, Uint8Array.from(Buffer.from(hex, 'hex')), kind]
const word = (text: string, kind: ForeignKind, at = 0): readonly [number, Uint8Array, ForeignKind] => [at, Uint8Array.from(Buffer.from(text, 'latin1')), kind]

const marks: readonly (readonly [number, Uint8Array, ForeignKind])[] = [
  // The magic number that old versions of PyTorch pickle first.
  magic('80028a0a6cfc9c46f9206aa850192e', 'torchLegacy'),
  word('TFL3', 'tflite', 4), word('ORTM', 'ort', 4), word('ET12', 'executorch', 4), word('ET13', 'executorch', 4),
  magic('894844460d0a1a0a', 'hdf5'), word('GGUF', 'gguf'), word('lmgg', 'ggml'), word('tjgg', 'ggml'), word('algg', 'ggml'), word('fmgg', 'ggml'), word('CBM1', 'catboost'),
  word('binf', 'xgboostBinary'), word('bs64\t', 'xgboostBinary'), magic('7b4c00000000000000076c6561726e6572', 'xgboostUbj'), magic('7b4c000000000000000776657273696f6e', 'xgboostUbj'),
  magic('934e554d5059', 'numpy'), word('ptrt', 'tensorrt'), word('ftrt', 'tensorrt'),
  word('RDX2\n', 'rds'), word('RDX3\n', 'rds'), word('X\n\0\0\0', 'rds'), word('A\n2\n', 'rds'), word('A\n3\n', 'rds'), word('MATLAB 5.0 MAT-file', 'matlab'),
  magic('377abcaf271c', 'sevenZip'), word('Rar!', 'rar'), word('BZh', 'compressed'), magic('fd377a585a00', 'compressed'), magic('28b52ffd', 'compressed'), magic('04224d18', 'compressed'),
  word('ustar', 'tar', 257),
  magic('89504e470d0a1a0a', 'image'), magic('ffd8ff', 'image'), word('GIF8', 'image'), word('BM', 'image'), magic('49492a00', 'image'), magic('4d4d002a', 'image'), word('WEBP', 'image', 8),
  word('%PDF-', 'pdf'), word('PAR1', 'parquet'), word('ARROW1', 'arrow'), word('SQLite format 3\0', 'sqlite'),
  magic('7f454c46', 'executable'), magic('cafebabe', 'executable'), magic('feedface', 'executable'), magic('feedfacf', 'executable'), magic('cefaedfe', 'executable'), magic('cffaedfe', 'executable'), magic('0061736d', 'executable'),
]

function marked(head: Head): ForeignKind | null {
  // Two letters are too little for a program; its header size field must fit too.
  if (head.ascii.startsWith('MZ') && head.bytes.length >= 64) return 'executable'
  for (const [at, bytes, kind] of marks) {
    if (kind === 'image' && bytes.length === 2 && !bitmap(head)) continue
    if (head.bytes.length >= at + bytes.length && bytes.every((b, i) => head.bytes[at + i] === b)) return kind
  }
  return null
}

/** A bitmap says its own length; two letters alone may be anything. */
function bitmap(head: Head): boolean {
  return head.bytes.length > 14 && new DataView(head.bytes.buffer, head.bytes.byteOffset).getUint32(2, true) === head.size
}

function inflated(head: Head, kind: 'gzip' | 'zlib'): Head | null {
  try {
    const piece = head.bytes.subarray(0, 4096)
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 8 << 20 }
    const bytes = kind === 'gzip' ? gunzipSync(piece, options) : inflateSync(piece, options)
    return { bytes, size: bytes.length, ascii: latin1.decode(bytes.subarray(0, 4096)) }
  } catch {
    return null
  }
}

function compressedKind(head: Head): ForeignKind | null {
  const gzip = head.bytes[0] === 0x1f && head.bytes[1] === 0x8b
  const zlib = head.bytes[0] === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(head.bytes[1] ?? 0)
  if (!gzip && !zlib) return null
  const inner = inflated(head, gzip ? 'gzip' : 'zlib')
  if (inner !== null && isPickle(inner.bytes, inner.size + 1)) return pickleKind(inner.ascii, true)
  if (inner !== null && marked(inner) === 'rds') return 'rds'
  if (inner !== null && marked(inner) === 'tar') return 'tar'
  return gzip ? 'gzip' : inner === null ? null : 'compressed'
}

/** Length-delimited field that starts at a byte, or null: its payload's start and length. */
function delimited(bytes: Uint8Array, at: number): { readonly start: number; readonly length: number } | null {
  let length = 0
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + 1 + i]
    if (byte === undefined) return null
    length += (byte & 0x7f) * 128 ** i
    if (byte < 0x80) return { start: at + 2 + i, length }
  }
  return null
}

/** Other formats that are protobuf as ONNX is: TensorFlow and Core ML. ONNX itself has readable texts where they have messages. */
function protobufKind(head: Head): ForeignKind | null {
  const { bytes, ascii } = head
  if (bytes[0] === 0x08 && (bytes[1] ?? 0x80) < 0x80 && bytes[2] === 0x12) {
    const second = delimited(bytes, 2)
    if (second === null || second.length === 0 || bytes[second.start] !== 0x0a) return null
    // A SavedModel is version 1 and then graphs, each of which names its tensorflow version or tags near its beginning.
    return bytes[1] === 1 && (/serve|tensorflow|saver|\x12\x05/i.test(ascii.slice(0, 2048)) && second.length > head.size / 2) ? 'savedModel' : 'coreml'
  }
  if (bytes[0] !== 0x0a) return null
  const node = delimited(bytes, 0)
  if (node === null || node.length === 0 || bytes[node.start] !== 0x0a) return null
  // A node of a TensorFlow graph: its name, then its operator.
  const name = delimited(bytes, node.start)
  return name !== null && bytes[name.start + name.length] === 0x12 && /Placeholder|Const|VarHandleOp|NoOp|Identity|MatMul/.test(ascii.slice(0, 4096)) ? 'graphDef' : null
}

function isSafetensors(head: Head): boolean {
  if (head.bytes.length < 10) return false
  const length = new DataView(head.bytes.buffer, head.bytes.byteOffset).getBigUint64(0, true)
  return length >= 2n && length < BigInt(head.size) && head.bytes[8] === 0x7b && (head.bytes[9] === 0x22 || head.bytes[9] === 0x7d)
}

/** The first versions of XGBoost's binary format have no mark: parameters, then the name of the objective. */
function isOldXgboost(head: Head): boolean {
  return /(binary|reg|multi|rank|survival|count):(logistic|logitraw|hinge|linear|squarederror|softmax|softprob|pairwise|ndcg|poisson|cox|gamma|tweedie|logregobj)/.test(head.ascii.slice(0, 512)) && /gbtree|gblinear|dart/.test(head.ascii.slice(0, 1024))
}

function kindOf(head: Head, tail: Uint8Array): ForeignKind | null {
  if (head.size === 0) return 'empty'
  if (head.ascii.startsWith('PK\x03\x04') || head.ascii.startsWith('PK\x05\x06')) return zipKind([...zipNames(head.bytes), ...zipNames(tail)])
  const mark = marked(head)
  if (mark !== null) return mark
  const compressed = compressedKind(head)
  if (compressed !== null) return compressed
  if (isPickle(head.bytes, head.size)) return pickleKind(head.ascii, false)
  if (isSafetensors(head)) return 'safetensors'
  if (isOldXgboost(head)) return 'xgboostBinary'
  const protobuf = protobufKind(head)
  if (protobuf !== null) return protobuf
  return isText(head.bytes) ? textKind(head.bytes) : null
}

/**
 * Says what a file is when it is not an ONNX model; null when it may be one.
 * @param firstBytes the beginning of the file, up to 64 KiB
 * @param size its length in bytes
 * @param name its name, which decides nothing but may break a tie
 * @param lastBytes its end, where zip archives list their entries
 */
export function sniffForeign(firstBytes: Uint8Array, size: number, name: string, lastBytes: Uint8Array = new Uint8Array(0)): Foreign | null {
  const head: Head = { bytes: firstBytes, size, ascii: latin1.decode(firstBytes.subarray(0, 16_384)) }
  const kind = kindOf(head, lastBytes)
  if (kind === 'pickle' && /\.(joblib|skl|sklearn)$/i.test(name)) return foreign.sklearnPickle
  return kind === null ? null : foreign[kind]
}
