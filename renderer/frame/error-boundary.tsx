// A mistake inside one screen stays inside it: the frame lives on and the words are the same as for every other error.
import { Component, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { ErrorPanel } from '../ui/error-panel.tsx'
import styles from './frame.module.css'

interface Props { readonly place: string; readonly children: ReactNode }
interface State { readonly thrown: unknown; readonly broken: boolean }

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { thrown: null, broken: false }

  static getDerivedStateFromError(thrown: unknown): State {
    return { thrown, broken: true }
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.broken && before.place !== this.props.place) this.setState({ thrown: null, broken: false })
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children
    return (
      <div className={styles['broken']}>
        <ErrorPanel error={this.state.thrown} actions={<Button onClick={() => this.setState({ thrown: null, broken: false })}>Show the screen again</Button>} />
      </div>
    )
  }
}
