import { UnsupportedError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Resource, ResourceType } from '../core/service.ts';
import { stableUuid } from '../core/stable-id.ts';
import { parseQuery } from './insights-parser.ts';
import type { LogArns } from './log-arns.ts';
import type { LogStore } from './log-store.ts';
import { type MetricFilter, metricFilterOf } from './metric-filter.ts';
import type { QueryDefinition } from './query-actions.ts';
import { checkRetention } from './write-actions.ts';

interface Target {
  store: LogStore;
  filters: MetricFilter[];
  definitions: QueryDefinition[];
  clock: Clock;
  arns: LogArns;
}

/** The CloudFormation resources of CloudWatch Logs. */
export function logsResourceTypes(target: Target): ResourceType[] {
  return [
    logGroupType(target),
    {
      type: 'AWS::Logs::LogStream',
      properties: { LogGroupName: true, LogStreamName: true },
      create: (resource) => {
        const name = resource.properties.LogStreamName ?? resource.generatedName(512);
        target.store.createStream(resource.properties.LogGroupName, name);
        return { ref: name };
      },
    },
    metricFilterType(target),
    {
      type: 'AWS::Logs::ResourcePolicy',
      properties: {
        PolicyName: true,
        PolicyDocument: 'AWS services deliver their logs without asking',
        ResourceArn: 'AWS services deliver their logs without asking',
      },
      create: ({ properties, logicalId }) => ({ ref: properties.PolicyName ?? logicalId }),
    },
    {
      type: 'AWS::Logs::QueryDefinition',
      properties: {
        Name: true,
        QueryString: true,
        LogGroupNames: true,
        Parameters: { Name: true, DefaultValue: true, Description: true },
        QueryLanguage: true,
      },
      create: (resource) => {
        const definition = queryDefinitionOf(resource, target.clock);
        target.definitions.push(definition);
        const { queryDefinitionId } = definition;
        return { ref: queryDefinitionId, attributes: { QueryDefinitionId: queryDefinitionId } };
      },
    },
    {
      type: 'AWS::Logs::SubscriptionFilter',
      properties: {
        LogGroupName: true,
        FilterPattern: true,
        DestinationArn: true,
        RoleArn: true,
        FilterName: true,
        Distribution: true,
      },
      create: ({ stackName, logicalId }) => {
        throw new UnsupportedError(`${stackName}/${logicalId}: AWS::Logs::SubscriptionFilter is not modelled locally`);
      },
    },
  ];
}

function logGroupType({ store, arns }: Target): ResourceType {
  return {
    type: 'AWS::Logs::LogGroup',
    properties: {
      LogGroupName: true,
      RetentionInDays: true,
      KmsKeyId: 'logs are held in memory',
      LogGroupClass: 'classes differ in price',
      DataProtectionPolicy: 'nothing is masked',
      DeletionProtectionEnabled: 'nothing is kept',
      FieldIndexPolicies: 'queries read everything, and are fast enough',
      ResourcePolicyDocument: 'AWS services deliver their logs without asking',
      BearerTokenAuthenticationEnabled: 'there is no OTLP endpoint',
      Tags: 'tags have no effect locally',
    },
    create: (resource) => {
      const { properties } = resource;
      const name = properties.LogGroupName ?? resource.generatedName(512);
      const retention = properties.RetentionInDays === undefined ? undefined : Number(properties.RetentionInDays);
      if (retention !== undefined) checkRetention(retention);
      store.createGroup(name, retention);
      return { ref: name, attributes: { Arn: arns.group(name) } };
    },
  };
}

function metricFilterType({ store, filters, clock }: Target): ResourceType {
  return {
    type: 'AWS::Logs::MetricFilter',
    properties: {
      FilterName: true,
      FilterPattern: true,
      LogGroupName: true,
      MetricTransformations: {
        MetricName: true,
        MetricNamespace: true,
        MetricValue: true,
        DefaultValue: true,
        Dimensions: { Key: true, Value: true },
        Unit: true,
      },
      ApplyOnTransformedLogs: 'logs are not transformed',
    },
    create: (resource) => {
      const { FilterPattern, LogGroupName, FilterName, MetricTransformations } = resource.properties;
      store.group(LogGroupName);
      const name = FilterName ?? resource.generatedName(512);
      filters.push(
        metricFilterOf({
          name,
          group: LogGroupName,
          pattern: FilterPattern,
          createdAtMs: clock.now(),
          transformations: transformationsOf(MetricTransformations),
        }),
      );
      return { ref: name };
    },
  };
}

function transformationsOf(list: Resource['properties'][]): MetricFilter['transformations'] {
  return list.map((item) => ({
    MetricName: item.MetricName,
    MetricNamespace: item.MetricNamespace,
    MetricValue: String(item.MetricValue),
    ...(item.DefaultValue !== undefined && { DefaultValue: Number(item.DefaultValue) }),
    ...(item.Dimensions && { Dimensions: item.Dimensions }),
    ...(item.Unit && { Unit: item.Unit }),
  }));
}

/** A query that does not run here is refused with its stack, not when somebody is in need of it. */
function queryDefinitionOf({ stackName, logicalId, properties }: Resource, clock: Clock): QueryDefinition {
  const { Name, QueryString, LogGroupNames = [], QueryLanguage = 'CWLI', Parameters } = properties;
  const where = `${stackName}/${logicalId}`;
  if (QueryLanguage !== 'CWLI') throw new UnsupportedError(`${where}: ${QueryLanguage} is not modelled locally`);
  try {
    parseQuery(QueryString);
  } catch (cause) {
    throw new UnsupportedError(`${where}: ${(cause as Error).message}`, { cause });
  }
  const parameters = Parameters?.map((parameter: Resource['properties']) => ({
    name: parameter.Name,
    defaultValue: parameter.DefaultValue,
    description: parameter.Description,
  }));
  return {
    queryDefinitionId: stableUuid(`query ${where}`),
    name: Name,
    queryString: QueryString,
    logGroupNames: LogGroupNames,
    lastModified: clock.now(),
    queryLanguage: 'CWLI',
    ...(parameters && { parameters }),
  };
}
