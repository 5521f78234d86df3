// Text to the clipboard. The window has no clipboard permission, so the copy event of the page carries the text where the newer way is denied.

/** Copies and tells whether it worked. Must run within a click or key press. */
export async function copyText(text: string): Promise<boolean> {
  if (copyByEvent(text)) return true
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

function copyByEvent(text: string): boolean {
  let taken = false
  const onCopy = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    event.stopImmediatePropagation()
    taken = event.clipboardData !== null
  }
  document.addEventListener('copy', onCopy, { capture: true, once: true })
  try {
    return document.execCommand('copy') && taken
  } catch {
    return false
  } finally {
    document.removeEventListener('copy', onCopy, { capture: true })
  }
}
