import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import type { SegmentDocument } from '#lib/runtime/tracing/document.ts';
import { eventually } from './eventually.ts';

/** Takes what functions send to X-Ray's daemon, in the test's own process. */
export class XrayDaemon {
  readonly headers: string[] = [];
  readonly documents: SegmentDocument[] = [];
  readonly #socket: Socket = createSocket('udp4');

  /** Resolves to `AWS_XRAY_DAEMON_ADDRESS`. */
  async start(): Promise<string> {
    this.#socket.on('message', (datagram) => {
      const [header = '', ...document] = datagram.toString().split('\n');
      this.headers.push(header);
      this.documents.push(JSON.parse(document.join('\n')));
    });
    await new Promise<void>((resolve) => this.#socket.bind(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#socket.address() as AddressInfo).port}`;
  }

  /** The documents of a trace, as soon as there are so many. */
  received(count: number, traceId?: string): Promise<SegmentDocument[]> {
    return eventually(async () => {
      const found = this.documents.filter(({ trace_id }) => !traceId || trace_id === traceId);
      return found.length >= count && found;
    });
  }

  stop(): void {
    this.#socket.close();
  }
}
