import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { AnyOperation } from '../core/service.ts';
import type { Dashboards } from './resource-types.ts';

/** The actions that read dashboards. Nothing draws them here. */
export function dashboardOperations(account: Account, dashboards: Dashboards): Record<string, AnyOperation> {
  // Dashboards are global: their ARNs name no region.
  const arn = (name: string) => `arn:aws:cloudwatch::${account.id}:dashboard/${name}`;
  return {
    GetDashboard: {
      resources: ({ DashboardName }: { DashboardName: string }) => [arn(DashboardName)],
      run: ({ DashboardName }: { DashboardName: string }) => {
        const dashboard = dashboards.get(DashboardName);
        if (!dashboard) throw new AwsError('DashboardNotFoundError', `Dashboard ${DashboardName} does not exist`, 404);
        return { DashboardArn: arn(DashboardName), DashboardBody: dashboard.body, DashboardName };
      },
    },
    ListDashboards: {
      resources: () => ['*'],
      run: ({ DashboardNamePrefix = '' }: { DashboardNamePrefix?: string }) => ({
        DashboardEntries: [...dashboards]
          .filter(([name]) => name.startsWith(DashboardNamePrefix))
          .map(([name, { body, modifiedAtMs }]) => ({
            DashboardName: name,
            DashboardArn: arn(name),
            LastModified: new Date(modifiedAtMs),
            Size: Buffer.byteLength(body),
          })),
      }),
    },
  };
}
