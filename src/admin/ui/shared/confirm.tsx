import { useState } from 'preact/hooks';
import { Dialog } from './dialog.tsx';
import { messageOf } from './problem.ts';

interface ConfirmProps {
  title: string;
  /** What will happen. */
  consequence: string;
  /** What the button that does it says. */
  verb: string;
  act(): Promise<unknown>;
  onClose(): void;
}

/** Asks before something that cannot be taken back, and tells where it fails. */
export function Confirm({ title, consequence, verb, act, onClose }: ConfirmProps) {
  const [problem, setProblem] = useState('');
  const [isActing, setIsActing] = useState(false);
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{consequence}</p>
      <p class="field-problem" role="alert">
        {problem}
      </p>
      <div class="buttons">
        <button
          type="button"
          class="button danger"
          disabled={isActing}
          onClick={() => {
            setIsActing(true);
            act().then(onClose, (error: unknown) => {
              setIsActing(false);
              setProblem(messageOf(error));
            });
          }}
        >
          {verb}
        </button>
        <button type="button" class="button" onClick={onClose}>
          Leave it as it is
        </button>
      </div>
    </Dialog>
  );
}
