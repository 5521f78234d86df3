// Every key that works in the window, in one list: the sheet of keys shows it, and what listens uses its names.

export interface Shortcut {
  /** One press; keys that are held together stand in one list. `Mod` is Ctrl, or Cmd on a Mac. */
  readonly keys: readonly (readonly string[])[]
  readonly does: string
}

export interface ShortcutGroup { readonly title: string; readonly shortcuts: readonly Shortcut[] }

const one = (keys: readonly string[], does: string): Shortcut => ({ keys: [keys], does })

export const shortcutGroups: readonly ShortcutGroup[] = [
  { title: 'Everywhere', shortcuts: [
    one(['Mod', 'K'], 'Find anything by name: screens, models, data sets, runs, metrics, actions'),
    one(['Mod', '1 … 9'], 'Go to a place of the sidebar, in its order'),
    { keys: [['Alt', '←'], ['Alt', '→']], does: 'Back and forth between screens' },
    one(['/'], 'To the search field of the screen'),
    one(['?'], 'This sheet of keys'),
    one(['Mod', 'O'], 'Import models'),
    one(['Mod', 'Shift', 'O'], 'Add a data set'),
    { keys: [['Mod', '+'], ['Mod', '−'], ['Mod', '0']], does: 'Larger, smaller, as it was' },
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

export const onMac = (): boolean => /Mac/.test(navigator.platform)
