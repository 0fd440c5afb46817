import { afterEach, beforeEach } from '@jest/globals';
import { AnsweringServer } from './answering-server.ts';

/** What is asked in the tests of this file: a new one for each. */
export let server: AnsweringServer;

beforeEach(async () => {
  server = await new AnsweringServer().start();
});

afterEach(() => server.stop());
