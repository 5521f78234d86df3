// Where a patch is put over a picture, what that costs, and how its drops make a map. Runs no model.
// M. D. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, section 4.2.
import type { Occlusion } from '../domain/occlusion.ts'

/** Edges of a patch along one side: every `stride` pixels, and once flush with the far end, so that all of the picture is covered. */
export function patchPlaces(side: number, patch: number, stride: number): number[] {
  const last = Math.max(0, side - patch)
  const places: number[] = []
  for (let at = 0; at < last; at += stride) places.push(at)
  return [...places, last]
}

/** Pictures that the model scores: one for every position, and the whole one. */
export const occlusionPictures = (width: number, height: number, patch: number, stride: number): number =>
  1 + patchPlaces(width, Math.min(patch, width), stride).length * patchPlaces(height, Math.min(patch, height), stride).length

/** A seventh of the shorter side, moved by half of itself. */
export function usualPatch(width: number, height: number): { readonly patch: number; readonly stride: number } {
  const patch = Math.max(1, Math.round(Math.min(width, height) / 7))
  return { patch, stride: Math.max(1, Math.round(patch / 2)) }
}

export interface MapCell { readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly value: number }

type Mapped = Pick<Occlusion, 'lefts' | 'tops' | 'drops' | 'patch' | 'width' | 'height'>

/** The picture cut along all edges of the patches; a cell's value is the mean drop of the patches that cover it. */
export function occlusionMap(map: Mapped): MapCell[] {
  const cuts = (places: readonly number[], side: number): number[] => [...new Set([...places, ...places.map((p) => Math.min(side, p + map.patch))])].sort((a, b) => a - b)
  const [xs, ys] = [cuts(map.lefts, map.width), cuts(map.tops, map.height)]
  const covering = (places: readonly number[], at: number): number[] => places.flatMap((p, i) => (p <= at && at < p + map.patch ? [i] : []))
  const columns = xs.slice(0, -1).map((x) => covering(map.lefts, x))
  return ys.slice(0, -1).flatMap((y, j) => {
    const rows = covering(map.tops, y)
    return columns.flatMap((over, i): MapCell[] => {
      if (rows.length === 0 || over.length === 0) return []
      let sum = 0
      for (const row of rows) for (const column of over) sum += map.drops[row * map.lefts.length + column]!
      return [{ x: xs[i]!, y, width: xs[i + 1]! - xs[i]!, height: ys[j + 1]! - y, value: sum / (rows.length * over.length) }]
    })
  })
}

export interface RankedPlace { readonly left: number; readonly top: number; readonly drop: number }

/** Positions by the size of their drop, the largest first. */
export const rankedPlaces = (map: Pick<Occlusion, 'lefts' | 'tops' | 'drops'>): RankedPlace[] =>
  map.drops.map((drop, i) => ({ left: map.lefts[i % map.lefts.length]!, top: map.tops[Math.floor(i / map.lefts.length)]!, drop })).sort((a, b) => b.drop - a.drop)
