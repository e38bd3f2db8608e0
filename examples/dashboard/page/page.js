import { CommandUnknown, connect } from './bellcrank/client/index.js';

const show = (id, text) => (document.getElementById(id).textContent = text);
// Without a URL it is the server that the page came from, which passes everything below /v1 on.
const supply = connect().device('psu-1');
const words = { connecting: 'connecting …', open: '', lost: 'connection lost: this may be old' };

async function set(volts) {
  show('outcome', '…');
  try {
    await supply.commands.setVoltage({ volts });
    show('outcome', 'set');
  } catch (error) {
    const lead = error instanceof CommandUnknown ? 'nobody knows whether it is set: ' : 'not set: ';
    show('outcome', lead + error.message);
  }
}

document.getElementById('set').addEventListener('submit', (event) => {
  event.preventDefault();
  void set(event.target.volts.valueAsNumber);
});

// It connects anew by itself, and goes on where it was.
for await (const { value, unit, quality } of supply.properties.measuredVoltage.watch({
  onState: (state) => show('connection', words[state]),
})) {
  show('volts', quality === 'good' ? `${value} ${unit}` : `${value} ${unit} (${quality})`);
}
