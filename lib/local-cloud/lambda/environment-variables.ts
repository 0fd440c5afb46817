import type { Credentials } from '../core/service.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

export interface EnvironmentFacts {
  configuration: FunctionConfiguration;
  version: string;
  logStream: string;
  region: string;
  credentials: Credentials;
  endpointUrl: string;
  xrayDaemonAddress?: string;
}

/** The whole `process.env` of an execution environment: nothing of the host's own gets in. */
export function environmentVariables(facts: EnvironmentFacts): Record<string, string> {
  return { ...defaults(facts), ...facts.configuration.environment, ...reserved(facts) };
}

/** What the function's own variables may replace. */
function defaults(facts: EnvironmentFacts): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: facts.endpointUrl,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
    ...xray(facts.xrayDaemonAddress),
  };
}

function xray(address: string | undefined): Record<string, string> {
  if (!address) return {};
  const [host = '', port = ''] = address.split(':');
  return { AWS_XRAY_DAEMON_ADDRESS: address, _AWS_XRAY_DAEMON_ADDRESS: host, _AWS_XRAY_DAEMON_PORT: port };
}

/** What Lambda sets itself and nobody may replace. */
function reserved({
  configuration,
  version,
  logStream,
  region,
  credentials,
}: EnvironmentFacts): Record<string, string> {
  return {
    _HANDLER: configuration.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: configuration.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMb),
    // Powertools tells a cold start by it.
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_LOG_FORMAT: configuration.logging.format,
    ...(configuration.logging.format === 'JSON' && { AWS_LAMBDA_LOG_LEVEL: configuration.logging.applicationLevel }),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    LAMBDA_TASK_ROOT: configuration.codeDirectory,
  };
}
