import { startStack } from '../../../embedded/stack';

/** Starts the servers in the folder that is named, says their ids, and waits to be killed. */
async function main(): Promise<void> {
  const stack = await startStack({ home: process.argv[2] ?? '', ports: 'free', parts: ['temporal', 'mongo', 'mail'] });
  process.stdout.write(`${JSON.stringify(stack.parts.map(({ pid }) => pid))}\n`);
}

void main();
