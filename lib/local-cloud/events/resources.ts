import type { PolicyStatement, Resource, ResourceType } from '../core/service.ts';
import { createArchive } from './archive-operations.ts';
import { DEFAULT_BUS } from './buses.ts';
import type { Target } from './model.ts';
import type { EventsState } from './state.ts';
import { TARGET_SHAPE } from './target-operations.ts';

const NO_TAGS = 'tags have no effect here';
const UNENCRYPTED = 'events stay in the memory of this process, unencrypted';
const LONGEST_RULE_NAME = 64;
const LONGEST_ARCHIVE_NAME = 48;

/** The resource types of EventBridge. */
export function eventsResourceTypes(state: EventsState): ResourceType[] {
  return [eventBus(state), eventBusPolicy(state), rule(state), archive(state)];
}

function eventBus({ buses, context }: EventsState): ResourceType {
  return {
    type: 'AWS::Events::EventBus',
    properties: {
      Name: true,
      Description: true,
      Policy: true,
      DeadLetterConfig: 'it takes events that cannot be decrypted, and nothing is encrypted here',
      KmsKeyIdentifier: UNENCRYPTED,
      LogConfig: 'the bus writes no log of its own',
      Tags: NO_TAGS,
    },
    create({ properties }) {
      const { Name, Description, Policy } = properties;
      const bus = Name === DEFAULT_BUS ? buses.get(Name) : buses.create(Name, Description);
      if (Policy) context.iam.attachResourcePolicy(bus.arn, Policy);
      return { ref: bus.name, attributes: { Arn: bus.arn, Name: bus.name, Policy } };
    },
  };
}

function eventBusPolicy({ buses, context }: EventsState): ResourceType {
  return {
    type: 'AWS::Events::EventBusPolicy',
    properties: {
      EventBusName: true,
      StatementId: true,
      Statement: true,
      Action: true,
      Principal: true,
      Condition: { Key: true, Type: true, Value: true },
    },
    create({ properties }) {
      const bus = buses.get(properties.EventBusName);
      const Statement = statementOf(properties, bus.arn);
      context.iam.attachResourcePolicy(bus.arn, { Version: '2012-10-17', Statement });
      return { ref: `${bus.name}|${properties.StatementId}` };
    },
  };
}

// The older form of the policy names an account and a condition instead of a statement.
function statementOf(properties: Resource['properties'], busArn: string): PolicyStatement {
  const { StatementId: Sid, Statement, Action = 'events:PutEvents', Principal, Condition } = properties;
  if (Statement) return { Sid, ...Statement };
  const principal = Principal === '*' ? '*' : { AWS: Principal };
  const statement: PolicyStatement = { Sid, Effect: 'Allow', Principal: principal, Action, Resource: busArn };
  return Condition
    ? { ...statement, Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } } }
    : statement;
}

function rule({ rules, buses }: EventsState): ResourceType {
  return {
    type: 'AWS::Events::Rule',
    properties: {
      Name: true,
      Description: true,
      EventBusName: true,
      EventPattern: true,
      ScheduleExpression: true,
      State: true,
      RoleArn: true,
      Targets: TARGET_SHAPE,
      Tags: NO_TAGS,
    },
    create(resource) {
      const { properties } = resource;
      const created = rules.put({
        name: properties.Name ?? resource.generatedName(LONGEST_RULE_NAME),
        busName: properties.EventBusName,
        eventPattern: jsonText(properties.EventPattern),
        scheduleExpression: properties.ScheduleExpression,
        state: properties.State,
        description: properties.Description,
        roleArn: properties.RoleArn,
      });
      rules.putTargets(created, (properties.Targets ?? []).map(withNumbers));
      const onDefaultBus = buses.nameOf(properties.EventBusName) === DEFAULT_BUS;
      const ref = onDefaultBus ? created.name : `${created.busName}|${created.name}`;
      return { ref, attributes: { Arn: created.arn } };
    },
  };
}

function archive(state: EventsState): ResourceType {
  return {
    type: 'AWS::Events::Archive',
    properties: {
      ArchiveName: true,
      SourceArn: true,
      Description: true,
      EventPattern: true,
      RetentionDays: true,
      KmsKeyIdentifier: UNENCRYPTED,
    },
    create(resource) {
      const { ArchiveName, SourceArn, Description, EventPattern, RetentionDays } = resource.properties;
      const { settings } = createArchive(state, {
        ArchiveName: ArchiveName ?? resource.generatedName(LONGEST_ARCHIVE_NAME),
        EventSourceArn: SourceArn,
        Description,
        EventPattern: jsonText(EventPattern),
        RetentionDays: RetentionDays === undefined ? undefined : Number(RetentionDays),
      });
      return { ref: settings.name, attributes: { Arn: settings.arn, ArchiveName: settings.name } };
    },
  };
}

function jsonText(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

// Templates may write numbers as text.
function withNumbers(target: Target): Target {
  if (!target.RetryPolicy) return target;
  const numbers = Object.entries(target.RetryPolicy).map(([name, value]) => [name, Number(value)]);
  return { ...target, RetryPolicy: Object.fromEntries(numbers) };
}
