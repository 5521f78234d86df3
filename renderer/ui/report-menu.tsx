// One click to a report: asks for the place, writes it, says where it is. For every screen whose subject a report can tell.
import { useEffect, type ReactNode } from 'react'
import type { ReportSubject } from '../../shared/contract-report.ts'
import { formatBytes } from '../../shared/format.ts'
import { slugOf } from '../../shared/slug.ts'
import { useAsk } from '../bridge/use-call.ts'
import { useJobHandle } from '../bridge/use-jobs.ts'
import { Button } from './button.tsx'
import { Menu } from './menu.tsx'
import { notify, notifyError } from './toast.tsx'

/** `name`: what the file is called before anybody says otherwise. */
export function ReportMenu({ about, name }: { readonly about: ReportSubject; readonly name: string }): ReactNode {
  const ask = useAsk()
  const writing = useJobHandle('report.write')
  const write = async (format: 'html' | 'pdf'): Promise<void> => {
    const file = await ask('shell.saveFile', { what: format === 'pdf' ? 'report-pdf' : 'report', suggestedName: `${slugOf(name)}.${format}` })
    if (file !== null) await writing.start({ about, format, destination: file.token })
  }
  const { job, error, result } = writing
  const ended = job?.state === 'done' || error !== null
  useEffect(() => {
    if (!ended) return
    if (error !== null) notifyError(error)
    else if (result !== null) notify(`Saved ${result.fileName}, ${formatBytes(result.bytes)}.`)
    // Told once a job, whatever is drawn again meanwhile.
  }, [job?.id, ended])
  return (
    <Menu label="Report" trigger={<Button icon="export" busy={writing.running}>Report</Button>} items={[
      { label: 'Save as HTML…', icon: 'download', onSelect: () => { write('html').catch(notifyError) } },
      { label: 'Save as PDF…', icon: 'download', onSelect: () => { write('pdf').catch(notifyError) } },
    ]} />
  )
}
