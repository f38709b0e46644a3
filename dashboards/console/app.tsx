import { useEffect, useState } from 'preact/hooks';
import { type ApiProblem, asProblem } from './api/api-problem.ts';
import { AuditPage } from './pages/audit.tsx';
import { FlagPage } from './pages/flag.tsx';
import { FlagsPage } from './pages/flags.tsx';
import { FleetPage } from './pages/fleet.tsx';
import { ModelPage } from './pages/model.tsx';
import { ModelsPage } from './pages/models.tsx';
import { RolloutPage } from './pages/rollout.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { WebhooksPage } from './pages/webhooks.tsx';
import { EmptyState } from './parts/empty-state.tsx';
import { ProblemNotice } from './parts/problem-notice.tsx';
import { Shell } from './parts/shell.tsx';
import { type Route, route } from './state/route.ts';
import { api, environment, environments, loadEnvironments, signOut } from './state/session.ts';

/** The whole console. */
export function App() {
  const [problem, setProblem] = useState<ApiProblem>();
  const current = api.value;
  const load = () => {
    if (current === null) return;
    setProblem(undefined);
    loadEnvironments(current).catch((error: unknown) => {
      const found = asProblem(error);
      setProblem(found);
      // A key that is no good is of no use to anybody; with too little scope it is good for something else.
      if (found.status === 401) signOut();
    });
  };
  useEffect(load, [current]);
  if (current === null) return <SignInPage problem={problem?.status === 401 ? problem : undefined} />;
  return (
    <Shell>
      {problem && <ProblemNotice problem={problem} again={load} />}
      {environments.value?.length === 0 && (
        <EmptyState title="No environment is open to you">
          Whoever looks after the users here can give you a role.
        </EmptyState>
      )}
      {environments.value !== null && environment.value !== '' && pageOf(route.value)}
    </Shell>
  );
}

function pageOf({ page, subject }: Route) {
  switch (page) {
    case 'flags':
      return subject === null ? <FlagsPage /> : <FlagPage key={subject} flag={subject} />;
    case 'models':
      return subject === null ? <ModelsPage /> : <ModelPage model={subject} />;
    case 'webhooks':
      return <WebhooksPage />;
    case 'audit':
      return <AuditPage />;
    default:
      return subject === null ? <FleetPage /> : <RolloutPage rollout={subject} />;
  }
}
