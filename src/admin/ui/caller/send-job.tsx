import { useState } from 'preact/hooks';
import { messageOf } from '../shared/problem.ts';
import type { Caller } from './caller.ts';

/** Sends a prompt as a job. @param onSent gets its id */
export function SendJob({ caller, onSent }: { caller: Caller; onSent(jobId: string): void }) {
  const [prompt, setPrompt] = useState('');
  const [problem, setProblem] = useState('');
  const [isSending, setIsSending] = useState(false);
  const send = async () => {
    setIsSending(true);
    setProblem('');
    try {
      const answer = await caller.send('/claude/invoke', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ prompt }),
      });
      const { jobId } = (await answer.json()) as { jobId: string };
      setPrompt('');
      onSent(jobId);
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setIsSending(false);
    }
  };
  return (
    <form
      class="send-job"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="field">
        <label for="prompt">Send a job</label>
        <textarea
          id="prompt"
          rows={2}
          required
          value={prompt}
          placeholder="Say hello in five words."
          onInput={({ currentTarget }) => setPrompt(currentTarget.value)}
        />
      </div>
      <button type="submit" class="button primary" disabled={isSending}>
        Send
      </button>
      <p class="field-problem" role="alert">
        {problem}
      </p>
    </form>
  );
}
