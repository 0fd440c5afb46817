import { page } from '../core/page.ts';
import type { AnyOperation, Operation } from '../core/service.ts';
import type { Rule } from './model.ts';
import type { EventsState } from './state.ts';

export interface RuleInput {
  Name: string;
  EventBusName?: string;
}

interface PutRuleInput extends RuleInput {
  EventPattern?: string;
  ScheduleExpression?: string;
  State?: string;
  Description?: string;
  RoleArn?: string;
}

interface ListRulesInput {
  NamePrefix?: string;
  EventBusName?: string;
  NextToken?: string;
  Limit?: number;
}

interface ListByTargetInput extends Omit<ListRulesInput, 'NamePrefix'> {
  TargetArn: string;
}

/** PutRule and everything about rules but their targets. */
export function ruleOperations({ buses, rules, context }: EventsState): Record<string, AnyOperation> {
  const resources = ({ Name, EventBusName }: RuleInput) => [buses.ruleArn(Name, EventBusName)];

  const PutRule: Operation<PutRuleInput, { RuleArn: string }> = {
    accepts: {
      Name: true,
      EventBusName: true,
      EventPattern: true,
      ScheduleExpression: true,
      State: true,
      Description: true,
      RoleArn: true,
      Tags: 'tags have no effect here',
    },
    resources,
    run(input) {
      const rule = rules.put({
        name: input.Name,
        busName: input.EventBusName,
        eventPattern: input.EventPattern,
        scheduleExpression: input.ScheduleExpression,
        state: input.State,
        description: input.Description,
        roleArn: input.RoleArn,
      });
      return { RuleArn: rule.arn };
    },
  };

  const DescribeRule: Operation<RuleInput, object> = {
    accepts: { Name: true, EventBusName: true },
    resources,
    run: ({ Name, EventBusName }) => ({
      ...describe(buses.rule(Name, EventBusName)),
      CreatedBy: context.account.id,
    }),
  };

  // A rule that is not there is deleted as well as one that is.
  const DeleteRule: Operation<RuleInput, object> = {
    accepts: { Name: true, EventBusName: true, Force: 'there are no managed rules here' },
    resources,
    run({ Name, EventBusName }) {
      const rule = buses.get(EventBusName).rules.get(Name);
      if (rule) rules.delete(rule);
      return {};
    },
  };

  const switchTo = (state: 'ENABLED' | 'DISABLED'): Operation<RuleInput, object> => ({
    accepts: { Name: true, EventBusName: true },
    resources,
    run({ Name, EventBusName }) {
      rules.setState(buses.rule(Name, EventBusName), state);
      return {};
    },
  });

  const ListRules: Operation<ListRulesInput, object> = {
    accepts: { NamePrefix: true, EventBusName: true, NextToken: true, Limit: true },
    resources: ({ EventBusName }) => [buses.ruleArn('*', EventBusName)],
    run({ NamePrefix = '', EventBusName, NextToken, Limit }) {
      const matching = [...buses.get(EventBusName).rules.values()].filter(({ name }) => name.startsWith(NamePrefix));
      const { items, nextToken } = page(matching, Limit, NextToken);
      return { Rules: items.map(describe), NextToken: nextToken };
    },
  };

  const ListRuleNamesByTarget: Operation<ListByTargetInput, object> = {
    accepts: { TargetArn: true, EventBusName: true, NextToken: true, Limit: true },
    resources: ({ EventBusName }) => [buses.ruleArn('*', EventBusName)],
    run({ TargetArn, EventBusName, NextToken, Limit }) {
      const matching = [...buses.get(EventBusName).rules.values()].filter(({ targets }) =>
        [...targets.values()].some(({ Arn }) => Arn === TargetArn),
      );
      const { items, nextToken } = page(matching, Limit, NextToken);
      return { RuleNames: items.map(({ name }) => name), NextToken: nextToken };
    },
  };

  return {
    PutRule,
    DescribeRule,
    DeleteRule,
    EnableRule: switchTo('ENABLED'),
    DisableRule: switchTo('DISABLED'),
    ListRules,
    ListRuleNamesByTarget,
  };
}

function describe(rule: Rule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.eventPattern,
    ScheduleExpression: rule.scheduleExpression,
    State: rule.state,
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: rule.busName,
  };
}
