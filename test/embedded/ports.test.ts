import { createServer } from 'node:net';
import { checkPorts, configuredPorts, freePorts } from '../../embedded/ports';

describe('the ports', () => {
  it('are those of the settings, else the usual ones', () => {
    expect(configuredPorts({ PORT: '8080', TEMPORAL_PORT: '' })).toEqual({
      ...{ web: 8080, workerHealth: 3001, webHealth: 3002, temporal: 7233, temporalUi: 8233, mongo: 27_117, smtp: 1025, inbox: 1080 },
    });
  });

  it('that are none, or are given twice, are all named with their settings', () => {
    expect(() => configuredPorts({ PORT: 'web', SMTP_PORT: '70000', INBOX_PORT: '7233' })).toThrow(
      [
        'PORT is "web": set it to a port between 1 and 65535.',
        'SMTP_PORT is "70000": set it to a port between 1 and 65535.',
        'TEMPORAL_PORT and INBOX_PORT are both 7233: set one to another port.',
      ].join('\n'),
    );
  });

  it.each(['127.0.0.1', '0.0.0.0'])('that are in use on %s are named with their settings', async (host) => {
    const ports = await freePorts();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(ports.mongo, host, resolve));
    try {
      await expect(checkPorts(ports, ['temporal', 'mongo'])).rejects.toThrow(
        `Port ${ports.mongo} is in use: end the program that listens there, or set MONGODB_PORT to a free port.`,
      );
      await expect(checkPorts(ports, ['temporal', 'web'])).resolves.toBeUndefined();
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('that are free are all different', async () => {
    const ports = Object.values(await freePorts());
    expect(new Set(ports).size).toBe(8);
  });
});
