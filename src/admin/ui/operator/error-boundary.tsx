import { Component, type ComponentChildren } from 'preact';
import { Trouble } from '../shared/page-parts.tsx';

/** Keeps a mistake of one page from taking the others with it. */
export class ErrorBoundary extends Component<{ children: ComponentChildren }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ hasFailed: true });
  }

  override render() {
    return this.state.hasFailed ? (
      <Trouble message="This page has a mistake and cannot be shown. The others can; the browser's console says more." />
    ) : (
      this.props.children
    );
  }
}
