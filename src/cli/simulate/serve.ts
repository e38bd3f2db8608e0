import { once } from 'node:events';
import type { Timer } from '../../clock.ts';
import { printable } from '../../errors.ts';
import type { CliContext, ExitCode } from '../context.ts';
import { perform } from './console.ts';
import { type Faults, setFaults } from './fault.ts';
import { eachLine } from './lines.ts';
import { type Exposed, summary } from './running.ts';
import type { Trace } from './trace.ts';

/** What holds from the beginning. */
interface Beginning {
  readonly faults: Faults;
  readonly speed?: number;
}

/** Says where everything is, and runs it until the process is to end, or `quit` is typed. */
export async function serveUntilEnd(
  exposed: Exposed,
  trace: Trace | undefined,
  beginning: Beginning,
  context: CliContext,
): Promise<ExitCode> {
  const say = (text: string): void => {
    if (trace !== undefined) trace.note(text);
    else
      context.out(
        text
          .split('\n')
          .map((line) => `${printable(line)}\n`)
          .join(''),
      );
  };
  const ended = new AbortController();
  const end = AbortSignal.any([context.shutdown, ended.signal]);
  // A device that is unplugged, or has no client, gives the process nothing to wait for.
  const stay = (): Timer => context.clock.timer(60_000, () => (alive = stay()));
  let alive = stay();
  try {
    await begin(exposed, beginning, trace);
    for (const running of exposed.running) say(summary(running));
    if (!end.aborted) {
      listen(exposed, say, end, () => ended.abort(), context);
      await once(end, 'abort');
    }
    return 0;
  } finally {
    alive.cancel();
    await exposed.close();
  }
}

async function begin({ running }: Exposed, { faults, speed }: Beginning, trace: Trace | undefined): Promise<void> {
  for (const control of running.flatMap(({ controls }) => controls)) {
    if (speed !== undefined) control.setTime({ speed });
    if (trace !== undefined) {
      control.observe((event) => {
        if (event.kind === 'acted')
          trace.note(`fault ${event.fault}${event.detail === undefined ? '' : `: ${event.detail}`}`);
      });
    }
    if (faults.length > 0) await setFaults(control, faults);
  }
}

/** The end of the input ends nothing: what runs in the background has none. */
function listen(
  { running }: Exposed,
  say: (text: string) => void,
  signal: AbortSignal,
  quit: () => void,
  { stdin }: CliContext,
): void {
  const input = stdin?.();
  if (input === undefined) return;
  let turn = Promise.resolve();
  const answer = async (line: string): Promise<void> => {
    const said = await perform(line, running);
    if (typeof said !== 'string') quit();
    else if (said !== '') say(said);
  };
  eachLine(input, signal, (line) => {
    turn = turn.then(() => answer(line));
  });
}
