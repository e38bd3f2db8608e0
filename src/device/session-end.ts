import type { Cause } from '../transport/connection.ts';
import { type Blamed, callBack } from './blamed.ts';
import { withinCall } from './cause.ts';
import { End, type Follower } from './end.ts';

/** The end of a session, which its driver follows as well. */
export class SessionEnd extends End {
  blamed: Blamed | undefined;
  readonly #device: string;

  constructor(device: string) {
    super();
    this.#device = device;
  }

  /** What throws in a listener of a signal is uncaught: then it is known whose it was. */
  protected override abort(controller: AbortController, reason: Error): void {
    const cause: Cause = { device: this.#device, call: { kind: 'end' } };
    withinCall({ cause, call: { isOver: true } }, () => super.abort(controller, reason));
  }

  protected override tell(follower: Follower, reason: Error): void {
    if (this.blamed === undefined) super.tell(follower, reason);
    else callBack(follower, reason, this.blamed, 'the end of its session');
  }
}
