export type State = 'Idle' | 'Run' | 'Hold' | 'Jog' | 'Alarm' | 'Door' | 'Check' | 'Home' | 'Sleep';

/** What is said unasked. */
export type Push =
  | { readonly kind: 'alarm'; readonly code: number }
  | { readonly kind: 'banner' }
  | { readonly kind: 'message'; readonly text: string };

/** Takes what a line is answered with: data first, `ok` or the number of an error at the end. */
export interface Reply {
  data(line: string): void;
  answer(answer: 'ok' | number): void;
}
