// The bare handler that the bundle's server is measured against: node:http, JSON.parse of the same body, the same model, JSON.stringify.
// No check of anything, no limit, no log. `node scripts/bench-serve-bare.mjs MODEL NAME`; prints its port when the model is loaded.
import { createServer } from 'node:http'
import ort from 'onnxruntime-node'

const [model, name] = process.argv.slice(2)
const types = { FP32: ['float32', Float32Array], FP64: ['float64', Float64Array], INT64: ['int64', BigInt64Array], INT32: ['int32', Int32Array] }
const protocol = { float32: 'FP32', int64: 'INT64', string: 'BYTES', float64: 'FP64' }

const session = await ort.InferenceSession.create(model, { logSeverityLevel: 4, extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } } })

function tensor({ datatype, shape, data }) {
  if (datatype === 'BYTES') return new ort.Tensor('string', data, shape)
  const [type, array] = types[datatype]
  return new ort.Tensor(type, datatype === 'INT64' ? BigInt64Array.from(data, BigInt) : array.from(data), shape)
}

async function answer(text) {
  const { id, inputs } = JSON.parse(text)
  const results = await session.run(Object.fromEntries(inputs.map((t) => [t.name, tensor(t)])))
  const outputs = session.outputNames.map((output) => {
    const { type, dims, data } = results[output]
    return { name: output, datatype: protocol[type], shape: dims, data: Array.from(data, type === 'int64' ? Number : (v) => v) }
  })
  return JSON.stringify({ model_name: name, model_version: '1', id, outputs })
}

createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    answer(Buffer.concat(chunks).toString()).then((body) => { response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body) }, (fault) => { response.writeHead(500).end(String(fault)) })
  })
}).listen(0, '127.0.0.1', function () { process.stdout.write(`ready ${this.address().port}\n`) })
