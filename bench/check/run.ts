/**
 * Whether a short form of some rows is as fast as it was, as ratios to floors that are measured beside it: what fell below
 * a share of what is on record fails. A pair that is good enough ends it, since only noise makes a pair bad now and then.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { median } from '../statistics.ts';
import { checked, type Measure, type Ratios } from './checked.ts';

const path = new URL('recorded.json', import.meta.url);
const share = 0.8;
const mostPairs = 5;

const { values: options } = parseArgs({
  options: {
    record: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: Object.keys(checked) },
  },
});

/** The median of some pairs, for the file. */
async function record(measure: Measure): Promise<Ratios> {
  const pairs: Ratios[] = [];
  while (pairs.length < mostPairs) pairs.push(await measure());
  const names = Object.keys(pairs[0] ?? {});
  const middle = (name: string): number => Number(median(pairs.map((pair) => pair[name] ?? NaN)).toFixed(3));
  return Object.fromEntries(names.map((name) => [name, middle(name)]));
}

/** What is too slow, after all pairs. */
async function compare(measure: Measure, recorded: Ratios): Promise<string[]> {
  const best = new Map<string, number>();
  let slow: string[] = [];
  for (let pair = 0; pair < mostPairs; pair++) {
    for (const [name, ratio] of Object.entries(await measure())) best.set(name, Math.max(ratio, best.get(name) ?? 0));
    slow = [...best].filter(([name, ratio]) => !(ratio >= leastOf(recorded[name]))).map(([name]) => name);
    if (slow.length === 0) break;
  }
  for (const [name, ratio] of best) {
    const verdict = slow.includes(name) ? 'TOO SLOW' : 'fast enough';
    console.log(`${name}: ${ratio.toFixed(3)}, on record ${recorded[name] ?? 'nothing'}: ${verdict}`);
  }
  return slow;
}

/** Nothing is faster because a device hangs: what is above 1 on record is noise. Without a record nothing is enough. */
function leastOf(recorded: number = NaN): number {
  return share * Math.min(1, recorded);
}

async function each(use: (measure: Measure) => Promise<void>): Promise<void> {
  for (const name of options.only) await checked[name]?.(use);
}

const recorded = JSON.parse(readFileSync(path, 'utf8')) as Ratios;
if (options.record) {
  let all = recorded;
  await each(async (measure) => void (all = { ...all, ...(await record(measure)) }));
  writeFileSync(path, `${JSON.stringify(all, undefined, 2)}\n`);
  console.log(all);
} else {
  const slow: string[] = [];
  await each(async (measure) => void slow.push(...(await compare(measure, recorded))));
  if (slow.length > 0) process.exitCode = 1;
}
