import { once } from 'node:events';
import { createServer } from 'node:net';

/** Looks at a port before anything is started, so that a second `npm start` ends at once and by the right name. */
export async function mustBeFree(variable: string, port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const problem = code === 'EADDRINUSE' ? 'is in use: stop what listens there or' : `cannot be opened (${code}):`;
    throw new Error(`Port ${port} ${problem} set ${variable} to another port, 0 for any free one.`, { cause });
  }
  server.close();
  await once(server, 'close');
}
