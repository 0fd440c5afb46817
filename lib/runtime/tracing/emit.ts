import { createSocket, type Socket } from 'node:dgram';
import { optionalEnv } from '../config.ts';
import type { SegmentDocument } from './document.ts';
import { exportOtlp } from './otlp.ts';

/** How X-Ray's daemon is told what follows. */
const HEADER = '{"format":"json","version":1}\n';

let socket: Socket | undefined;

/**
 * Sends what is recorded to X-Ray's daemon, which Lambda runs beside the function, and to a collector of OpenTelemetry
 * where one is configured. Never fails: a trace that is lost must not cost a request.
 */
export async function emit(document: SegmentDocument): Promise<void> {
  try {
    const daemon = optionalEnv('AWS_XRAY_DAEMON_ADDRESS');
    if (daemon) sendToDaemon(daemon, document);
    const collector = optionalEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
    // A span is sent when it has ended, and then once.
    if (collector && !document.in_progress) await exportOtlp(collector, document);
  } catch {
    // Nobody is waiting for it.
  }
}

/** UDP: nothing is waited for. */
function sendToDaemon(address: string, document: SegmentDocument): void {
  const [, host = '', port = ''] = /([^:\s]+):(\d+)$/.exec(address) ?? [];
  socket ??= openSocket();
  socket.send(HEADER + JSON.stringify(document), Number(port), host);
}

function openSocket(): Socket {
  // The daemon's address is a number: to look it up would only put off the sending, perhaps until Lambda has frozen us.
  const opened = createSocket({ type: 'udp4', lookup: (host, _, found) => found(null, host, 4) });
  opened.on('error', () => {});
  return opened.unref();
}
