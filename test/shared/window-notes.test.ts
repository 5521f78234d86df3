// Where a window comes back: damaged notes, displays that are gone, and links from outside that must not become anything but a place.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitBounds, isPlace, linkToPlace, noteWorkspace, placeOfLink, readWindowNotes } from '../../shared/window-notes.ts'
import { accelerator, menuKeys } from '../../shared/shortcuts.ts'

const screen = { x: 0, y: 0, width: 1920, height: 1040 }
const least = { width: 880, height: 560 }

describe('notes', () => {
  it.each([null, '', '{', 'null', '[]', '{"bounds":{"x":0}}', '{"bounds":{"x":1e999,"y":0,"width":1,"height":1},"maximized":true,"workspaces":[]}', '{"bounds":null,"maximized":"yes","workspaces":[]}'])('%j is no note', (text) => {
    expect(readWindowNotes(text)).toEqual({ bounds: null, maximized: false, workspaces: [] })
  })

  it('come back as they were written, and never throw', () => {
    const notes = noteWorkspace({ bounds: { x: -1800, y: 20, width: 1200, height: 800 }, maximized: true, workspaces: [] }, '/home/ada/Income study', '#/run/run_1?tab=rows')
    expect(readWindowNotes(JSON.stringify(notes))).toEqual(notes)
    fc.assert(fc.property(fc.string(), (text) => { expect(typeof readWindowNotes(text).maximized).toBe('boolean') }))
  })

  it('know the workspaces of late, newest first, each once', () => {
    const notes = ['a', 'b', 'a', 'c'].reduce((n, folder) => noteWorkspace(n, folder, `#/library?find=${folder}`), readWindowNotes(null))
    expect(notes.workspaces.map((w) => w.folder)).toEqual(['c', 'a', 'b'])
    // Opening a workspace again keeps its place.
    expect(noteWorkspace(notes, 'b').workspaces[0]).toEqual({ folder: 'b', hash: '#/library?find=b' })
    expect(Array.from({ length: 20 }, (_, i) => `w${i}`).reduce((n, folder) => noteWorkspace(n, folder), notes).workspaces).toHaveLength(8)
  })
})

describe('bounds', () => {
  const at = (x: number, y: number, width = 1360, height = 900): { x: number; y: number; width: number; height: number } => ({ x, y, width, height })
  it.each([
    ['where it stood', at(100, 50), [screen], at(100, 50)], ['half outside, but to be taken hold of', at(1700, 50), [screen], at(1700, 50)],
    ['on a display that is gone', at(2200, 50), [screen], null], ['on the second display', at(2200, 50), [screen, { ...screen, x: 1920 }], at(2200, 50)],
    ['above every display', at(100, -400), [screen], null], ['below', at(100, 1030), [screen], null], ['a hair of it seen', at(-1300, 50), [screen], null],
    ['larger than the display', at(0, 0, 4000, 3000), [screen], at(0, 0, 1920, 1040)], ['smaller than can be used', at(0, 0, 200, 100), [screen], at(0, 0, 880, 560)], ['no display at all', at(0, 0), [], null],
  ] as const)('%s', (_what, saved, areas, expected) => {
    expect(fitBounds(saved, areas, least)).toEqual(expected)
  })
})

describe('links', () => {
  it.each([
    ['slipway://open/run/run_01?tab=rows&page=2', '#/run/run_01?tab=rows&page=2'], ['SLIPWAY://open/library', '#/library'], ['slipway://open/run/run_1?truth=%3E50K', '#/run/run_1?truth=%3E50K'], ['slipway://open/', '#/'],
    ['slipway://other/run/run_01', null], ['https://open/library', null], ['javascript:alert(1)', null], ['slipway://open/<script>', null], ['slipway://open/a b', null], ['slipway://open/a\nb', null], ['slipway://open/"x"', null],
    [`slipway://open/${'a'.repeat(3000)}`, null], ['slipway://open/library#/evil', '#/library'],
  ])('%j', (link, hash) => {
    expect(placeOfLink(link)).toBe(hash)
  })

  it('lead back to where they were made', () => {
    expect(placeOfLink(linkToPlace('#/run/run_1?tab=rows'))).toBe('#/run/run_1?tab=rows')
    fc.assert(fc.property(fc.string(), (text) => { const place = placeOfLink(`slipway://open/${text}`); expect(place === null || isPlace(place)).toBe(true) }))
  })
})

it('keys are named as Electron’s menus name them', () => {
  expect([menuKeys.addData, menuKeys.back, menuKeys.larger, menuKeys.smaller].map(accelerator)).toEqual(['CmdOrCtrl+Shift+O', 'Alt+Left', 'CmdOrCtrl+Plus', 'CmdOrCtrl+-'])
})
