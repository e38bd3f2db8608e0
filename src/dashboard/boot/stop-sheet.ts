import { button, element } from './element.ts';
import type { StopAnswer } from './stop-request.ts';
import { latched, latchedHere, leftOut, someOf, summary, title, worstFirst } from './stop-words.ts';

type Answered = Extract<StopAnswer, { kind: 'answered' }>;

export interface StopActions {
  stop(): Promise<void>;
  release(): Promise<void>;
}

const elsewhere =
  'If something moves that must not, use its own emergency stop now. Then send Stop again, here or with “bellcrank stop” on ' +
  'the machine that the service runs on.';

/** What is said of a stop, at the lower edge of the page and over everything else. */
export class StopSheet {
  readonly #actions: StopActions;
  readonly #root = element('section', { id: 'stop-report', 'aria-label': 'Stop', hidden: '' });
  /** Stays in the page, so that what changes in it is read out. */
  readonly #alert = element('div', { role: 'alert' });
  readonly #body = element('div');
  #latched = false;
  #answer: Answered | undefined;
  /** Everything was stopped as far as the rest of the page was told, and then no longer. */
  #was: 'all' | 'some' | undefined;
  #some = '';

  constructor(actions: StopActions) {
    this.#actions = actions;
    this.#root.append(this.#alert, this.#body);
    document.getElementById('stop')?.after(this.#root);
    // Good news covers no page but the one that it was told on.
    addEventListener('hashchange', () => {
      if (this.#root.className === 'calm') this.#hide();
    });
  }

  sending(): void {
    this.#show('busy', 'Stopping everything …', []);
  }

  waiting(): void {
    this.#show('unsure', 'No answer to Stop yet', [
      element('p', {}, `The service takes its time, or the request has not arrived. ${elsewhere}`),
      this.#row(this.#again()),
    ]);
  }

  stopped(answer: StopAnswer): void {
    if (answer.kind === 'answered') {
      this.#latched = true;
      this.#answer = answer;
      this.#showDevices(answer);
    } else if (answer.kind === 'refused') this.#showRefused('Nothing was stopped', answer, this.#again());
    else this.#showLost(answer.detail);
  }

  released(answer: StopAnswer): void {
    if (answer.kind === 'answered') {
      this.#forget();
      this.#show('calm', 'Released', [
        element('p', {}, 'Devices take commands again. What was switched off stays off until it is switched on.'),
        this.#row(this.#close()),
      ]);
    } else if (answer.kind === 'refused') this.#showRefused('Not released', answer, this.#askRelease());
    else {
      this.#show('unsure', 'It is not known whether the stop was released', [
        element('p', {}, `There was no answer (${answer.detail}). Take every device to be live.`),
        this.#row(this.#askRelease(), this.#close()),
      ]);
    }
  }

  /** What the rest of the page sees: others stop and release, too. */
  told({ stopped, devices }: { readonly stopped: number; readonly devices: number }): void {
    if (stopped === 0 && (this.#latched || this.#was === 'some')) {
      this.#forget();
      this.#show('calm', 'Released', [this.#row(this.#close())]);
    } else if (stopped === devices && devices > 0) {
      const isNews = !this.#latched || this.#was === 'some';
      this.#was = 'all';
      this.#latched = true;
      if (isNews && (this.#root.hidden || this.#is('bar'))) this.#showBar();
    } else if (this.#was !== undefined) {
      // One was released by itself, or came without a stop: that nothing takes commands is no longer so.
      const isNews = this.#was === 'all';
      this.#was = 'some';
      this.#some = someOf(stopped, devices);
      this.#latched = false;
      if (this.#is(isNews ? 'stopped' : 'bar') || (isNews && this.#root.hidden)) this.#showBar();
    }
  }

  #is(kind: string): boolean {
    return !this.#root.hidden && this.#root.classList.contains(kind);
  }

  #forget(): void {
    this.#latched = false;
    this.#answer = undefined;
    this.#was = undefined;
  }

  #showDevices({ devices, reach }: Answered): void {
    const items = worstFirst(devices).map(({ device, simulated, recorded, words }) => {
      const mark = simulated ? [element('em', { class: 'simulated' }, 'SIMULATED')] : [];
      const note = recorded ? [] : [' This stop is not on record.'];
      return element('li', { class: words.certainty }, element('b', {}, device), ...mark, ' ', words.text, ...note);
    });
    const left = leftOut(reach);
    this.#show('stopped', title(devices, reach), [
      ...(left === '' ? [] : [element('p', {}, element('b', {}, left))]),
      element('p', {}, summary(devices)),
      element('ul', { tabindex: '0', 'aria-label': 'What was confirmed' }, ...items),
      this.#row(this.#askRelease(), this.#close()),
    ]);
  }

  #showBar(): void {
    if (this.#was === 'some') {
      return this.#show('stopped bar', this.#some, [this.#row(this.#askRelease(), this.#close())]);
    }
    const answer = this.#answer;
    const details =
      answer === undefined ? [] : [button('What was confirmed', 'plain', () => this.#showDevices(answer))];
    this.#show('stopped bar', barOf(answer), [this.#row(...details, this.#askRelease())]);
  }

  #showRefused(
    title: string,
    { status, detail }: { readonly status: number; readonly detail: string },
    next: Node,
  ): void {
    // Whoever is not signed in is told by the service what a program has to send.
    const why = status === 401 ? 'you are not signed in' : detail.slice(0, 300);
    const signIn = status === 401 || status === 403 ? ' Sign in with a key that may do it.' : '';
    this.#show('bad', title, [
      element(
        'p',
        {},
        `The service refused: ${why}.${signIn} If something moves that must not, use its own emergency stop.`,
      ),
      this.#row(next, this.#close()),
    ]);
  }

  #showLost(detail: string): void {
    this.#show('unsure', 'It is not known whether Stop arrived', [
      element('p', {}, `There was no answer (${detail.slice(0, 100)}). ${elsewhere}`),
      this.#row(this.#again(), this.#close()),
    ]);
  }

  #confirmRelease(): void {
    const keep = button('Keep stopped', 'main', () => this.#showBar());
    this.#show('stopped', 'Release every stop?', [
      element(
        'p',
        {},
        'Every device takes commands again, from everybody. Outputs stay as they are until somebody changes them.',
      ),
      this.#row(
        keep,
        button('Release all', 'plain', () => void this.#release()),
      ),
    ]);
    keep.focus();
  }

  async #release(): Promise<void> {
    this.#show('busy', 'Releasing …', []);
    await this.#actions.release();
  }

  #again(): HTMLButtonElement {
    return button('Send Stop again', 'main', () => void this.#actions.stop());
  }

  #askRelease(): HTMLButtonElement {
    return button('Release …', 'plain', () => this.#confirmRelease());
  }

  /** While everything is stopped that stays in view. */
  #close(): HTMLButtonElement {
    return button('Close', 'plain', () => (this.#latched ? this.#showBar() : this.#hide()));
  }

  #row(...children: readonly Node[]): HTMLElement {
    return element('div', { class: 'row' }, ...children);
  }

  #hide(): void {
    this.#root.hidden = true;
    delete document.documentElement.dataset['stop'];
  }

  #show(kind: string, title: string, body: readonly Node[]): void {
    this.#root.className = kind;
    this.#root.hidden = false;
    document.documentElement.dataset['stop'] = kind;
    this.#alert.replaceChildren(element('h2', {}, title));
    this.#body.replaceChildren(...body);
  }
}

/** What goes for all of it stays in view; anything less is said as it is. */
function barOf(answer: Answered | undefined): string {
  if (answer === undefined) return latchedHere;
  const { devices, reach } = answer;
  const said = title(devices, reach);
  return reach.everything && !said.startsWith('Stopped') ? latched : said;
}
