import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type ApiProblem, asProblem } from '../api/api-problem.ts';
import { ProblemNotice } from './problem-notice.tsx';

/** What is about to be done. */
export interface Confirmation {
  readonly title: string;
  /** What will happen. */
  readonly children: ComponentChildren;
  /** What else has to be said, above the reason. */
  readonly fields?: ComponentChildren;
  readonly label: string;
  readonly isGrave: boolean;
  readonly needsReason: boolean;
  /** Does it; a rejection is shown in the dialog. */
  readonly act: (reason: string) => Promise<unknown>;
  /** Called when it is done or given up. */
  readonly close: () => void;
}

/** Asks for confirmation and a reason; the browser keeps the focus inside and gives it back afterwards. */
export function ConfirmDialog({ title, children, fields, label, isGrave, needsReason, act, close }: Confirmation) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  useEffect(() => dialog.current?.showModal(), []);
  const confirm = async (event: Event) => {
    event.preventDefault();
    setIsBusy(true);
    try {
      await act(reason.trim());
      dialog.current?.close();
    } catch (error) {
      setProblem(asProblem(error));
      setIsBusy(false);
    }
  };
  return (
    <dialog
      ref={dialog}
      class="m-auto w-[min(32rem,calc(100vw-2rem))] rounded-box border border-base-300 bg-base-100 p-5 text-base-content"
      aria-labelledby="confirm-title"
      onClose={close}
    >
      <form class="grid gap-4" onSubmit={(event) => void confirm(event)}>
        <h2 id="confirm-title">{title}</h2>
        <p>{children}</p>
        {fields}
        <label class="grid gap-1">
          <span>Reason{needsReason ? '' : ' (optional)'}, kept in the history</span>
          <textarea
            class="textarea w-full"
            rows={2}
            maxLength={1000}
            required={needsReason}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        {problem && <ProblemNotice problem={problem} />}
        <div class="flex justify-end gap-2">
          <button type="button" class="btn btn-ghost" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class={`btn ${isGrave ? 'btn-error' : 'btn-primary'}`} disabled={isBusy}>
            {label}
          </button>
        </div>
      </form>
    </dialog>
  );
}
