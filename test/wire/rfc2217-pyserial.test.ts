import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { serveRfc2217 } from '../../simulators/wire/rfc2217-server.ts';
import { rfc2217 } from '../../src/transport/index.ts';
import { needs } from '../support/needs.ts';
import { findPyserial, pyserialClient, pyserialServer } from './pyserial.ts';
import { everyByte, Heard, openBytes } from './support.ts';

const python = findPyserial() ?? '';
const ready = needs('pyserial', 'RFC 2217 against pyserial', { find: findPyserial });

describe.skipIf(!ready)('against pyserial, which nobody here wrote', () => {
  test('its server takes our settings, every byte and a purge', async () => {
    const { port, told } = await pyserialServer(python);
    const settings = { baudRate: 57_600, dataBits: 7, parity: 'odd', stopBits: 2, dtr: false, rts: true };
    const near = await openBytes(rfc2217, { host: '127.0.0.1', port, ...settings });
    const heard = new Heard(near);
    await near.write(everyByte);
    await vi.waitFor(() => expect(heard.bytes.toString('hex')).toBe(Buffer.from(everyByte).toString('hex')), 5000);
    expect(told.at(-1)).toBe('57600 7 O 2 False True');
    await near.discardOutput();
    expect(near.isOpen).toBe(true);
  }, 15_000);

  test('its client finds our far end to be a serial server', async () => {
    const server = await serveRfc2217();
    onTestFinished(() => server.close());
    server.onConnection((far) => far.onData((chunk) => void far.write(chunk)));
    expect(await pyserialClient(python, server.port)).toBe(Buffer.from(everyByte).toString('hex'));
    expect(server.settings).toMatchObject({ baudRate: 57_600, dataSize: 8, parity: 3, stopSize: 2, dtr: false });
    expect(server.settings.purges).toBeGreaterThan(0);
  }, 15_000);
});
