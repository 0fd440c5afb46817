import { describe, expect, test } from '@jest/globals';
import { fakeLogs } from './fake-cloud.ts';

const LINES = [
  { service: 'order', outcome: 'ok', duration_ms: 20, error: { name: 'Old' } },
  { service: 'order', outcome: 'NOT_FOUND', duration_ms: 5 },
  { service: 'payment', outcome: 'ProviderTimeout', duration_ms: 3000, order_id: 'o-1' },
  { service: 'payment', outcome: 'ok', duration_ms: 40, order_id: 'o-1' },
];

/** The rows of a query over two log groups, one line a second. */
async function ask(queryString: string, names: object = { logGroupNames: ['shop-order', 'shop-payment'] }) {
  const { logs, clock, run } = fakeLogs();
  const startMs = Math.floor(clock.now() / 1000) * 1000;
  for (const [index, line] of LINES.entries()) {
    logs.write(`shop-${line.service}`, 's', [{ timestamp: startMs + index * 1000, message: JSON.stringify(line) }]);
  }
  logs.write('other', 's', [{ timestamp: startMs, message: 'no JSON' }]);
  const times = { startTime: startMs / 1000, endTime: startMs / 1000 + 10 };
  const { queryId } = await run('StartQuery', { queryString, ...times, ...names });
  const { status, results } = await run('GetQueryResults', { queryId });
  expect(status).toBe('Complete');
  return results.map((row: { field: string; value: string }[]) =>
    Object.fromEntries(row.map(({ field, value }) => [field, value])),
  );
}

const outcomes = async (filter: string) =>
  (await ask(`fields outcome | filter ${filter} | sort @timestamp asc`)).map(
    ({ outcome }: { outcome: string }) => outcome,
  );

describe('a query of Logs Insights', () => {
  test('shows time and message, the newest first, where it says nothing', async () => {
    const [newest] = await ask('limit 1');

    expect(newest).toEqual({
      '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/),
      '@message': JSON.stringify(LINES[3]),
    });
  });

  test.each([
    ['outcome = "ok"', ['ok', 'ok']],
    ["outcome != 'ok'", ['NOT_FOUND', 'ProviderTimeout']],
    ['duration_ms > 10 and duration_ms <= 40', ['ok', 'ok']],
    ['outcome like /timeout/i or error.name = "Old"', ['ok', 'ProviderTimeout']],
    ['@message like "o-1"', ['ProviderTimeout', 'ok']],
    ['not ispresent(order_id)', ['ok', 'NOT_FOUND']],
    ['outcome not in ["ok", "NOT_FOUND"]', ['ProviderTimeout']],
    ['(service = "order" or service = "cart") and not (outcome = "ok")', ['NOT_FOUND']],
    ['nothing_of_the_kind != "x"', []],
  ])('keeps what fulfils %s', async (filter, expected) => {
    expect(await outcomes(filter)).toEqual(expected);
  });

  test('counts and measures by groups', async () => {
    const rows = await ask(
      'stats count(*) as lines, max(duration_ms) as slowest, pct(duration_ms, 50), avg(duration_ms) by service | sort lines desc, service asc',
    );

    expect(rows).toEqual([
      { service: 'order', lines: '2', slowest: '20', 'pct(duration_ms, 50)': '5', 'avg(duration_ms)': '12.5' },
      { service: 'payment', lines: '2', slowest: '3000', 'pct(duration_ms, 50)': '40', 'avg(duration_ms)': '1520' },
    ]);
  });

  test('counts by bins of time', async () => {
    const [bin] = await ask('stats count(*) as lines by bin(1h)');

    expect(bin).toMatchObject({ 'bin(1h)': expect.stringMatching(/:00:00\.000$/) });
  });

  test('finds its log groups by the beginnings of their names', async () => {
    const source = `SOURCE logGroups(namePrefix: ['shop-p', 'oth']) | stats count(*) as lines by @log`;

    const rows = await ask(`${source} | sort lines asc`, {});

    expect(rows).toEqual([
      { '@log': '000000000000:other', lines: '1' },
      { '@log': '000000000000:shop-payment', lines: '2' },
    ]);
  });

  test('reads events of its time only', async () => {
    const { logs, clock, run } = fakeLogs();
    logs.write('g', 's', [{ timestamp: clock.now() - 60_000, message: 'before' }]);
    const startTime = Math.floor(clock.now() / 1000);

    const input = { logGroupName: 'g', queryString: 'fields @message', startTime, endTime: startTime + 1 };
    const { queryId } = await run('StartQuery', input);

    expect((await run('GetQueryResults', { queryId })).results).toEqual([]);
  });

  test.each([
    ['parse @message "x *" as y', 'the command parse is not modelled locally'],
    ['filter outcome ~ 3', 'cannot be read'],
    ['filter outcome = ok', 'has to be a text in quotes'],
    ['stats median(duration_ms)', 'the function median is not modelled locally'],
  ])('is refused when it says %s', async (query, message) => {
    await expect(ask(query)).rejects.toMatchObject({
      code: 'MalformedQueryException',
      message: expect.stringContaining(message),
    });
  });

  test('has to name log groups that are there', async () => {
    await expect(ask('limit 1', {})).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await expect(ask('limit 1', { logGroupName: 'none' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
});

describe('a saved query', () => {
  test('comes from a template and can be listed', async () => {
    const { run, create } = fakeLogs();
    const QueryString = 'filter order_id = "{{order_id}}"';

    await create('QueryDefinition', { Name: 'shop/order', QueryString, Parameters: [{ Name: 'order_id' }] });

    const { queryDefinitions } = await run('DescribeQueryDefinitions', { queryDefinitionNamePrefix: 'shop/' });
    expect(queryDefinitions).toMatchObject([
      { name: 'shop/order', queryString: QueryString, parameters: [{ name: 'order_id' }] },
    ]);
  });

  test('that does not run here is refused', async () => {
    const { create } = fakeLogs();

    await expect(create('QueryDefinition', { Name: 'q', QueryString: 'unmask x' })).rejects.toThrow('unmask');
  });
});
