import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validate } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { makeContext } from '../../test/support/context.ts';
import { nmea0183 } from './driver.ts';
import { model, type PropertyName } from './model.ts';

/** One second of a ship's receiver, recorded by NOAA's Physical Sciences Laboratory (ATOMIC, 14 January 2020). */
const ship = [
  '$GPHDT,74.20,T*34',
  '$GPGGA,195959.00,1541.31258893,N,05130.51204125,W,2,06,1.5,9.2,M,-37.6,M,4.0,0138*7E',
  '$GPGLL,1541.31258893,N,05130.51204125,W,195959.00,A,D*7B',
  '$GPVTG,147.44,T,164.31,M,0.26,N,0.49,K,D*2C',
  '$GPZDA,195959.00,14,01,2020,00,00*6A',
  '$GPRMC,195959.00,A,1541.31258893,N,05130.51204125,W,0.26,147.44,140120,16.9,W,D*0B',
  '$GPGSA,M,3,14,16,26,27,29,31,,,,,,,2.7,1.5,2.3*34',
  '$GPGSV,3,1,12,03,09,280,,04,11,322,,08,11,209,35,14,68,160,42*70',
  '$GPGSV,3,2,12,16,47,299,37,21,17,098,,22,12,259,,26,48,343,35*7A',
  '$GPGSV,3,3,12,27,42,200,47,29,11,037,38,31,47,038,44,32,37,155,42*74',
  '$GPGST,195959.00,0.30,0.36,0.26,283.74,0.26,0.36,0.68*68',
];

/** A u-blox NEO-6M just after power-up, as published by chris.cnie.de. */
const coldStart = [
  '$GPTXT,01,01,02,ANTSTATUS=DONTKNOW*33',
  '$GPRMC,,V,,,,,,,,,,N*53',
  '$GPVTG,,,,,,,,,N*30',
  '$GPGGA,,,,,,0,00,99.99,,,,,,*48',
  '$GPGSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99*30',
  '$GPGSV,1,1,00*79',
  '$GPGLL,,,,,,V,N*64',
];

/** The checksum by the rule, for sentences that a test makes up. */
function signed(body: string): string {
  const sum = [...Buffer.from(body, 'latin1')].reduce((all, byte) => all ^ byte, 0);
  return `$${body}*${sum.toString(16).padStart(2, '0').toUpperCase()}`;
}

function bench(options: object = {}) {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  const told = makeContext(clock);
  const say = async (...lines: string[]): Promise<void> => {
    await far.write(Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1'));
    await settle();
  };
  const attach = () => nmea0183.attach(near, options, told.context);
  /** As a reading would have it: the value, or why there is none. */
  const last = (property: PropertyName): unknown => journal.get(property);
  const journal = new Map<string, unknown>();
  const { context } = told;
  const { report, lost } = context;
  Object.assign(context, {
    report: (property: PropertyName, value: unknown) => {
      expect(validate(model.properties[property].schema, value)).toEqual([]);
      journal.set(property, value);
      report(property, value);
    },
    lost: (property: string, why: string) => {
      journal.set(property, `lost: ${why}`);
      lost(property, why);
    },
  });
  return { clock, near, far, told, say, attach, last };
}

async function attached(options: object = {}, lines = ship) {
  const it = bench(options);
  const session = it.attach();
  await it.say('9.2,M,-37.6,M,4.0,0138*7E', ...lines);
  return { ...it, session: await session };
}

describe('a receiver with a fix', () => {
  test('tells everything that its sentences say', async () => {
    const { last, told } = await attached();
    expect(last('position')).toEqual({ latitude: 15.6885431488, longitude: -51.5085340208 });
    expect(last('altitude')).toBe(9.2);
    expect(last('fix')).toBe('dgps');
    expect(last('fix-mode')).toBe('3d');
    expect(last('time')).toBe('2020-01-14T19:59:59.00Z');
    expect(last('satellites-used')).toBe(6);
    expect(last('satellites-in-view')).toBe(12);
    expect(last('hdop')).toBe(1.5);
    expect(last('pdop')).toBe(2.7);
    expect(last('speed')).toBe(0.134);
    expect(last('course')).toBe(147.44);
    expect(last('magnetic-variation')).toBe(-16.9);
    expect(told.unmatched).toEqual([]);
  });

  test('one instant is reported once, though three sentences tell it', async () => {
    const { told, say } = await attached();
    const positions = () => told.reports.filter(({ property }) => property === 'position').length;
    expect(positions()).toBe(1);
    await say('$GPRMC,200000.00,A,1541.31248595,N,05130.51199976,W,0.59,154.37,140120,16.9,W,D*0C');
    expect(positions()).toBe(2);
  });

  test('it needs no answer and gets none', async () => {
    const { near } = await attached();
    expect(near.written).toBe(0);
  });
});

describe('a void fix is never told as good', () => {
  const needing = ['position', 'altitude', 'time', 'hdop', 'pdop', 'speed', 'course'] as const;

  test('after power-up nothing but the lack of a fix is known', async () => {
    const { last, told } = await attached({}, coldStart);
    for (const property of needing) expect(last(property)).toMatch(/^lost: no fix/);
    expect([last('fix'), last('fix-mode')]).toEqual(['none', 'none']);
    expect([last('satellites-used'), last('satellites-in-view')]).toEqual([0, 0]);
    expect(told.unmatched).toEqual([]);
  });

  // With everything else still good, as a garbled world would have it: one "no" suffices.
  test.each([
    ['RMC status V', 'GPRMC,200000.00,V,1541.31,N,05130.51,W,0.59,154.37,140120,16.9,W', 'no fix: RMC says status "V"'],
    ['RMC mode N', 'GNRMC,200000.00,A,1541.31,N,05130.51,W,0.59,154.37,140120,,,N', 'no fix: RMC says mode "N"'],
    ['RMC mode E', 'GPRMC,200000.00,V,1541.31,N,05130.51,W,0.59,154.37,140120,,,E', 'estimated'],
    ['RMC with no status', 'GPRMC,200000.00,,1541.31,N,05130.51,W,0.59,154.37,140120,,,A', 'RMC says status ""'],
    ['RMC with an unknown mode', 'GPRMC,200000.00,A,1541.31,N,05130.51,W,0.5,154.3,140120,,,X', 'RMC says mode "X"'],
    ['GGA quality 0', 'GPGGA,200000.00,1541.31,N,05130.51,W,0,06,1.5,9.2,M,-37.6,M,,', 'GGA says quality 0'],
    ['GGA quality 6', 'GPGGA,200000.00,1541.31,N,05130.51,W,6,06,1.5,9.2,M,-37.6,M,,', 'estimated'],
    ['GGA quality 8', 'GPGGA,200000.00,1541.31,N,05130.51,W,8,06,1.5,9.2,M,-37.6,M,,', 'simulator'],
    ['GGA quality 9', 'GPGGA,200000.00,1541.31,N,05130.51,W,9,06,1.5,9.2,M,-37.6,M,,', 'means nothing'],
    ['GGA with no quality', 'GPGGA,200000.00,1541.31,N,05130.51,W,,06,1.5,9.2,M,-37.6,M,,', 'means nothing'],
    ['GSA fix 1', 'GPGSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99', 'GSA says mode 1'],
    ['GLL status V', 'GPGLL,1541.31,N,05130.51,W,200000.00,V', 'GLL says status "V"'],
    ['GLL mode N', 'GPGLL,1541.31,N,05130.51,W,200000.00,A,N', 'GLL says mode "N"'],
    ['VTG mode N', 'GPVTG,147.44,T,164.31,M,0.26,N,0.49,K,N', 'VTG says mode "N"'],
  ])('%s', async (_name, body, why) => {
    const { last, told, say } = await attached();
    const before = told.reports.filter(({ property }) => property === 'position').length;
    await say(signed(body));
    for (const property of needing) expect(last(property)).toContain(`lost: `);
    expect(last('position')).toContain(why);
    // The others of the same second do not bring it back.
    await say(...ship.filter((line) => !line.startsWith(`$GP${body.slice(2, 5)}`)));
    expect(last('position')).toContain(why);
    expect(told.reports.filter(({ property }) => property === 'position')).toHaveLength(before);
    // The same kind of sentence does, once it says yes.
    await say(...ship, ...ship);
    expect(last('position')).toEqual({ latitude: 15.6885431488, longitude: -51.5085340208 });
  });

  test('with a fix again, what is never told is not missing for want of one', async () => {
    const { last, say } = await attached({}, coldStart);
    await say(
      ...ship.filter((line) => !line.includes('GSA')),
      signed('GPGSA,A,3,,,,,,,,,,,,,,1.5,'),
      ...ship.slice(1, 3),
    );
    expect(last('hdop')).toBe(1.5);
    expect(last('position')).toBeTypeOf('object');
    expect(last('pdop')).toBe('lost: the receiver has not told it since it has a fix');
  });

  test('each loss is told once', async () => {
    const { told, say } = await attached();
    const off = signed('GPRMC,,V,,,,,,,,,,N');
    await say(off, off, off);
    expect(told.losses.filter(({ property }) => property === 'position')).toHaveLength(1);
  });

  test('a "no" lapses with its kind of sentence, once that has not come for the time of silence', async () => {
    const { last, say, clock } = await attached({ silenceMs: 2000 });
    await say(signed('GPGLL,,,,,200000.00,V,N'));
    for (let second = 0; second < 3; second++) {
      await clock.advance(900);
      await say('$GPRMC,200000.00,A,1541.31248595,N,05130.51199976,W,0.59,154.37,140120,16.9,W,D*0C');
    }
    expect(last('position')).toEqual({ latitude: 15.6885414325, longitude: -51.5085333293 });
  });

  test('navigational status V is no "no": u-blox always says it', async () => {
    const { last, say } = await attached();
    await say(signed('GNRMC,200000.00,A,1541.31,N,05130.51,W,0.59,154.37,140120,,,A,V'));
    expect(last('position')).toEqual({ latitude: 15.6885, longitude: -51.5085 });
  });

  test('of several systems one fix suffices', async () => {
    const { last, say } = await attached();
    await say(signed('GNGSA,A,3,14,16,26,27,29,31,,,,,,,2.7,1.5,2.3,1'), signed('GNGSA,A,1,,,,,,,,,,,,,,,,2'));
    await say('$GPRMC,200000.00,A,1541.31248595,N,05130.51199976,W,0.59,154.37,140120,16.9,W,D*0C');
    expect(last('fix-mode')).toBe('3d');
    expect(last('position')).toMatchObject({ latitude: 15.6885414325 });
  });

  test('a two-dimensional fix has no altitude', async () => {
    const { last, say } = await attached();
    await say(signed('GPGSA,M,2,14,16,26,,,,,,,,,,2.7,1.5,2.3'), ...ship.slice(0, 3));
    expect(last('altitude')).toContain('lost: a two-dimensional fix');
    expect(last('position')).toMatchObject({ latitude: 15.6885431488 });
  });
});

describe('time', () => {
  test('time of day alone is no date-time', async () => {
    const { last } = await attached(
      {},
      ship.filter((line) => /GGA|GLL|GSA/.test(line)),
    );
    expect(last('time')).toBeUndefined();
    expect(last('position')).toBeDefined();
  });

  test('midnight: RMC has its own date, whatever ZDA said last', async () => {
    const { last, say } = await attached();
    await say(signed('GPZDA,235959.00,14,01,2020,00,00'));
    await say(signed('GPRMC,000000.00,A,1541.31,N,05130.51,W,0.59,154.37,150120,16.9,W,D'));
    expect(last('time')).toBe('2020-01-15T00:00:00.00Z');
  });

  test('a leap second stays one', async () => {
    const { last, say } = await attached();
    await say(signed('GPZDA,235960.00,31,12,2016,00,00'));
    expect(last('time')).toBe('2016-12-31T23:59:60.00Z');
  });

  test('a ZDA before any word on the fix is not believed, alone for long it is', async () => {
    const zda = '$GPZDA,195959.00,14,01,2020,00,00*6A';
    const { last, say, clock } = await attached({ silenceMs: 2000 }, [zda]);
    expect(last('time')).toContain('lost: no sentence has spoken of the fix');
    for (let second = 0; second < 3; second++) {
      await clock.advance(900);
      await say(zda);
    }
    expect(last('time')).toBe('2020-01-14T19:59:59.00Z');
  });
});

describe('satellites in view', () => {
  test('the systems add up; the signals of one do not', async () => {
    const { last, say } = await attached();
    await say(signed('GLGSV,1,1,03,65,10,100,20,66,10,100,20,67,10,100,20'));
    expect(last('satellites-in-view')).toBe(15);
    await say(signed('GAGSV,1,1,01,01,10,100,20,7'), signed('GAGSV,1,1,02,01,10,100,20,02,10,100,20,2'));
    expect(last('satellites-in-view')).toBe(17);
    await say(signed('GAGSV,1,1,01,01,10,100,20,3'));
    expect(last('satellites-in-view')).toBe(17);
  });
});

describe('what it leaves empty, or stops telling, is not known', () => {
  test('a course that a standing receiver leaves empty', async () => {
    const { last, say } = await attached();
    await say(signed('GPVTG,,T,,M,0.012,N,0.022,K,A'));
    expect(last('course')).toContain('lost: VTG does not tell it');
    expect(last('speed')).toBe(0.0062);
  });

  test('a property that does not come any more, while others do', async () => {
    const { last, say, clock } = await attached({ silenceMs: 2000 });
    for (let second = 0; second < 4; second++) {
      await clock.advance(800);
      await say('$GPRMC,200000.00,A,1541.31248595,N,05130.51199976,W,0.59,154.37,140120,16.9,W,D*0C');
    }
    expect(last('altitude')).toBe('lost: the receiver has not told it for 2000 ms');
    expect(last('satellites-in-view')).toBe(12);
    expect(last('position')).toMatchObject({ latitude: 15.6885414325 });
    for (let second = 0; second < 5; second++) {
      await clock.advance(800);
      await say('$GPRMC,200000.00,A,1541.31248595,N,05130.51199976,W,0.59,154.37,140120,16.9,W,D*0C');
    }
    expect(last('satellites-in-view')).toContain('lost: ');
  });
});

describe('what is rejected', () => {
  test.each([
    [
      'a wrong checksum',
      '$GPGGA,195959.00,1541.31258893,N,05130.51204125,W,2,06,1.5,9.3,M,-37.6,M,4.0,0138*7E',
      'a wrong checksum',
    ],
    ['no checksum', '$GPGLL,1541.31,N,05130.51,W,200000.00,A', 'a sentence without a checksum'],
    ['a latitude of 91 degrees', signed('GPGLL,9141.31,N,05130.51,W,200000.00,A'), 'beyond its range'],
    ['a sentence cut short', signed('GPGGA,195959.00,1541.31'), 'it has 2 fields'],
    ['a 25th hour', signed('GPZDA,250000.00,14,01,2020,00,00'), 'not a time of day'],
    ['an altitude in feet', signed('GPGGA,200000.00,1541.31,N,05130.51,W,1,06,1.5,30,F,,,,'), 'not in metres'],
    ['a fix mode of 4', signed('GPGSA,M,4,,,,,,,,,,,,,,,'), 'fix mode'],
  ])('%s is counted and changes nothing', async (_name, line, why) => {
    const { told, say } = await attached();
    const before = [told.reports.length, told.losses.length];
    await say(line);
    expect([told.reports.length, told.losses.length]).toEqual(before);
    expect(told.unmatched).toEqual([expect.stringContaining(why)]);
  });

  test('what others say on the line is ignored in silence', async () => {
    const { told, say } = await attached();
    await say(
      '!AIVDM,1,1,,A,14eG;o@034o8sd<L9i:a;WF>062D,0*7D',
      signed('PGRMC,A,5.0,,,,,,A,3'),
      signed('SDDBT,1,f,2,M,3,F'),
    );
    expect(told.unmatched).toEqual([]);
  });

  test('without a checksum only where that is allowed', async () => {
    const { last, say } = await attached({ allowWithoutChecksum: true });
    await say('$GPGLL,1541.32,N,05130.51,W,200000.00,A');
    expect(last('position')).toMatchObject({ latitude: 15.6887 });
  });

  test('random bytes never throw, and what is told of them is bounded', async () => {
    const noise = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 });
    const mutant = fc.tuple(fc.constantFrom(...ship), fc.nat(), fc.nat(255)).map(([line, at, byte]) => {
      const bytes = Buffer.from(`${line}\r\n`, 'latin1');
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    const { far, told } = await attached();
    await fc.assert(
      fc.asyncProperty(fc.oneof(noise, fc.array(mutant, { maxLength: 10 })), async (chunks) => {
        const before = told.unmatched.length;
        for (const chunk of chunks) await far.write(chunk);
        await settle();
        const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
        // At least one byte each, and mostly a whole sentence.
        expect(told.unmatched.length - before).toBeLessThanOrEqual(bytes);
        for (const what of told.unmatched.slice(before)) expect(what.length).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
  });
});

describe('attach', () => {
  const failing = async (lines: string[], raw: Uint8Array = Buffer.alloc(0)) => {
    const { attach, say, far, clock } = bench();
    const outcome = attach().catch((error: unknown) => error);
    if (lines.length > 0) await say(...lines);
    await far.write(raw);
    await clock.advance(4000);
    expect(clock.pendingTimers).toBe(0);
    return await outcome;
  };

  test('nothing came', async () => {
    expect(await failing([])).toMatchObject({
      code: 'device-timeout',
      message: expect.stringContaining('nothing came'),
    });
  });

  test('garbage came: the baud rate is named', async () => {
    expect(await failing([], Buffer.from('80c3f1ff80e0c3f1ff', 'hex'))).toMatchObject({
      code: 'device-protocol',
      message: expect.stringMatching(/9 bytes came .* baud rate/),
    });
  });

  test('sentences came, none of them with a checksum: the last one says so', async () => {
    expect(await failing(['', '$GPGLL,1541.31,N,05130.51,W,200000.00,A'])).toMatchObject({
      message: expect.stringContaining('a sentence without a checksum'),
    });
  });

  test('another instrument is no receiver', async () => {
    expect(await failing([signed('SDDBT,1,f,2,M,3,F')])).toMatchObject({
      code: 'identity-mismatch',
      message: expect.stringContaining('SDDBT'),
    });
  });

  test('the session’s end ends it, and nothing is left', async () => {
    const { attach, told, clock } = bench();
    const attaching = attach();
    await settle();
    told.end();
    await expect(attaching).rejects.toMatchObject({ code: 'connection-lost' });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('silence', () => {
  test('it is away, and nothing of it is known; when it talks it is back', async () => {
    const { last, told, say, clock } = await attached({ silenceMs: 2000 });
    await clock.advance(1900);
    expect(told.presence).toEqual([]);
    await clock.advance(400);
    expect(told.presence).toEqual([{ available: false, detail: 'silent for 2000 ms' }]);
    for (const property of ['position', 'fix', 'satellites-in-view', 'time'] as const) {
      expect(last(property)).toBe('lost: silent for 2000 ms');
    }
    await clock.advance(60_000);
    expect(told.presence).toHaveLength(1);
    await say(...ship);
    expect(told.presence).toHaveLength(2);
    expect(told.presence[1]).toMatchObject({ available: true });
    expect(last('position')).toMatchObject({ latitude: 15.6885431488 });
  });

  test('what had arrived while the process was stalled counts', async () => {
    const { told, say, clock, last } = await attached({ silenceMs: 2000 });
    clock.ioTurn = () => say(...ship);
    await clock.advance(2600);
    expect(told.presence).toEqual([]);
    expect(last('position')).toBeTypeOf('object');
  });

  test('noise is silence', async () => {
    const { told, far, clock } = await attached({ silenceMs: 2000 });
    for (let second = 0; second < 3; second++) {
      await far.write(Buffer.from('noise\r\n$GPGLL,x*00\r\n'));
      await clock.advance(1000);
    }
    expect(told.presence).toEqual([{ available: false, detail: 'silent for 2000 ms' }]);
  });

  test('after the session nothing is watched', async () => {
    const { told, clock } = await attached({ silenceMs: 2000 });
    told.end();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(10_000);
    expect(told.presence).toEqual([]);
  });
});
