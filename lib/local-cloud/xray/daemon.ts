import { createSocket, type Socket } from 'node:dgram';
import type { CloudLog } from '../core/log.ts';
import type { SegmentDocument } from '../core/segment.ts';
import { readDocument } from './check-document.ts';

/** What arrives while this process is busy waits here; the kernel may allow less. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** X-Ray's daemon, as Lambda runs one beside each function: takes documents by UDP, on this machine alone. */
export class Daemon {
  readonly #socket: Socket;
  #address = '';

  constructor(log: CloudLog, take: (document: SegmentDocument) => void) {
    this.#socket = createSocket({ type: 'udp4' });
    this.#socket.on('message', (datagram) => {
      const problem = receive(datagram.toString(), take);
      if (problem) log.warn(`X-Ray: a segment was not taken: ${problem}`);
    });
    this.#socket.on('error', (error) => log.warn(`X-Ray: no more segments are taken: ${String(error)}`));
    this.#socket.bind(0, '127.0.0.1', () => {
      this.#socket.setRecvBufferSize(BUFFER_BYTES);
      this.#address = `127.0.0.1:${this.#socket.address().port}`;
    });
    // The cloud lives as long as its endpoint does.
    this.#socket.unref();
  }

  /** `AWS_XRAY_DAEMON_ADDRESS`; empty as long as nothing listens there. */
  get address(): string {
    return this.#address;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

/** A line that says what follows, then the document. Answers what is wrong with it. */
function receive(datagram: string, take: (document: SegmentDocument) => void): string | undefined {
  const end = datagram.indexOf('\n');
  const header = datagram.slice(0, end);
  if (!/"format"\s*:\s*"json"/.test(header) || !/"version"\s*:\s*1\b/.test(header)) return 'no header of the daemon';
  const read = readDocument(datagram.slice(end + 1));
  if ('problem' in read) return read.problem.Message;
  take(read.document);
  return undefined;
}
