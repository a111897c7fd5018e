import { RTCDtlsTransport } from 'werift';

/** Makes the one DTLS certificate beforehand, which takes longer than anything else in answering a browser. */
export async function makeCertificate(): Promise<void> {
  await RTCDtlsTransport.SetupCertificate();
}
