import {
  CloudWatchLogsClient,
  DescribeQueryDefinitionsCommand,
  type QueryDefinition,
} from '@aws-sdk/client-cloudwatch-logs';
import { savedQueryName } from '#lib/infra/saved-query.ts';
import { whereToCall } from '../where-to-call.ts';
import { ask, type Row, type Span } from './insights.ts';

/** The saved queries of a stage by their names, without the folder. */
export async function savedQueries(stage: string): Promise<Map<string, QueryDefinition>> {
  const client = new CloudWatchLogsClient(whereToCall());
  const prefix = savedQueryName(stage, '');
  const { queryDefinitions = [] } = await client.send(
    new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix: prefix }),
  );
  return new Map(queryDefinitions.map((definition) => [definition.name?.slice(prefix.length) ?? '', definition]));
}

/** Runs a saved query. @param values of its parameters */
export async function runSaved(
  stage: string,
  name: string,
  { values, ...span }: Span & { values: Record<string, string> },
): Promise<Row[]> {
  const known = await savedQueries(stage);
  const saved = known.get(name);
  if (!saved) throw new Error(`There is no saved query "${name}". These are: ${[...known.keys()].join(', ')}`);
  const query = saved.queryString?.replaceAll(/\{\{(\w+)\}\}/g, (_, parameter: string) => {
    const value = values[parameter];
    if (!value) throw new Error(`The query wants to know a ${parameter}: --set ${parameter}=<value>`);
    return value.replaceAll(/["'\\]/g, '');
  });
  return ask(new CloudWatchLogsClient(whereToCall()), stage, {
    ...span,
    query: query ?? '',
    logGroupNames: saved.logGroupNames,
  });
}
