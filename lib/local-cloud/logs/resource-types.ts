import { UnsupportedError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Resource, ResourceType } from '../core/service.ts';
import type { LogArns } from './log-arns.ts';
import type { LogStore } from './log-store.ts';
import { type MetricFilter, metricFilterOf } from './metric-filter.ts';
import { checkRetention } from './write-actions.ts';

interface Target {
  store: LogStore;
  filters: MetricFilter[];
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
        QueryString: 'there is no Logs Insights',
        LogGroupNames: 'there is no Logs Insights',
        Parameters: 'there is no Logs Insights',
        QueryLanguage: 'there is no Logs Insights',
      },
      create: ({ logicalId }) => ({ ref: logicalId, attributes: { QueryDefinitionId: logicalId } }),
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
      FieldIndexPolicies: 'there is no Logs Insights',
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
