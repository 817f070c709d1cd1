import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { reasonOf, StackFault } from './fault';

/** The ports of the stack: the setting that names each, what it is by default, and what listens there. */
export const portSettings = {
  web: { setting: 'PORT', fallback: 3000 },
  workerHealth: { setting: 'WORKER_HEALTH_PORT', fallback: 3001 },
  webHealth: { setting: 'WEB_HEALTH_PORT', fallback: 3002 },
  temporal: { setting: 'TEMPORAL_PORT', fallback: 7233 },
  temporalUi: { setting: 'TEMPORAL_UI_PORT', fallback: 8233 },
  mongo: { setting: 'MONGODB_PORT', fallback: 27_117 },
  smtp: { setting: 'SMTP_PORT', fallback: 1025 },
  inbox: { setting: 'INBOX_PORT', fallback: 1080 },
} as const;

export type PortName = keyof typeof portSettings;
export type Ports = Readonly<Record<PortName, number>>;

const portNames = Object.keys(portSettings) as PortName[];
const inPortOrder = (port: (name: PortName, index: number) => number): Ports =>
  Object.fromEntries(portNames.map((name, index) => [name, port(name, index)])) as Ports;

/** @throws StackFault naming every setting that is not a port, or is the same as another */
export function configuredPorts(env: NodeJS.ProcessEnv): Ports {
  const ports = inPortOrder((name) => Number(env[portSettings[name].setting] || portSettings[name].fallback));
  const faults = portNames.flatMap((name, index) => {
    const { setting } = portSettings[name];
    const port = ports[name];
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      return `${setting} is "${env[setting] ?? ''}": set it to a port between 1 and 65535.`;
    }
    const same = portNames.slice(0, index).find((other) => ports[other] === port);
    if (same === undefined) return [];
    return `${portSettings[same].setting} and ${setting} are both ${port}: set one to another port.`;
  });
  if (faults.length > 0) throw new StackFault(faults.join('\n'));
  return ports;
}

/** Below these and above the well-known ones the system gives no port to whoever connects. */
const quietPorts = [10_000, 32_000] as const;

/**
 * Ports that nothing listens on now. Not those that the system would choose: it gives them to connections, too, also to
 * those that look for a part that is away, and the part could not come back.
 */
export async function freePorts(): Promise<Ports> {
  const listenSomewhere = (): ReturnType<typeof listen> => listen(randomInt(...quietPorts)).catch(listenSomewhere);
  const servers = await Promise.all(portNames.map(listenSomewhere));
  const ports = servers.map((server) => server.port);
  await Promise.all(servers.map((server) => server.close()));
  return inPortOrder((_name, index) => ports[index] ?? 0);
}

/** @throws StackFault with a line for each of the ports that cannot be listened on */
export async function checkPorts(ports: Ports, names: readonly PortName[]): Promise<void> {
  const faults = await Promise.all(
    names.map(async (name) => {
      const port = ports[name];
      const { setting } = portSettings[name];
      // A listener on all addresses does not everywhere keep another from binding loopback, so first ask who answers.
      if (await answers(port)) {
        return `Port ${port} is in use: end the program that listens there, or set ${setting} to a free port.`;
      }
      try {
        await (await listen(port)).close();
        return [];
      } catch (error) {
        return `Port ${port} cannot be listened on (${reasonOf(error)}): set ${setting} to a free port.`;
      }
    }),
  );
  const lines = faults.flat();
  if (lines.length > 0) throw new StackFault(lines.join('\n'));
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, end(false)).on('connect', end(true)).on('error', end(false));
  });
}

function listen(port: number): Promise<{ port: number; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        close: () => new Promise((closed) => server.close(() => closed())),
      });
    });
  });
}
