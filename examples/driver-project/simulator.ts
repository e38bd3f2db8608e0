import type { SimulatorKind } from 'bellcrank/testing';

/** The thermometer, written from its manual: nothing of the driver's is in it. */
export const thermometerSimulator: SimulatorKind = {
  model: 'thermometer',
  options: { type: 'object', properties: {}, additionalProperties: false },
  create() {
    let celsius = 20;
    let offset = 0;
    const answerTo = (line: string): string => {
      if (line === 'WHO') return 'THERMOMETER';
      if (line === 'T') return `T ${(celsius + offset).toFixed(1)}`;
      const kelvin = Number(/^OFFSET (-?[\d.]+)$/.exec(line)?.[1] ?? NaN);
      if (!(Math.abs(kelvin) <= 5)) return 'NO more than 5 K';
      offset = kelvin;
      return 'OK';
    };
    return {
      wire: {
        shape: 'bytes',
        serve(far) {
          let input = '';
          far.onData((chunk) => {
            const lines = (input + Buffer.from(chunk).toString('latin1')).split('\n');
            input = lines.pop() ?? '';
            for (const line of lines) far.write(Buffer.from(`${answerTo(line)}\n`)).catch(() => {});
          });
        },
      },
      parts: [
        {
          name: 'main',
          state: {
            celsius: {
              schema: { type: 'number', unit: '°C' },
              get: () => celsius,
              set: (value: number) => void (celsius = value),
            },
            offset: { schema: { type: 'number', unit: 'K' }, get: () => offset },
          },
        },
      ],
      close() {},
    };
  },
};
