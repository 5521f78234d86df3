// Joins class names and drops what is absent.
export const classes = (...names: readonly (string | false | null | undefined)[]): string => names.filter((n) => typeof n === 'string' && n !== '').join(' ')
