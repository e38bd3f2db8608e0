import type { Held } from '../holding.ts';
import type { Stage, StageContext } from '../stage.ts';
import { directed } from '../way.ts';

export function merge(context: StageContext<'merge'>): Stage {
  const { fault, live, holding } = context;
  const { frames = 2, ms = 20 } = fault;
  return directed(context, (way) => {
    let parts: Uint8Array[] = [];
    let held: Held[] = [];
    const pass = (): void => {
      const whole = new Uint8Array(Buffer.concat(parts));
      for (const each of held) each.take();
      parts = [];
      held = [];
      if (whole.length > 0) way.pass(whole);
    };
    return {
      take(frame) {
        const isFirst = parts.length === 0;
        if (isFirst && !way.selects(frame)) return way.pass(frame);
        if (isFirst) live.act();
        parts.push(frame);
        // The first one's time is the time of all; any of them goes on early with the others if too much is held.
        if (parts.length < frames) held.push(holding.hold(frame.length, pass, isFirst ? ms : undefined));
        else pass();
      },
      release: pass,
    };
  });
}
