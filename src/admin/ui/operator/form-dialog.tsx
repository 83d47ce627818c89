import type { ComponentChildren } from 'preact';
import { Dialog } from '../shared/dialog.tsx';
import { useSending } from './use-sending.ts';

interface FormDialogProps {
  title: string;
  /** What the button that sends says. */
  verb: string;
  /** Sends it; where that fails, the dialog says why and stays. */
  act(): Promise<unknown>;
  onClose(): void;
  /** The fields. */
  children: ComponentChildren;
}

/** A form in a dialog of its own. */
export function FormDialog({ title, verb, act, onClose, children }: FormDialogProps) {
  const { problem, isSending, send } = useSending();
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          send(act);
        }}
      >
        {children}
        <p class="field-problem" role="alert">
          {problem}
        </p>
        <div class="buttons">
          <button type="submit" class="button primary" disabled={isSending}>
            {verb}
          </button>
          <button type="button" class="button" onClick={onClose}>
            Close
          </button>
        </div>
      </form>
    </Dialog>
  );
}
