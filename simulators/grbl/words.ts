/** One line of G-code as words; G and M may be repeated, the others not. */
export interface Words {
  readonly g: readonly number[];
  readonly m: readonly number[];
  readonly values: ReadonlyMap<string, number>;
}

const known = 'FGIJKLMNPRSTXYZ';

/** Reads a line that has lost its blanks and comments. Returns the number of the error if it cannot be read. */
export function readWords(line: string): Words | number {
  const g: number[] = [];
  const m: number[] = [];
  const values = new Map<string, number>();
  const rest = line.replaceAll(/([A-Z])([+-]?(?:\d+\.?\d*|\.\d+))/g, (_, letter: string, number: string) => {
    if (letter === 'G') g.push(Number(number));
    else if (letter === 'M') m.push(Number(number));
    else if (values.has(letter)) return '&';
    else values.set(letter, Number(number));
    return known.includes(letter) ? '' : '#';
  });
  if (rest === '') return { g, m, values };
  if (rest.startsWith('&')) return 25;
  if (rest.startsWith('#')) return 20;
  return /^[A-Z]/.test(rest) ? 2 : 1;
}

/** Modal groups: two commands of one group in a line are an error (GRBL 1.1, commands: "Modal Group"). */
const groups: readonly (readonly number[])[] = [
  [0, 1, 2, 3, 80],
  [54, 55, 56, 57, 58, 59],
  [17, 18, 19],
  [90, 91],
  [91.1],
  [93, 94],
  [20, 21],
  [40],
  [49],
  [4, 10, 53, 92, 92.1],
];

const machineGroups: readonly (readonly number[])[] = [
  [0, 1, 2, 30],
  [3, 4, 5],
  [7, 8, 9],
];

/** The number of the error in a line's commands, or 0. */
export function checkGroups({ g, m }: Words): number {
  return check(g, groups) || check(m, machineGroups);
}

function check(commands: readonly number[], all: readonly (readonly number[])[]): number {
  const seen = new Set<readonly number[]>();
  for (const command of commands) {
    const group = all.find((members) => members.includes(command));
    if (group === undefined) return 20;
    if (seen.has(group)) return 21;
    seen.add(group);
  }
  return 0;
}
