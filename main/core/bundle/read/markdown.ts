// Words of models and people inside Markdown: they stay words.

/** No bars, line breaks, raw markup, links or pictures that a viewer would fetch, no direction marks. */
export const cell = (text: string): string =>
  text.replace(/[\r\n]+/g, ' ').replace(/\\/g, '\\\\').replace(/\|/g, '\\|').replace(/\]\(/g, ']\\(').replace(/</g, '&lt;').replace(/[\u0000-\u001f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')

export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? 'None.' : [`| ${header.join(' | ')} |`, `| ${header.map(() => '---').join(' | ')} |`, ...rows.map((r) => `| ${r.map(cell).join(' | ')} |`)].join('\n')
