import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { whereToCall } from '../where-to-call.ts';
import { ask, type Row, type Span } from './insights.ts';

/** A line of a log: what a function has said of its work, or AWS of a function or of the saga. */
export interface Line {
  at: string;
  log_group: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a line says is up to who has written it
  said: Record<string, any>;
}

export interface Story {
  stage: string;
  id: string;
  /** Those of the requests that the lines with this id belong to. */
  correlation_ids: string[];
  lines: Line[];
}

const SHOWN = 'fields @timestamp, @log, @message | sort @timestamp asc';
/** An order that has been asked for a hundred times has a hundred of them; the first ones have made it what it is. */
const MOST_CORRELATION_IDS = 20;

/**
 * All that was logged about an order, a product, a message or a request, by all services: the lines that name the id,
 * and those of all that the same requests have led to.
 */
export async function storyOf(stage: string, id: string, span: Span): Promise<Story> {
  const client = new CloudWatchLogsClient(whereToCall());
  const linesWith = async (ids: string[]) => {
    const condition = ids.map((one) => `@message like ${JSON.stringify(one)}`).join(' or ');
    return (await ask(client, stage, { ...span, query: `filter ${condition} | ${SHOWN}` })).map(lineOf);
  };
  const named = await linesWith([id]);
  const correlation_ids = [...new Set(named.flatMap(({ said }) => correlationIdsOf(said)))];
  const others = correlation_ids.filter((one) => one !== id).slice(0, MOST_CORRELATION_IDS);
  const lines = others.length > 0 ? await linesWith([id, ...others]) : named;
  return { stage, id, correlation_ids, lines };
}

/** A batch is about many requests: which of them the id belongs to, its line does not say. */
function correlationIdsOf({ correlation_id, correlation_ids }: Line['said']): string[] {
  if (typeof correlation_id !== 'string' || correlation_ids) return [];
  return [correlation_id];
}

function lineOf({ '@timestamp': at = '', '@log': log = '', '@message': message = '' }: Row): Line {
  return { at, log_group: log.replace(/^\d+:/, ''), said: parsed(message) };
}

function parsed(message: string): Line['said'] {
  try {
    const said = JSON.parse(message);
    return typeof said === 'object' && said !== null ? said : { message };
  } catch {
    return { message };
  }
}
