import { ListRulesCommand, ListTargetsByRuleCommand, type Rule, type Target } from '@aws-sdk/client-eventbridge';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { parameterName } from '#lib/infra/names.ts';
import type { Operator } from './operator.ts';

export interface DeployedRule {
  name: string;
  arn: string;
  busName: string;
  isEnabled: boolean;
  /** JSON; none of a rule that goes by the clock. */
  pattern?: string;
  targets: RuleTarget[];
}

export interface RuleTarget {
  targetArn: string;
  deadLetterArn?: string;
}

/** That of the account, on which AWS says what it does: it is not archived. */
export const DEFAULT_BUS = 'default';

/** An id that a stack of the stage has left for others. */
export async function readParameter({ parameters, stage }: Operator, service: string, id: string): Promise<string> {
  const Name = parameterName(stage, service, id);
  const { Parameter } = await parameters.send(new GetParameterCommand({ Name })).catch((cause) => {
    throw new Error(`the parameter ${Name} cannot be read (${cause.name}): is there a stage ${stage} here?`, { cause });
  });
  return Parameter?.Value ?? '';
}

/** The rules of the stage: all of its own bus, and those on the account's bus that its stacks have made. */
export async function deployedRules(operator: Operator): Promise<DeployedRule[]> {
  const busName = await readParameter(operator, 'platform', 'bus-name');
  const own = await rulesOn(operator, { EventBusName: busName });
  const others = await rulesOn(operator, { EventBusName: DEFAULT_BUS, NamePrefix: `Bazaar-${operator.stage}-` });
  return Promise.all([...own, ...others].map((rule) => withTargets(operator, rule)));
}

async function rulesOn({ events }: Operator, input: { EventBusName: string; NamePrefix?: string }): Promise<Rule[]> {
  const rules: Rule[] = [];
  let NextToken: string | undefined;
  do {
    const page = await events.send(new ListRulesCommand({ ...input, NextToken }));
    rules.push(...(page.Rules ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return rules;
}

async function withTargets({ events }: Operator, rule: Rule): Promise<DeployedRule> {
  const { Name = '', Arn = '', EventBusName = DEFAULT_BUS, EventPattern, State } = rule;
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name, EventBusName }));
  return {
    name: Name,
    arn: Arn,
    busName: EventBusName,
    isEnabled: State !== 'DISABLED',
    pattern: EventPattern,
    targets: Targets.map(toTarget),
  };
}

function toTarget({ Arn = '', DeadLetterConfig }: Target): RuleTarget {
  return { targetArn: Arn, deadLetterArn: DeadLetterConfig?.Arn };
}
