import { Lazy } from 'aws-cdk-lib';
import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { stageOf } from './stage.ts';

export interface SavedQueryProps {
  /** What people choose it by in the console, and `npm run logs -- saved` by. */
  name: string;
  /** Its commands, one a line. `{{order_id}}` stands for what is asked for when it is run. */
  query: string[];
  parameters?: string[];
  /** Without them the query is for all log groups of the stage, which are chosen when it is run. */
  logGroups?: () => ILogGroup[];
}

/** The most log groups that a query may name. */
const MOST_GROUPS = 50;

/** A query of CloudWatch Logs Insights, for whoever has to look at the logs in the night. Costs nothing until it is run. */
export class SavedQuery extends Construct {
  constructor(scope: Construct, id: string, { name, query, parameters, logGroups }: SavedQueryProps) {
    super(scope, id);
    new CfnQueryDefinition(this, 'Definition', {
      name: savedQueryName(stageOf(this), name),
      queryString: query.join(' | '),
      parameters: parameters?.map((parameter) => ({ name: parameter })),
      // Functions may still be added.
      logGroupNames:
        logGroups &&
        Lazy.list({
          produce: () =>
            logGroups()
              .slice(0, MOST_GROUPS)
              .map((group) => group.logGroupName),
        }),
    });
  }
}

/** Queries are listed by folder: each stage has its own. */
export function savedQueryName(stage: string, name: string): string {
  return `bazaar-${stage}/${name}`;
}
