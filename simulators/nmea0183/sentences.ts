import type { Epoch, Fixed } from './model.ts';

const metresPerSecondInKnots = 3600 / 1852;

/** The sentences of one instant, as receivers send them together (field lists: the driver's README, "Sources"). */
export function burst(talker: string, epoch: Epoch): string[] {
  const { fixed } = epoch;
  const bodies = [
    `${talker}RMC,${rmc(epoch)}`,
    `${talker}VTG,${vtg(fixed)}`,
    `${talker}GGA,${gga(epoch)}`,
    `${talker}GSA,${gsa(epoch)}`,
    ...gsv(epoch.satellites).map((body) => `${talker === 'GN' ? 'GP' : talker}GSV,${body}`),
    `${talker}GLL,${place(fixed)},${clock(epoch)},${fixed === undefined ? 'V,N' : 'A,A'}`,
    `${talker}ZDA,${clock(epoch)},${date(epoch, ',', 4)},00,00`,
  ];
  return bodies.map((body) => `$${body}*${sum(body)}\r\n`);
}

/** The same sentence with one bit of its last field turned round, as a disturbed line delivers it. */
export function garbled(sentence: string): string {
  const at = sentence.indexOf('*') - 1;
  return `${sentence.slice(0, at)}${String.fromCharCode(sentence.charCodeAt(at) ^ 1)}${sentence.slice(at + 1)}`;
}

function rmc(epoch: Epoch): string {
  const { fixed } = epoch;
  if (fixed === undefined) return `${clock(epoch)},V,,,,,,,${date(epoch, '', 2)},,,N`;
  const knots = (fixed.speed * metresPerSecondInKnots).toFixed(3);
  return `${clock(epoch)},A,${place(fixed)},${knots},${fixed.course.toFixed(2)},${date(epoch, '', 2)},,,A`;
}

function vtg(fixed: Fixed | undefined): string {
  if (fixed === undefined) return ',,,,,,,,N';
  const knots = (fixed.speed * metresPerSecondInKnots).toFixed(3);
  return `${fixed.course.toFixed(2)},T,,M,${knots},N,${(fixed.speed * 3.6).toFixed(3)},K,A`;
}

function gga(epoch: Epoch): string {
  const { fixed, satellites } = epoch;
  if (fixed === undefined) return `${clock(epoch)},,,,,0,00,99.99,,,,,,`;
  const used = String(satellites).padStart(2, '0');
  return `${clock(epoch)},${place(fixed)},1,${used},${fixed.hdop.toFixed(2)},${fixed.altitude.toFixed(1)},M,45.0,M,,`;
}

function gsa({ fixed, satellites }: Epoch): string {
  const ids = Array.from({ length: 12 }, (_, index) =>
    fixed === undefined || index >= satellites ? '' : number(index),
  );
  const dilutions =
    fixed === undefined ? '99.99,99.99,99.99' : `${fixed.pdop.toFixed(2)},${fixed.hdop.toFixed(2)},1.30`;
  return `A,${fixed === undefined ? 1 : 3},${ids.join(',')},${dilutions}`;
}

/** Four satellites a sentence. */
function gsv(satellites: number): string[] {
  const parts = Math.ceil(satellites / 4);
  return Array.from({ length: parts }, (_, part) => {
    const indices = Array.from({ length: Math.min(4, satellites - part * 4) }, (_unused, index) => part * 4 + index);
    const seen = indices.map(
      (index) => `${number(index)},${20 + index * 5},${String(index * 30).padStart(3, '0')},${30 + index}`,
    );
    return `${parts},${part + 1},${String(satellites).padStart(2, '0')},${seen.join(',')}`;
  });
}

function number(index: number): string {
  return String(index * 2 + 3).padStart(2, '0');
}

function place(fixed: Fixed | undefined): string {
  if (fixed === undefined) return ',,,';
  const { latitude, longitude } = fixed;
  return `${angle(latitude, 2)},${latitude < 0 ? 'S' : 'N'},${angle(longitude, 3)},${longitude < 0 ? 'W' : 'E'}`;
}

/** Counted in hundred-thousandths of a minute, so that 59.999999' becomes the next degree. */
function angle(degrees: number, width: number): string {
  const parts = Math.round(Math.abs(degrees) * 60 * 100_000);
  const whole = Math.floor(parts / 6_000_000);
  return `${String(whole).padStart(width, '0')}${((parts % 6_000_000) / 100_000).toFixed(5).padStart(8, '0')}`;
}

/** hhmmss.ss */
function clock({ time }: Epoch): string {
  return time === undefined ? '' : new Date(time).toISOString().slice(11, 22).replaceAll(':', '');
}

function date({ time }: Epoch, separator: string, yearDigits: number): string {
  if (time === undefined) return ['', '', ''].join(separator);
  const [year = '', month = '', day = ''] = new Date(time).toISOString().slice(0, 10).split('-');
  return [day, month, year.slice(-yearDigits)].join(separator);
}

function sum(body: string): string {
  const value = Buffer.from(body, 'latin1').reduce((all, byte) => all ^ byte, 0);
  return value.toString(16).toUpperCase().padStart(2, '0');
}
