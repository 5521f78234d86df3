// A report as one HTML file that stands alone: opened from a disk or a mail it asks nobody for anything.
import { reportStyle } from './report-style.ts'
import type { Report, ReportBlock, ReportChart, ReportTable } from './report.ts'

const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text of users in a place where tags are read. Control and direction signs, which could show other words than are there, become spaces. */
export const escapeHtml = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ' ').replace(/[&<>"']/g, (mark) => marks[mark] ?? mark)

const end = (align: 'end' | undefined): string => (align === 'end' ? ' class="end"' : '')

function tableHtml({ caption, columns, rows }: ReportTable): string {
  const head = columns.map((c) => `<th scope="col"${end(c.align)}>${escapeHtml(c.name)}</th>`).join('')
  const cells = (row: readonly string[]): string => row.map((cell, i) => (i === 0 ? `<th scope="row">${escapeHtml(cell)}</th>` : `<td${end(columns[i]?.align)}>${escapeHtml(cell)}</td>`)).join('')
  // A wide table scrolls by itself; the keyboard must get there.
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}</tbody></table></div>`
}

const factsHtml = (facts: readonly { readonly name: string; readonly value: string }[]): string => `<dl class="facts">${facts.map((f) => `<dt>${escapeHtml(f.name)}</dt><dd>${escapeHtml(f.value)}</dd>`).join('')}</dl>`

function chartHtml({ title, summary, svg, numbers }: ReportChart): string {
  const twin = numbers === null ? '' : `<details><summary>The numbers of this chart</summary>${tableHtml(numbers)}</details>`
  return `<figure><figcaption><strong>${escapeHtml(title)}</strong>${escapeHtml(summary)}</figcaption>${svg.replace(/^<\?xml[^>]*\?>\s*/, '')}${twin}</figure>`
}

function blockHtml(block: ReportBlock): string {
  switch (block.kind) {
    case 'text': return `<p>${escapeHtml(block.text)}</p>`
    case 'list': return `<ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`
    case 'caveat': return `<p class="caveat">${escapeHtml(block.text)}</p>`
    case 'figures': return `<dl class="figures">${block.figures.map((f) => `<div><dt>${escapeHtml(f.name)}</dt><dd class="value">${escapeHtml(f.value)}</dd><dd class="under">${escapeHtml(f.under)}</dd></div>`).join('')}</dl>`
    case 'facts': return factsHtml(block.facts)
    case 'table': return tableHtml(block.table)
    case 'chart': return chartHtml(block.chart)
  }
}

/** Charts that follow each other stand side by side. */
function blocksHtml(blocks: readonly ReportBlock[]): string {
  const parts: string[] = []
  for (const [i, block] of blocks.entries()) {
    const chart = block.kind === 'chart'
    if (chart && blocks[i - 1]?.kind !== 'chart') parts.push('<div class="charts">')
    parts.push(blockHtml(block))
    if (chart && blocks[i + 1]?.kind !== 'chart') parts.push('</div>')
  }
  return parts.join('\n')
}

/** The whole file, without a clock in it: the same report gives the same bytes. */
export function reportHtml(report: Report): string {
  const outcome = report.outcome === null ? '' : `<p class="outcome ${report.outcome.tone}">${escapeHtml(report.outcome.words)}</p>\n`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Slipway">
<title>${escapeHtml(report.title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<h1>${escapeHtml(report.title)}</h1>
<p class="about">${escapeHtml(report.about)}</p>
${outcome}${report.summary.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}
${report.sections.map((section) => `<section>\n<h2>${escapeHtml(section.title)}</h2>\n${blocksHtml(section.blocks)}\n</section>`).join('\n')}
<footer><p>From what this report was made:</p>${factsHtml(report.origin)}</footer>
</main>
</body>
</html>
`
}
