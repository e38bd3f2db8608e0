import { Component, type ReactNode } from 'react';

interface Props {
  /** Another page is shown again. */
  readonly path: string;
  readonly children: ReactNode;
}

interface State {
  readonly path: string | undefined;
  readonly error: Error | undefined;
}

/** A page that cannot be shown takes nothing else with it. */
export class PageBoundary extends Component<Props, State> {
  override state: State = { path: undefined, error: undefined };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps({ path }: Props, { path: before }: State): Partial<State> | null {
    return path === before ? null : { path, error: undefined };
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
