import { useState } from 'preact/hooks';

/** Puts a text into the clipboard. @param of what is copied, for who cannot see it */
export function CopyButton({ text, of }: { text: string; of: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      // There is no clipboard without TLS, but on localhost.
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('Select it and copy it yourself');
    }
  };
  return (
    <>
      <button type="button" class="button" onClick={copy}>
        Copy<span class="visually-hidden"> {of}</span>
      </button>
      <span role="status" class="said">
        {said}
      </span>
    </>
  );
}
