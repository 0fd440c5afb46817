import type { IncomingMessage } from 'node:http';

/** What a Lambda function can answer at most: others have no more to say to us either. */
const LARGEST_ANSWER_BYTES = 6 * 1024 * 1024;

/** The body of an answer. Rejects, and hangs up, when it is larger than any that we wait for: it would fill our memory. */
export async function boundedText(message: IncomingMessage, limitBytes = LARGEST_ANSWER_BYTES): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > limitBytes) throw new Error(`The answer has more than ${limitBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
