// A valid ONNX model of one node that kills its process: int32 Div of the smallest number by −1 is a trap of the processor.
const varint = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >> 7)])
const int = (field: number, value: number): number[] => [...varint(field << 3), ...varint(value)]
const bytes = (field: number, content: number[]): number[] => [...varint((field << 3) | 2), ...varint(content.length), ...content]
const text = (field: number, content: string): number[] => bytes(field, [...Buffer.from(content)])

/** ValueInfoProto: int32 [n]. */
const value = (name: string): number[] => [...text(1, name), ...bytes(2, bytes(1, [...int(1, 6), ...bytes(2, bytes(1, text(2, 'n')))]))]

export function crashModel(): Buffer {
  const node = [...text(1, 'a'), ...text(1, 'b'), ...text(2, 'y'), ...text(4, 'Div')]
  const graph = [...bytes(1, node), ...text(2, 'trap'), ...bytes(11, value('a')), ...bytes(11, value('b')), ...bytes(12, value('y'))]
  return Buffer.from([...int(1, 8), ...bytes(7, graph), ...bytes(8, int(2, 13))])
}

const int32 = (name: string, data: number[]): { name: string; datatype: string; shape: number[]; data: number[] } => ({ name, datatype: 'INT32', shape: [data.length], data })

export const trap = [int32('a', [-2147483648]), int32('b', [-1])]
export const harmless = [int32('a', [12]), int32('b', [4])]
