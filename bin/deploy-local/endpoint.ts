/** The ends of host names that are AWS's own, in all of its partitions. */
const NAMES_OF_AWS = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'api.aws',
  'on.aws',
  'api.amazonwebservices.com.cn',
  'api.amazonwebservices.eu',
  'aws.amazon.com',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
];

/** What emulators take for credentials, and AWS never: nothing that we start can reach an account of anybody. */
export const INVENTED = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/** All that emulators make is in it: as `npm start` has it. */
export const REGION = 'us-east-1';

/** Where to deploy to. @throws Error with one sentence, unless the variable names something that is not AWS. */
export function endpointOf({ AWS_ENDPOINT_URL }: NodeJS.ProcessEnv): URL {
  if (!AWS_ENDPOINT_URL) {
    throw new Error(
      'AWS_ENDPOINT_URL is not set: without it this would go to AWS. Set it to where your emulator listens, ' +
        'such as http://127.0.0.1:4566.',
    );
  }
  const url = URL.parse(AWS_ENDPOINT_URL);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new Error(`AWS_ENDPOINT_URL is "${AWS_ENDPOINT_URL}": it has to be a URL such as http://127.0.0.1:4566.`);
  }
  // A name in capitals is made small by URL; a dot at its end means the same host.
  const host = url.hostname.replace(/\.$/, '');
  if (NAMES_OF_AWS.some((name) => host === name || host.endsWith(`.${name}`))) {
    throw new Error(
      `AWS_ENDPOINT_URL is ${url.host}, which is AWS: this deploys to emulators only (README: "To deploy").`,
    );
  }
  // SDKs put a bucket's name before the name of a host, but not before an address: `bucket.localhost` is no host.
  if (host === 'localhost') url.hostname = '127.0.0.1';
  return url;
}

/**
 * The variables for the CDK CLI: all services are asked at the endpoint, with invented credentials. What else could lead
 * elsewhere is taken away: endpoints of single services, profiles, and files that hold either.
 */
export function environmentFor(endpoint: URL, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(AWS|AMAZON|CDK)_/i.test(name));
  return {
    ...Object.fromEntries(kept),
    ...INVENTED,
    AWS_ENDPOINT_URL: endpoint.href.replace(/\/$/, ''),
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_CONFIG_FILE: `${import.meta.dirname}/no-such-file`,
    AWS_SHARED_CREDENTIALS_FILE: `${import.meta.dirname}/no-such-file`,
    AWS_EC2_METADATA_DISABLED: 'true',
    // It would be a process that outlives us, and that looks for a network.
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}
