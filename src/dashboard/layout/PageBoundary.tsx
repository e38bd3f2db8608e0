import { Component, type ReactNode } from 'react';

interface Props {
  readonly children: ReactNode;
}

/** A page that cannot be shown takes nothing else with it. */
export class PageBoundary extends Component<Props, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {};

  static getDerivedStateFromError(error: unknown): { readonly error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <div className="trouble" role="alert">
        <h1>This page cannot be shown</h1>
        <p>{error.message.slice(0, 300)}</p>
        <p>Stop and the other pages work. Nothing was sent to a device because of this.</p>
        <button type="button" onClick={() => location.reload()}>
          Load it again
        </button>
      </div>
    );
  }
}
