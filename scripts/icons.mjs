// Draws the icons of every platform from resources/icon.svg into .build/icons: PNG in all sizes, one .ico and one .icns.
// Both containers hold plain PNG pictures, so that nothing but the drawing library is needed.
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
export const iconFolder = join(project, '.build/icons')

export const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
/** Types of an .icns entry that hold PNG, by edge length. */
const appleTypes = { 32: 'ic11', 64: 'ic12', 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' }

async function draw(svg, size) {
  const picture = await loadImage(svg)
  const canvas = createCanvas(size, size)
  canvas.getContext('2d').drawImage(picture, 0, 0, size, size)
  return canvas.toBuffer('image/png')
}

/** Windows: a directory of entries, each a PNG; 256 is written as 0. */
export function icoOf(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  let at = head.length
  for (const [i, { size, png }] of pictures.entries()) {
    const entry = 6 + 16 * i
    head.writeUInt8(size % 256, entry)
    head.writeUInt8(size % 256, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(png.length, entry + 8)
    head.writeUInt32LE(at, entry + 12)
    at += png.length
  }
  return Buffer.concat([head, ...pictures.map((p) => p.png)])
}

/** macOS: a type and a length before each PNG. */
export function icnsOf(pictures) {
  const entries = pictures.flatMap(({ size, png }) => {
    const head = Buffer.alloc(8)
    head.write(appleTypes[size], 'latin1')
    head.writeUInt32BE(png.length + 8, 4)
    return [head, png]
  })
  const body = Buffer.concat(entries)
  const head = Buffer.alloc(8)
  head.write('icns', 'latin1')
  head.writeUInt32BE(body.length + 8, 4)
  return Buffer.concat([head, body])
}

/** Draws all of them; answers the folder. */
export async function drawIcons() {
  const svg = readFileSync(join(project, 'resources/icon.svg'))
  mkdirSync(join(iconFolder, 'png'), { recursive: true })
  const pictures = []
  for (const size of sizes) pictures.push({ size, png: await draw(svg, size) })
  for (const { size, png } of pictures) writeFileSync(join(iconFolder, 'png', `${size}x${size}.png`), png)
  writeFileSync(join(iconFolder, 'icon.ico'), icoOf(pictures.filter((p) => p.size <= 256)))
  writeFileSync(join(iconFolder, 'icon.icns'), icnsOf(pictures.filter((p) => p.size in appleTypes)))
  return iconFolder
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) await drawIcons()
