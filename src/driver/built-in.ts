/** The one command that every device with a connection has: bytes or a message as they are. No model may use its name. */
export const rawCommand = 'raw';
