import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** `never`: there is none. `hangs up`: the connection ends without one. */
export type ServerAnswer =
  | 'never'
  | 'hangs up'
  | [status: number, body?: unknown, headers?: Record<string, string>]
  | ((request: IncomingMessage) => [status: number, body?: unknown]);

/** A server on a free port that answers as a test tells it to, and remembers what it was asked. */
export class AnsweringServer {
  readonly requests: IncomingMessage[] = [];
  /** Of the same requests. */
  readonly bodies: string[] = [];
  url = '';
  #answers: ((request: IncomingMessage, response: ServerResponse) => void)[] = [];
  readonly #server = createServer(async (request, response) => {
    this.requests.push(request);
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    this.bodies.push(await text(request).catch(() => ''));
    answer?.(request, response);
  });

  /** @param port where it was before, to come back there */
  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  /** Answers with each of these in turn, and with the last one from then on. */
  answers(...answers: ServerAnswer[]): void {
    this.#answers = answers.map((answer) => (request, response) => {
      if (answer === 'never') return;
      if (answer === 'hangs up') {
        response.destroy();
        return;
      }
      const [status, body = {}, headers = {}] = typeof answer === 'function' ? answer(request) : answer;
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
