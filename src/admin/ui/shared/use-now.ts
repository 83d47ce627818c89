import { useEffect, useState } from 'preact/hooks';

/** The time in milliseconds since the epoch, anew every second, for ages that are shown. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
