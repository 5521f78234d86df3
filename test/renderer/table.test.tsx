// The table: sorting with missing values last, the keyboard, opening, what is copied, and drawing only what is in view.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { compareCells, toCsv, toTsv, type TableColumn } from '../../renderer/ui/table/columns.ts'
import { Table } from '../../renderer/ui/table/table.tsx'
import { allByRole, byRole, click, mount, press, type Mounted } from './mount.tsx'

interface Line { readonly name: string; readonly size: number | null }
const columns: readonly TableColumn<Line>[] = [
  { key: 'name', header: 'Name', value: (l) => l.name },
  { key: 'size', header: 'Size', align: 'end', value: (l) => l.size },
]
const lines: readonly Line[] = [{ name: 'b10', size: 2 }, { name: 'b9', size: null }, { name: 'a', size: 11 }]

let mounted: Mounted | null = null
afterEach(async () => { await mounted?.unmount(); mounted = null })

const names = (): string[] => allByRole('row').slice(1).map((r) => r.querySelector('td')?.textContent ?? '')
const show = async (opened: string[] = []): Promise<void> => {
  mounted = await mount(<Table label="Lines" columns={columns} rows={lines} rowId={(l) => l.name} onOpen={(l) => { opened.push(l.name) }} />)
}

describe('Table', () => {
  it('sorts numbers by size and words with their numbers, missing values last both ways', async () => {
    await show()
    expect(names()).toEqual(['b10', 'b9', 'a'])
    await click(byRole('button', 'Name'))
    expect(names()).toEqual(['a', 'b9', 'b10'])
    await click(byRole('button', 'Size'))
    expect(names()).toEqual(['a', 'b10', 'b9'])
    expect(byRole('columnheader', 'Size').getAttribute('aria-sort')).toBe('descending')
    await click(byRole('button', 'Size'))
    expect(names()).toEqual(['b10', 'a', 'b9'])
    expect(byRole('columnheader', 'Size').getAttribute('aria-sort')).toBe('ascending')
  })

  it('walks by arrows, keeps one row in the tab order, and opens with Enter', async () => {
    const opened: string[] = []
    await show(opened)
    const rows = (): HTMLElement[] => allByRole('row').slice(1)
    expect(rows().map((r) => r.tabIndex)).toEqual([0, -1, -1])
    rows()[0]?.focus()
    await press(document.activeElement ?? document.body, 'ArrowDown')
    expect(document.activeElement?.getAttribute('data-row')).toBe('1')
    await press(document.activeElement ?? document.body, 'End')
    expect(document.activeElement?.getAttribute('data-row')).toBe('2')
    await press(document.activeElement ?? document.body, 'ArrowDown')
    expect(document.activeElement?.getAttribute('data-row')).toBe('2')
    await press(document.activeElement ?? document.body, 'Enter')
    expect(opened).toEqual(['a'])
    expect(rows().filter((r) => r.tabIndex === 0)).toHaveLength(1)
  })

  it('draws a part of many rows and says how many there are', async () => {
    // This DOM has no layout, so the height of the scroll area is said here.
    const height = vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(640)
    const many = Array.from({ length: 5000 }, (_, i) => ({ name: `row ${i}`, size: i }))
    mounted = await mount(<Table label="Many" columns={columns} rows={many} rowId={(l) => l.name} />)
    expect(byRole('table', 'Many').getAttribute('aria-rowcount')).toBe('5001')
    const drawn = allByRole('row').filter((r) => r.hasAttribute('data-row')).length
    expect(drawn).toBeGreaterThan(0)
    expect(drawn).toBeLessThan(200)
    height.mockRestore()
  })

  it('copies and exports what stands in the cells', () => {
    const odd: readonly Line[] = [{ name: 'say "hi", all', size: null }, { name: 'tab\there', size: -1.5 }]
    expect(toCsv(columns, odd)).toBe('Name,Size\r\n"say ""hi"", all",\r\ntab\there,-1.5\r\n')
    expect(toTsv(columns, odd)).toBe('Name\tSize\nsay "hi", all\t\ntab here\t-1.5')
    expect(compareCells('v10', 'v9')).toBeGreaterThan(0)
  })
})
