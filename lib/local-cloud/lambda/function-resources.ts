import { AwsError, UnsupportedError } from '../core/aws-error.ts';
import type { Resource, ResourceType } from '../core/service.ts';
import { checkDestination } from './delivery.ts';
import { readConfiguration } from './function-configuration.ts';
import { functionArn } from './function-name.ts';
import { LATEST, type LambdaFunction } from './lambda-function.ts';
import type { LambdaState } from './state.ts';
import { publishVersion } from './versions.ts';

const MAX_NAME_LENGTH = 64;

/** AWS::Lambda::Function. */
export function functionType(state: LambdaState): ResourceType {
  return {
    type: 'AWS::Lambda::Function',
    properties: {
      FunctionName: true,
      Description: true,
      Code: {
        S3Bucket: 'assets are read from the cloud assembly',
        S3Key: true,
        S3ObjectVersion: 'assets are read from the cloud assembly',
        ZipFile: true,
        SourceKMSKeyArn: 'assets are read from the cloud assembly',
      },
      Handler: true,
      Runtime: true,
      Role: true,
      Environment: { Variables: true },
      Timeout: true,
      MemorySize: true,
      ReservedConcurrentExecutions: true,
      Architectures: 'functions run on the processor of this machine',
      DeadLetterConfig: { TargetArn: true },
      TracingConfig: { Mode: true },
      LoggingConfig: { LogFormat: true, LogGroup: true, ApplicationLogLevel: true, SystemLogLevel: true },
      EphemeralStorage: 'functions write to the temporary directory of this machine',
      PackageType: true,
      Tags: true,
      VpcConfig: 'functions reach the network of this machine',
      KmsKeyArn: 'environment variables are kept in memory only',
      SnapStart: 'environments start from the code',
      RuntimeManagementConfig: 'functions run on the Node.js that runs the embedded cloud',
      CodeSigningConfigArn: 'code is not signed on its way from the cloud assembly',
      RecursiveLoop: 'loops are not detected',
    },
    create(resource) {
      const fn = createFunction(state, resource);
      state.functions.add(fn);
      return { ref: fn.name, attributes: { Arn: fn.arn } };
    },
  };
}

function createFunction(state: LambdaState, resource: Resource): LambdaFunction {
  const { properties } = resource;
  check(resource);
  const name = properties.FunctionName ?? resource.generatedName(MAX_NAME_LENGTH);
  const fn: LambdaFunction = {
    name,
    arn: functionArn(state.context.account, { name }),
    versions: new Map(),
    aliases: new Map(),
    eventInvokeConfigs: new Map(),
    reservedConcurrency: optionalNumber(properties.ReservedConcurrentExecutions),
    inFlight: 0,
    published: 0,
  };
  const origin = { functionName: name, functionArn: fn.arn, codeDirectory: codeDirectory(state, resource) };
  const now = state.context.clock.now();
  state.factory.createVersion(fn, LATEST, readConfiguration(properties, { ...origin, now }));
  return fn;
}

function check({ stackName, logicalId, properties }: Resource): void {
  const where = `${stackName}/${logicalId}`;
  if (properties.PackageType === 'Image' || !/^nodejs\d+\.x$/.test(properties.Runtime ?? '')) {
    const runtime = properties.Runtime ?? 'container image';
    throw new UnsupportedError(`${where}: the embedded cloud runs Node.js functions only, not ${runtime}.`);
  }
  if (!properties.Handler) throw new UnsupportedError(`${where}: the function has no Handler.`);
  checkDestination(`${where}: DeadLetterConfig`, properties.DeadLetterConfig?.TargetArn, ['sqs', 'sns']);
}

function codeDirectory(state: LambdaState, { stackName, logicalId, properties }: Resource): string {
  const { S3Key, ZipFile } = properties.Code ?? {};
  if (S3Key) return state.options.resolveAsset(S3Key);
  if (ZipFile) return state.inlineCode.write(ZipFile);
  throw new UnsupportedError(`${stackName}/${logicalId}: Code has neither S3Key nor ZipFile.`);
}

function optionalNumber(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** AWS::Lambda::Version: the function as it is now, frozen under a number. */
export function versionType(state: LambdaState): ResourceType {
  return {
    type: 'AWS::Lambda::Version',
    properties: {
      FunctionName: true,
      Description: true,
      CodeSha256: 'there is only one code to publish',
      ProvisionedConcurrencyConfig: 'environments start on demand and stay',
      RuntimePolicy: 'functions run on the Node.js that runs the embedded cloud',
    },
    create({ properties }) {
      const fn = state.functions.find(properties.FunctionName);
      const { version, isNew } = publishVersion(state, fn, properties.Description);
      if (!isNew) {
        const message = `A version for this Lambda function exists ( ${version} ). Modify the function to create a new version.`;
        throw new AwsError('AlreadyExists', message);
      }
      const arn = `${fn.arn}:${version}`;
      return { ref: arn, attributes: { Version: version, FunctionArn: arn } };
    },
  };
}

/** AWS::Lambda::Alias. */
export function aliasType(state: LambdaState): ResourceType {
  return {
    type: 'AWS::Lambda::Alias',
    properties: {
      FunctionName: true,
      FunctionVersion: true,
      Name: true,
      Description: true,
      RoutingConfig: { AdditionalVersionWeights: { FunctionVersion: true, FunctionWeight: true } },
      ProvisionedConcurrencyConfig: 'environments start on demand and stay',
    },
    create({ properties }) {
      const fn = state.functions.find(properties.FunctionName);
      const { version } = state.functions.resolve(fn.name, String(properties.FunctionVersion));
      const additional: { FunctionVersion: string; FunctionWeight: number }[] =
        properties.RoutingConfig?.AdditionalVersionWeights ?? [];
      fn.aliases.set(properties.Name, {
        name: properties.Name,
        description: properties.Description ?? '',
        version: version.version,
        weights: Object.fromEntries(additional.map((entry) => [entry.FunctionVersion, Number(entry.FunctionWeight)])),
      });
      const arn = `${fn.arn}:${properties.Name}`;
      return { ref: arn, attributes: { AliasArn: arn } };
    },
  };
}
