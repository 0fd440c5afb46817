import { INVENTED, REGION } from './endpoint.ts';
import { LACKS, type Lack } from './lacks.ts';

export interface Emulator {
  /** As people call it. */
  name: string;
  /** Whose account it plays, 12 digits. */
  account: string;
  region: string;
  /** What it cannot make of our templates. */
  lacks: Lack[];
}

/** An emulator on the same machine answers within milliseconds; one that is just starting may take its time. */
const PATIENCE_MS = 20_000;

/** The page that only this emulator has. MiniStack has LocalStack's too, so it is looked for first. */
const PAGES = [
  { path: '/_bazaar/health', name: 'embedded' },
  { path: '/_ministack/health', name: 'MiniStack' },
  { path: '/_localstack/health', name: 'LocalStack' },
] as const;

/** Finds out what answers there. @throws Error with one sentence if nothing does, or nothing to deploy to. */
export async function recognize(endpoint: URL): Promise<Emulator> {
  const name = await nameOf(endpoint);
  if (name === 'embedded') {
    throw new Error(
      `At ${endpoint.origin} there is "npm start", which hosts the templates by itself: there is nothing to deploy ` +
        'to it, and "npm test" runs the end-to-end suite on one.',
    );
  }
  return {
    name: name ?? 'an emulator',
    account: await accountOf(endpoint),
    region: REGION,
    lacks: LACKS[name ?? ''] ?? [],
  };
}

async function nameOf(endpoint: URL): Promise<string | undefined> {
  for (const { path, name } of PAGES) {
    const response = await ask(endpoint, path);
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    await response.body?.cancel();
    if (response.ok && isJson) return name;
  }
  return undefined;
}

/**
 * Whose account it plays. The question is signed by nobody: who answers it all the same is not AWS, whatever name it
 * was reached by.
 */
async function accountOf(endpoint: URL): Promise<string> {
  const scope = `${INVENTED.AWS_ACCESS_KEY_ID}/20260101/${REGION}/sts/aws4_request`;
  const response = await ask(endpoint, '/', {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
      'content-type': 'application/x-www-form-urlencoded',
      'x-amz-date': '20260101T000000Z',
    },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  });
  const account = /<Account>(\d{12})<\/Account>/.exec(await response.text())?.[1];
  if (account) return account;
  throw new Error(
    `${endpoint.origin} does not answer sts:GetCallerIdentity (status ${response.status}): it is no emulator of AWS that ` +
      'takes any credentials, and this deploys to no other.',
  );
}

async function ask(endpoint: URL, path: string, request: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(new URL(path, endpoint), { ...request, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (cause) {
    throw new Error(
      `Nothing answers at AWS_ENDPOINT_URL, ${endpoint.origin}. Start your emulator first (docs/emulators.md).`,
      { cause },
    );
  }
}
