// Whose keys this machine has. The keys themselves: shared/shortcuts.ts.
export const onMac = (): boolean => /Mac/.test(navigator.platform)
