/** One sample of the text format of Prometheus (0.0.4). */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y;

/** Every sample; throws at a line that is none. */
export function samplesOf(text: string): MetricSample[] {
  const lines = text.split('\n').filter((each) => each !== '' && !each.startsWith('#'));
  return lines.map((each) => {
    const [, name, labels = '', value] = line.exec(each) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no sample: ${each}`);
    return { name, labels: labelsOf(labels), value: value === 'Nan' || value === 'NaN' ? NaN : numberOf(value, each) };
  });
}

/** The sum of what has these labels. */
export function valueOf(samples: readonly MetricSample[], name: string, labels: Record<string, string> = {}): number {
  const fitting = samples.filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  return fitting.reduce((sum, { value }) => sum + value, 0);
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  label.lastIndex = 0;
  while (label.lastIndex < text.length) {
    const [, name = '', value = ''] = label.exec(text) ?? [];
    if (name === '') throw new Error(`no labels: ${text}`);
    labels[name] = value.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
  }
  return labels;
}

function numberOf(text: string, each: string): number {
  const value = text === '+Inf' ? Infinity : Number(text);
  if (Number.isNaN(value)) throw new Error(`no number: ${each}`);
  return value;
}
