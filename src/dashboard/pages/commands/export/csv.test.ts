import { expect, test } from 'vitest';
import type { CommandView } from '../../../../client/index.ts';
import { csvOf } from './csv.ts';

const command: CommandView = {
  id: '01a20a88-92ca-746e-a38c-06fe1cf2d56f',
  device: 'psu-1',
  command: 'set-voltage',
  params: { volts: 5 },
  state: 'ended',
  outcome: 'succeeded',
  confirmation: 'acknowledged',
  by: 'anonymous',
  simulated: true,
  submittedAt: '2026-01-01T00:00:00.000Z',
  sentAt: '2026-01-01T00:00:00.001Z',
  endedAt: '2026-01-01T00:00:00.002Z',
  links: { self: '/v1/commands/01a20a88-92ca-746e-a38c-06fe1cf2d56f', device: '/v1/devices/psu-1' },
};

/** Cells of a record without quotes, by the name of their column. */
function cellsOf(changes: Partial<CommandView>): Record<string, string> {
  const [header = '', record = ''] = csvOf([{ ...command, ...changes }]).split('\r\n');
  const cells = [...record.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(([, quoted, plain]) => {
    return quoted?.replaceAll('""', '"') ?? plain ?? '';
  });
  return Object.fromEntries(header.split(',').map((name, index) => [name, cells[index] ?? '']));
}

test('a record a command, with a header, each ended by CRLF', () => {
  const text = csvOf([command, command]);
  expect(text.split('\r\n')).toHaveLength(4);
  expect(text.endsWith('\r\n')).toBe(true);
  expect(text.split('\r\n')[1]).toBe(
    '01a20a88-92ca-746e-a38c-06fe1cf2d56f,psu-1,set-voltage,"{""volts"":5}",ended,succeeded,,acknowledged,,,,,,,' +
      'anonymous,true,2026-01-01T00:00:00.000Z,2026-01-01T00:00:00.001Z,2026-01-01T00:00:00.002Z',
  );
  expect(csvOf([]).split('\r\n')).toEqual([expect.stringMatching(/^id,device,command,/), '']);
});

test('quotes, commas and line ends are within quotes, and quotes are doubled', () => {
  const detail = 'it said "no",\r\nand\nthen nothing';
  const error = { code: 'device-refused', detail } as const;
  const text = csvOf([{ ...command, error }]);
  expect(text).toContain('"it said ""no"",\r\nand\nthen nothing"');
});

test.each(['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '|calc', '=HYPERLINK("http://x")'])(
  'what a spreadsheet would run is text: %j',
  (by) => {
    expect(csvOf([{ ...command, by }])).toMatch(/,"?'/);
  },
);

test('a number is a number, below zero too', () => {
  expect(cellsOf({ result: -5.25 })).toMatchObject({ result: '-5.25' });
  expect(cellsOf({ result: 1e-7 })).toMatchObject({ result: '1e-7' });
  expect(cellsOf({ result: { a: [1] } })).toMatchObject({ result: '{"a":[1]}' });
  expect(cellsOf({ outcome: 'unknown', resolvedLate: true, attempts: 2 })).toMatchObject({
    outcome: 'unknown',
    resolvedLate: 'true',
    attempts: '2',
  });
});
