import { useState } from 'preact/hooks';
import { type ApiProblem, asProblem } from '../../api/api-problem.ts';
import type { Webhook, WebhookTestAnswer } from '../../api/webhook-answers.ts';
import { api, inEnvironment } from '../../state/session.ts';
import { ProblemNotice } from '../problem-notice.tsx';

/** Sends a test and says what was answered; has a webhook that was disabled told again. */
export function WebhookButtons({
  webhook: { webhook, isEnabled },
  again,
}: {
  readonly webhook: Webhook;
  readonly again: () => void;
}) {
  const [isBusy, setIsBusy] = useState(false);
  const [answer, setAnswer] = useState<WebhookTestAnswer>();
  const [problem, setProblem] = useState<ApiProblem>();
  const post = async (verb: 'test' | 'enable') => {
    setIsBusy(true);
    setAnswer(undefined);
    setProblem(undefined);
    try {
      const path = inEnvironment(`/webhooks/${encodeURIComponent(webhook)}/${verb}`);
      const answered = await api.value?.call<WebhookTestAnswer>('POST', path);
      if (verb === 'test') setAnswer(answered?.body);
      again();
    } catch (error) {
      setProblem(asProblem(error));
    }
    setIsBusy(false);
  };
  return (
    <div class="grid justify-items-end gap-2">
      <div class="flex gap-2">
        {!isEnabled && (
          <button type="button" class="btn btn-primary btn-sm" disabled={isBusy} onClick={() => void post('enable')}>
            Enable {webhook}
          </button>
        )}
        <button type="button" class="btn btn-sm" disabled={isBusy} onClick={() => void post('test')}>
          Send {webhook} a test
        </button>
      </div>
      <output class={answer?.isAccepted === false ? 'text-error' : 'text-success'}>
        {answer && `${answer.isAccepted ? 'accepted' : 'not accepted'}: ${answer.outcome}`}
      </output>
      {problem && <ProblemNotice problem={problem} />}
    </div>
  );
}
