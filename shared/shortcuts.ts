// Every key that works in the window, in one list: the sheet of keys shows it, the menus name it, and what listens uses its names.

/** Keys that are held together. `Mod` is Ctrl, or Cmd on a Mac. */
export type Keys = readonly string[]

export interface Shortcut {
  /** One press after the other, or one of several. */
  readonly keys: readonly Keys[]
  readonly does: string
}

export interface ShortcutGroup { readonly title: string; readonly shortcuts: readonly Shortcut[] }

/** The keys that a menu names as well. */
export const menuKeys = {
  find: ['Mod', 'K'], back: ['Alt', '←'], forward: ['Alt', '→'], importModels: ['Mod', 'O'], addData: ['Mod', 'Shift', 'O'], newWindow: ['Mod', 'Shift', 'N'], closeWindow: ['Mod', 'W'],
  larger: ['Mod', '+'], smaller: ['Mod', '−'], asItWas: ['Mod', '0'],
} as const satisfies Readonly<Record<string, Keys>>

/** The key of a place of the sidebar, counted from 0; null beyond the ninth. */
export const placeKey = (at: number): Keys | null => (at < 9 ? ['Mod', String(at + 1)] : null)

const one = (keys: Keys, does: string): Shortcut => ({ keys: [keys], does })

export const shortcutGroups: readonly ShortcutGroup[] = [
  { title: 'Everywhere', shortcuts: [
    one(menuKeys.find, 'Find anything by name: screens, models, data sets, runs, metrics, actions'),
    one(['Mod', '1 … 9'], 'Go to a place of the sidebar, in its order'),
    { keys: [menuKeys.back, menuKeys.forward], does: 'Back and forth between screens' },
    one(['/'], 'To the search field of the screen'),
    one(['?'], 'This sheet of keys'),
    one(menuKeys.importModels, 'Import models'),
    one(menuKeys.addData, 'Add a data set'),
    one(menuKeys.newWindow, 'Another window on the same workspace'),
    one(menuKeys.closeWindow, 'Close the window'),
    { keys: [menuKeys.larger, menuKeys.smaller, menuKeys.asItWas], does: 'Larger, smaller, as it was' },
  ] },
  { title: 'Tables', shortcuts: [
    { keys: [['↑'], ['↓']], does: 'From row to row' },
    { keys: [['Page up'], ['Page down'], ['Home'], ['End']], does: 'Further at once' },
    one(['Enter'], 'Open the row'),
  ] },
  { title: 'Dialogs, menus and tabs', shortcuts: [
    one(['Esc'], 'Close without doing anything'),
    { keys: [['←'], ['→']], does: 'From tab to tab' },
    { keys: [['↑'], ['↓'], ['Enter']], does: 'Choose in a menu' },
  ] },
]

/** A key as this system calls it. */
export function keyWord(key: string, mac: boolean): string {
  if (key === 'Mod') return mac ? '⌘' : 'Ctrl'
  return mac && key === 'Alt' ? '⌥' : mac && key === 'Shift' ? '⇧' : key
}

const electronNames: Readonly<Record<string, string>> = { Mod: 'CmdOrCtrl', '←': 'Left', '→': 'Right', '+': 'Plus', '−': '-' }

/** The keys as Electron's menus name them: `CmdOrCtrl+Shift+O`. */
export const accelerator = (keys: Keys): string => keys.map((key) => electronNames[key] ?? key).join('+')
