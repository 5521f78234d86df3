// What the benchmark of pictures measures on: seeded JPEG photographs-by-noise of 500 × 375 in class folders, and a small convolution net for them.
import { createCanvas } from '@napi-rs/canvas'
import { existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generator } from './bench-input.mjs'
import { modelBytes, nodeOf, tensor } from './bench-onnx.mjs'

const size = { width: 500, height: 375 }
/** This many different pictures are drawn; the folder holds each of them many times under other names. */
const drawn = 200

/** One picture: soft gradients, blocks and grain, so that it packs and unpacks like a photograph. */
function drawPicture(next) {
  const canvas = createCanvas(size.width, size.height)
  const context = canvas.getContext('2d')
  const colour = () => `rgb(${Math.floor(next() * 256)},${Math.floor(next() * 256)},${Math.floor(next() * 256)})`
  const sky = context.createLinearGradient(0, 0, size.width * next(), size.height)
  sky.addColorStop(0, colour())
  sky.addColorStop(1, colour())
  context.fillStyle = sky
  context.fillRect(0, 0, size.width, size.height)
  for (let i = 0; i < 60; i++) {
    context.globalAlpha = 0.3 + next() * 0.5
    context.fillStyle = colour()
    context.beginPath()
    context.ellipse(next() * size.width, next() * size.height, 5 + next() * 80, 5 + next() * 60, next() * 3, 0, 7)
    context.fill()
  }
  const image = context.getImageData(0, 0, size.width, size.height)
  for (let i = 0; i < image.data.length; i++) if (i % 4 < 3) image.data[i] = Math.max(0, Math.min(255, image.data[i] + (next() - 0.5) * 24))
  context.putImageData(image, 0, 0)
  return canvas.toBuffer('image/jpeg', 85)
}

/** Makes the folder unless it is there: `count` files in ten class folders. */
export function makePictures(folder, count) {
  if (existsSync(folder)) return
  const part = `${folder}.part`
  rmSync(part, { recursive: true, force: true })
  const next = generator(11)
  for (let c = 0; c < 10; c++) mkdirSync(join(part, `class${c}`), { recursive: true })
  const place = (i) => join(part, `class${i % 10}`, `${String(i).padStart(6, '0')}.jpg`)
  for (let i = 0; i < count; i++) {
    if (i < drawn) writeFileSync(place(i), drawPicture(next))
    else linkSync(place(i % drawn), place(i))
  }
  renameSync(part, folder)
}

export const pictureShape = { width: 224, height: 224, classes: 10, channels: [3, 16, 32, 64] }

/** Three strided convolutions with ReLU, a global mean and a dense layer to ten classes with softmax; weights from the seed. */
export function pictureNetworkBytes() {
  const next = generator(5)
  const { channels, classes } = pictureShape
  const random = (count, scale) => Array.from({ length: count }, () => (next() * 2 - 1) * scale)
  const parts = []
  let from = 'pixels'
  for (let l = 0; l + 1 < channels.length; l++) {
    const [into, out] = [channels[l], channels[l + 1]]
    parts.push(tensor(`K${l}`, [out, into, 3, 3], random(out * into * 9, Math.sqrt(2 / (into * 9)))))
    parts.push(nodeOf('Conv', [from, `K${l}`], `conv${l}`, { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }), nodeOf('Relu', [`conv${l}`], `act${l}`))
    from = `act${l}`
  }
  const last = channels.at(-1)
  parts.push(nodeOf('GlobalAveragePool', [from], 'mean'), nodeOf('Flatten', ['mean'], 'flat'))
  parts.push(tensor('W', [last, classes], random(last * classes, 0.3)), nodeOf('MatMul', ['flat', 'W'], 'scores'), nodeOf('Softmax', ['scores'], 'probabilities'))
  return modelBytes('bench-pictures', parts, { name: 'pixels', dims: ['N', 3, pictureShape.height, pictureShape.width] }, { name: 'probabilities', dims: ['N', classes] })
}

/** A binding for it: stretched, values 0 to 1, channels first. */
export const pictureBinding = {
  schema: 'slipway.binding/1', task: 'multiclass-classification',
  inputs: [{ kind: 'image', input: 'pixels', dtype: 'float32', image: { width: 224, height: 224, resize: 'stretch', kernel: 'bilinear', shorterSide: null, padValue: 0, color: 'rgb', layout: 'NCHW', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] } }],
  outputs: [{ output: 'probabilities', role: 'probabilities' }], target: { kind: 'image-class' }, idColumn: null,
  classes: Array.from({ length: 10 }, (_, i) => ({ label: `class${i}`, output: String(i) })), positiveClass: null, decision: { kind: 'argmax' }, rows: 'lenient',
}
