import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Check, Finding } from '../finding.ts';

const DAY_MS = 86_400_000;
/** Time enough to get another one. */
const SOON_MS = 14 * DAY_MS;

export const certificateCheck: Check = {
  part: 'Certificate',
  failure: 'wrong',
  async run({ config: { envoy }, now }) {
    const { certFile, keyFile } = envoy.tls;
    if (certFile === undefined || keyFile === undefined) {
      const detail =
        'a development certificate, which `gatehouse up` makes and renews; set envoy.tls for your own';
      return { state: 'ok', detail };
    }
    return judgeCertificate(await readFile(certFile, 'utf8'), await readFile(keyFile, 'utf8'), now);
  },
};

/** Of a chain the first certificate counts. @throws where one of them is no PEM */
export function judgeCertificate(chain: string, key: string, now: Date): Omit<Finding, 'part'> {
  const certificate = new X509Certificate(chain);
  const names = certificate.subjectAltName ?? certificate.subject;
  const until = certificate.validToDate.toISOString();
  if (!certificate.checkPrivateKey(createPrivateKey(key))) {
    const detail =
      'the key in envoy.tls.keyFile does not belong to envoy.tls.certFile: name the two that belong together.';
    return { state: 'wrong', detail };
  }
  if (certificate.validFromDate > now) {
    const from = certificate.validFromDate.toISOString();
    return { state: 'wrong', detail: `of ${names}: not valid before ${from}. See this machine's clock.` };
  }
  const leftMs = certificate.validToDate.getTime() - now.getTime();
  if (leftMs <= 0)
    return { state: 'wrong', detail: `of ${names}: expired ${until}. Replace envoy.tls.certFile.` };
  if (leftMs < SOON_MS) {
    const days = Math.floor(leftMs / DAY_MS);
    return {
      state: 'limited',
      detail: `of ${names}: expires in ${days} days, ${until}. Replace envoy.tls.certFile.`,
    };
  }
  return { state: 'ok', detail: `of ${names}, until ${until}` };
}
