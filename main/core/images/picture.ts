// What a decoded picture is. Types only.

/** Pixels, row by row, four bytes each: red, green, blue, alpha (not premultiplied). */
export interface Picture { readonly width: number; readonly height: number; readonly rgba: Uint8ClampedArray | Uint8Array }

/** One channel-interleaved 8-bit raster: width × height × channels bytes. */
export interface Raster { readonly width: number; readonly height: number; readonly channels: number; readonly pixels: Uint8Array }
