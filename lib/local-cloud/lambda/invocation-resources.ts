import { UnsupportedError } from '../core/aws-error.ts';
import type { PolicyStatement, ResourceType } from '../core/service.ts';
import { stableUuid } from '../core/stable-id.ts';
import { checkDestination } from './delivery.ts';
import { readMapping, sourceKind } from './event-source-mapping.ts';
import { functionArn, parseFunctionName } from './function-name.ts';
import { LATEST } from './lambda-function.ts';
import type { LambdaState } from './state.ts';

/** AWS::Lambda::Permission: a statement of the resource policy of a function, version or alias. */
export function permissionType({ context, permissions }: LambdaState): ResourceType {
  return {
    type: 'AWS::Lambda::Permission',
    properties: {
      Action: true,
      FunctionName: true,
      Principal: true,
      SourceArn: true,
      SourceAccount: true,
      PrincipalOrgID: true,
      FunctionUrlAuthType: 'there are no function URLs',
      InvokedViaFunctionUrl: 'there are no function URLs',
    },
    create(resource) {
      const { properties } = resource;
      const Resource = functionArn(context.account, parseFunctionName(properties.FunctionName));
      const Sid = resource.generatedName();
      const statement = {
        Sid,
        Effect: 'Allow',
        Principal: readPrincipal(properties.Principal),
        Action: properties.Action,
        Resource,
        ...conditions(properties),
      } satisfies PolicyStatement;
      permissions.set(Resource, [...(permissions.get(Resource) ?? []), statement]);
      context.iam.attachResourcePolicy(Resource, { Version: '2012-10-17', Statement: [statement] });
      return { ref: Sid, attributes: { Id: Sid } };
    },
  };
}

function readPrincipal(principal: string): unknown {
  if (principal === '*') return '*';
  if (/\.amazonaws\.com(\.cn)?$/.test(principal)) return { Service: principal };
  return { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal };
}

function conditions(properties: Record<string, string>): Pick<PolicyStatement, 'Condition'> {
  const { SourceArn, SourceAccount, PrincipalOrgID } = properties;
  const equals = {
    ...(SourceAccount && { 'aws:SourceAccount': SourceAccount }),
    ...(PrincipalOrgID && { 'aws:PrincipalOrgID': PrincipalOrgID }),
  };
  const Condition = {
    ...(SourceArn && { ArnLike: { 'aws:SourceArn': SourceArn } }),
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
  };
  return Object.keys(Condition).length > 0 ? { Condition } : {};
}

/** AWS::Lambda::EventSourceMapping of SQS queues and DynamoDB streams. */
export function mappingType(state: LambdaState): ResourceType {
  return {
    type: 'AWS::Lambda::EventSourceMapping',
    properties: {
      EventSourceArn: true,
      FunctionName: true,
      Enabled: true,
      BatchSize: true,
      MaximumBatchingWindowInSeconds: true,
      FunctionResponseTypes: true,
      FilterCriteria: { Filters: { Pattern: true } },
      ScalingConfig: { MaximumConcurrency: true },
      StartingPosition: true,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: true,
      MaximumRecordAgeInSeconds: true,
      DestinationConfig: { OnFailure: { Destination: true } },
      ParallelizationFactor: 'the batches of a shard are processed one after the other',
      KmsKeyArn: 'filters are kept in memory only',
      MetricsConfig: 'mappings publish the metrics of their function',
      LoggingConfig: 'mappings write to the log of the embedded cloud',
      Tags: 'tags of mappings are not shown anywhere',
    },
    create({ stackName, logicalId, properties }) {
      const where = `${stackName}/${logicalId}`;
      const kind = sourceKind(properties.EventSourceArn);
      if (!kind)
        throw new UnsupportedError(`${where}: ${properties.EventSourceArn} is neither a queue nor a table's stream.`);
      const uuid = stableUuid(where);
      const mapping = readMapping(properties, { uuid, kind, now: state.context.clock.now() });
      checkDestination(`${where}: DestinationConfig.OnFailure`, mapping.stream?.onFailureArn, ['sqs', 'sns']);
      state.functions.resolve(mapping.functionName);
      state.mappings.add(mapping);
      const arn = state.context.account.arn('lambda', `event-source-mapping:${uuid}`);
      return { ref: uuid, attributes: { Id: uuid, EventSourceMappingArn: arn } };
    },
  };
}

const MAX_RETRIES = 2;
const SIX_HOURS_SECONDS = 21_600;

/** AWS::Lambda::EventInvokeConfig: what becomes of events that nobody waits for. */
export function eventInvokeConfigType({ functions }: LambdaState): ResourceType {
  return {
    type: 'AWS::Lambda::EventInvokeConfig',
    properties: {
      FunctionName: true,
      Qualifier: true,
      MaximumRetryAttempts: true,
      MaximumEventAgeInSeconds: true,
      DestinationConfig: { OnSuccess: { Destination: true }, OnFailure: { Destination: true } },
    },
    create({ stackName, logicalId, properties }) {
      const onSuccessArn: string | undefined = properties.DestinationConfig?.OnSuccess?.Destination;
      const onFailureArn: string | undefined = properties.DestinationConfig?.OnFailure?.Destination;
      for (const arn of [onSuccessArn, onFailureArn]) {
        checkDestination(`${stackName}/${logicalId}: DestinationConfig`, arn, ['sqs', 'sns', 'lambda', 'events']);
      }
      const fn = functions.find(properties.FunctionName);
      const qualifier = properties.Qualifier ?? LATEST;
      fn.eventInvokeConfigs.set(qualifier, {
        maximumRetryAttempts: Number(properties.MaximumRetryAttempts ?? MAX_RETRIES),
        maximumEventAgeSeconds: Number(properties.MaximumEventAgeInSeconds ?? SIX_HOURS_SECONDS),
        onSuccessArn,
        onFailureArn,
      });
      return { ref: `${fn.name}|${qualifier}` };
    },
  };
}
