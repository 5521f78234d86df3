// One writing for every case and composition of a text, for comparing: `GRÖSSE`, `größe` and a decomposed `ö` are one.

/** Upper case first, because some letters have no other way to meet (`ß` and `SS`). */
export const foldText = (text: string): string => text.normalize('NFC').toUpperCase().toLowerCase()
