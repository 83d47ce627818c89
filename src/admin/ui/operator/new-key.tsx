import { CopyButton } from '../shared/copy-button.tsx';
import { Dialog } from '../shared/dialog.tsx';

/** A key's text, which nobody sees a second time. */
export function NewKeyDialog({ text, note, onClose }: { text: string; note: string; onClose(): void }) {
  return (
    <Dialog title="Keep this key now" onClose={onClose}>
      <p>It is shown this one time and kept nowhere. {note}</p>
      <output class="secret" id="new-key">
        {text}
      </output>
      <div class="buttons">
        <CopyButton text={text} of="the key" />
        <button type="button" class="button primary" onClick={onClose}>
          I have kept it
        </button>
      </div>
    </Dialog>
  );
}
