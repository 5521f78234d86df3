// The error panel: the table's own words, a retry only where one can help, and details without a stack.
import { afterEach, describe, expect, it } from 'vitest'
import { SlipwayError } from '../../shared/errors.ts'
import { ErrorPanel, shownError } from '../../renderer/ui/error-panel.tsx'
import { allByRole, byRole, click, mount, type Mounted } from './mount.tsx'

let mounted: Mounted | null = null
afterEach(async () => { await mounted?.unmount(); mounted = null })

describe('ErrorPanel', () => {
  it('shows title, sentence and next step, and offers a retry that is called', async () => {
    let tries = 0
    mounted = await mount(<ErrorPanel error={new SlipwayError('store.locked', {})} onRetry={() => { tries++ }} />)
    const panel = byRole('alert', 'The workspace is busy')
    expect(panel.textContent).toContain('Another program is writing to this workspace')
    expect(panel.textContent).toContain('Wait a moment and try again.')
    await click(byRole('button', 'Try again'))
    expect(tries).toBe(1)
  })

  it('offers no retry where the same thing cannot succeed', async () => {
    mounted = await mount(<ErrorPanel error={new SlipwayError('dataset.empty', { file: 'x.csv' })} onRetry={() => undefined} />)
    expect(byRole('alert').textContent).toContain('“x.csv” has no data rows.')
    expect(allByRole('button', 'Try again')).toHaveLength(0)
    expect(allByRole('button', 'Copy details')).toHaveLength(1)
  })

  it('turns any thrown value into a bug without its stack', () => {
    const shown = shownError(new TypeError('x is not a function'))
    expect(shown.code).toBe('internal.bug')
    expect(JSON.stringify(shown)).not.toContain('error-panel.test')
  })

  it('keeps the words of a stored error as they were written', () => {
    const record = { code: 'engine.crashed', details: {}, title: 'T', message: 'M', next: 'N' }
    expect(shownError(record)).toBe(record)
  })
})
