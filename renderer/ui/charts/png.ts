// An SVG picture as a PNG at twice its size.

/** PNG bytes as base64. Rejects when the picture cannot be drawn. */
export async function pngOf(svg: string, size: { readonly width: number; readonly height: number }): Promise<string> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = size.width * 2
    canvas.height = size.height * 2
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return canvas.toDataURL('image/png').replace('data:image/png;base64,', '')
  } finally {
    URL.revokeObjectURL(address)
  }
}
