// Benchmark (b): many JPEG pictures through a convolution net, beside decoding and resizing alone and the raw runs alone.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import ort from 'onnxruntime-node'
import { modelOf, rounds, sessionOptions, startEngine } from './bench-engine.mjs'
import { makePictures, pictureBinding, pictureNetworkBytes, pictureShape } from './bench-pictures.mjs'
import { cacheFolder, say } from './cache.mjs'
import { project } from './prepare.mjs'

/** Decodes and resizes every picture by the engine's own threads, as many as there are cores, and throws the values away. */
async function decodeAlone(paths) {
  const file = join(project, 'out/workers/picture-thread.cjs')
  const code = `((require) => {${readFileSync(file, 'utf8')}\n})(require('node:module').createRequire(${JSON.stringify(file)}))`
  const threads = Array.from({ length: availableParallelism() }, () => new Worker(code, { eval: true }))
  const { input, image, dtype } = pictureBinding.inputs[0]
  let next = 0
  await Promise.all(threads.map((thread) => new Promise((resolve, reject) => {
    let open = 0
    const ask = () => {
      if (next >= paths.length) { if (open === 0) resolve(); return }
      open++
      thread.postMessage({ index: next, paths: paths.slice(next, next + 8), records: [] })
      next += 8
    }
    thread.on('error', reject)
    thread.on('message', ({ reasons }) => { if (reasons.some((r) => r !== null)) reject(new Error(reasons.find((r) => r !== null))); else { open--; ask() } })
    thread.postMessage({ setup: { inputs: [{ input, image, dtype }], spoil: null } })
    ask()
    ask()
  })))
  for (const thread of threads) await thread.terminate()
}

/** All pictures through session.run, from one tensor that lies ready. */
async function rawRuns(path, count, batch, threads) {
  const session = await ort.InferenceSession.create(path, sessionOptions(threads))
  const { width, height } = pictureShape
  const values = Float32Array.from({ length: batch * 3 * width * height }, (_, i) => (i % 251) / 250)
  const tensorOf = (n) => new ort.Tensor('float32', values.subarray(0, n * 3 * width * height), [n, 3, height, width])
  await session.run({ pixels: tensorOf(1) })
  return { work: async () => { for (let done = 0; done < count; done += batch) await session.run({ pixels: tensorOf(Math.min(batch, count - done)) }) }, release: () => session.release() }
}

/** (b) */
export async function benchImages(count, repeats) {
  const folder = join(cacheFolder('bench'), `pictures-${count}`)
  say('pictures')
  makePictures(folder, count)
  const paths = readdirSync(folder).sort().flatMap((c) => readdirSync(join(folder, c)).sort().map((n) => join(folder, c, n)))
  const model = join(cacheFolder('bench'), 'pictures.onnx')
  writeFileSync(model, pictureNetworkBytes())
  const engine = startEngine()
  try {
    const source = await modelOf(engine, model)
    const data = { path: folder, format: { kind: 'images', layout: 'class-folders', labelFile: null, fileColumn: null, labelColumn: null }, columns: [{ name: 'image', type: 'image' }, { name: 'label', type: 'string' }] }
    const work = (limit) => engine.call('evaluate', { model: source, source: data, rowsTotal: count, binding: pictureBinding, options: limit === undefined ? {} : { limit }, staging: engine.folder })
    const { environment } = await work(Math.min(count, 500))
    const raw = await rawRuns(model, count, environment.batchSizes.at(-1), environment.threads)
    const found = await rounds({ decode: () => decodeAlone(paths), runs: raw.work, evaluation: () => work() }, repeats)
    await raw.release()
    if (found.evaluation.value.rows.scored !== count) throw new Error(`scored ${found.evaluation.value.rows.scored} pictures`)
    return { ...found, count }
  } finally { engine.stop() }
}
