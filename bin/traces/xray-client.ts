import { LambdaClient } from '@aws-sdk/client-lambda';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '#lib/runtime/aws/signed-headers.ts';
import { whereToCall } from '../where-to-call.ts';

/** X-Ray's API (REST with JSON), with the credentials, the region and the address that the AWS CLI would take. */
export class XrayClient {
  // Only for what it knows of the account: the package of X-Ray's own client is not worth its place for three calls.
  readonly #account = new LambdaClient(whereToCall());

  /** Rejects with X-Ray's own words. */
  async call<Answer>(path: string, input: object): Promise<Answer> {
    const { credentials, region } = this.#account.config;
    const regionName = await region();
    const url = new URL(path, addressIn(regionName));
    const signer = new SignatureV4({ service: 'xray', region: regionName, credentials, sha256: Sha256 });
    const body = JSON.stringify(input);
    const { protocol, hostname, host, pathname } = url;
    const headers = { host, 'content-type': 'application/json' };
    const signed = await signer.sign({ method: 'POST', protocol, hostname, path: pathname, headers, body });
    const response = await fetch(url, { method: 'POST', headers: signed.headers, body });
    const answer = (await response.json().catch(() => ({}))) as Answer & { message?: string; Message?: string };
    if (response.ok) return answer;
    throw new Error(`X-Ray at ${host} answered ${response.status}: ${answer.message ?? answer.Message ?? 'no reason'}`);
  }
}

function addressIn(region: string): string {
  const { AWS_ENDPOINT_URL_XRAY, AWS_ENDPOINT_URL } = process.env;
  return AWS_ENDPOINT_URL_XRAY ?? AWS_ENDPOINT_URL ?? `https://xray.${region}.amazonaws.com`;
}
