import { jest } from '@jest/globals';
import type { Json } from '../setup/shop.ts';

/** Has the runtime's own code write as a function of the order service; to be called before it is imported. */
export function asFunction(level = 'INFO'): void {
  Object.assign(process.env, {
    SERVICE_NAME: 'order',
    FUNCTION_NAME: 'get-order',
    AWS_LAMBDA_LOG_LEVEL: level,
    MAX_RECEIVES: '5',
    _X_AMZN_TRACE_ID: 'Root=1-6b038cef-9044548b25dd437841bd8674;Parent=53995c3f42cd8ad8;Sampled=1',
  });
}

/** What is written to the log while `perform` runs, one text a line. */
export async function textsWrittenBy(perform: () => unknown): Promise<string[]> {
  const texts: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    texts.push(String(chunk));
    return true;
  });
  try {
    await perform();
  } finally {
    write.mockRestore();
  }
  return texts.map((text) => text.trimEnd());
}

export async function linesWrittenBy(perform: () => unknown): Promise<Json[]> {
  return (await textsWrittenBy(perform)).map((text) => JSON.parse(text));
}
