import type { CommandView } from '../../../client/index.ts';
import type { Service } from '../service.ts';
import { progressLine } from './progress.ts';

/**
 * A command as it is at its end, or after `waitMs`, or when `signal` aborts. Somebody at a terminal sees meanwhile how far
 * it is.
 */
export async function awaitEnd(
  { lab, context }: Service,
  command: CommandView,
  waitMs: number | undefined,
  signal: AbortSignal,
): Promise<CommandView> {
  const { terminal, err, clock } = context;
  if (command.state === 'ended' || signal.aborted) return command;
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const watched =
    terminal?.err === true ? watch(lab, command, { clock, err, columns: terminal.columns, until, over }) : undefined;
  try {
    return await lab.ended(command.id, { waitMs, signal: until });
  } catch (error) {
    if (!until.aborted) throw error;
    // Told by the stream first, or nobody waits any more.
    return (await watched) ?? (await lab.command(command.id).catch(() => command));
  } finally {
    over.abort();
    await watched;
  }
}

interface Watching {
  readonly until: AbortSignal;
  readonly over: AbortController;
  readonly clock: Service['context']['clock'];
  readonly err: (text: string) => void;
  readonly columns: () => number;
}

/** Shows how far it is; resolves with its end where the stream told that, after which nothing else need be waited for. */
async function watch(lab: Service['lab'], command: CommandView, watching: Watching): Promise<CommandView | undefined> {
  const { until, over } = watching;
  using line = progressLine(command, watching);
  try {
    for await (const event of lab.stream({ device: command.device, type: 'command' }, { signal: until })) {
      const { type, data } = event;
      if (type !== 'command' || data.id !== command.id) continue;
      line.show(data);
      if (data.state !== 'ended') continue;
      over.abort();
      return data;
    }
  } catch {
    // The command is asked for anyhow; only how far it is stays unknown.
  }
  return undefined;
}
