import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** Debian's package is for Debian's Python, which need not be the first one on the path. */
const interpreters = ['python3', '/usr/bin/python3'];

/** A Python that has pyserial. */
export function findPyserial(): string | undefined {
  return interpreters.find((python) => spawnSync(python, ['-c', 'import serial.rfc2217']).status === 0);
}

/** pyserial's own server (`PortManager`) on a port that hears what is sent to it. Prints its TCP port first. */
const server = `
import socket, sys, threading, serial, serial.rfc2217
line = serial.serial_for_url('loop://', timeout=0.05)
listener = socket.socket()
listener.bind(('127.0.0.1', 0))
listener.listen(1)
print(listener.getsockname()[1], flush=True)
client, _ = listener.accept()
class Connection:
    def write(self, data):
        client.sendall(data)
manager = serial.rfc2217.PortManager(line, Connection())
def back():
    while True:
        data = line.read(line.in_waiting or 1)
        if data:
            client.sendall(b''.join(manager.escape(data)))
threading.Thread(target=back, daemon=True).start()
while True:
    data = client.recv(1024)
    if not data:
        break
    line.write(b''.join(manager.filter(data)))
    print(line.baudrate, line.bytesize, line.parity, line.stopbits, line.dtr, line.rts, flush=True)
`;

/** pyserial's own client: sends every byte value twice, and prints what comes back. */
const client = `
import sys, serial
port = serial.serial_for_url('rfc2217://127.0.0.1:' + sys.argv[1], baudrate=57600, parity='E', stopbits=2, timeout=3)
port.write(bytes(range(256)))
print(port.read(256).hex(), flush=True)
port.dtr = False
port.reset_input_buffer()
port.close()
`;

function run(python: string, script: string, args: readonly string[] = []) {
  const child = spawn(python, ['-c', script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout }) };
}

/** Starts the server; `told` is what it says of its port, the latest last. */
export async function pyserialServer(python: string): Promise<{ port: number; told: string[] }> {
  const { lines } = run(python, server);
  const [port] = (await once(lines, 'line')) as [string];
  const told: string[] = [];
  lines.on('line', (line) => told.push(line));
  return { port: Number(port), told };
}

/** Runs the client against a port; resolves with what it heard, as hexadecimal digits. */
export async function pyserialClient(python: string, port: number): Promise<string> {
  const { child, lines } = run(python, client, [String(port)]);
  const ended = once(child, 'exit');
  const [heard] = (await once(lines, 'line')) as [string];
  await ended;
  return heard;
}
