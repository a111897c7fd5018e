/** What a NOTIFY about a REFER says: the status line of a message/sipfrag body. RFC 3420, RFC 3515 §2.4.5. */
export interface Sipfrag {
  status: number;
  reason: string;
}

/** Reads the status line; headers and a body after it are allowed and ignored. */
export function parseSipfrag(body: string): Sipfrag | undefined {
  const match = /^SIP\/2\.0[ \t]+([1-6]\d\d)(?:[ \t]+([^\r\n]*))?(?:\r?\n|$)/i.exec(body.trimStart());
  return match ? { status: Number(match[1]), reason: (match[2] ?? '').trim() } : undefined;
}

export interface SubscriptionState {
  terminated: boolean;
  /** The `reason` parameter, e.g. `noresource`. */
  why?: string;
}

/** Reads a Subscription-State header. RFC 6665 §4.1.3. A missing one is taken for `active`. */
export function parseSubscriptionState(header: string | undefined): SubscriptionState {
  const [state = '', ...params] = (header ?? '').split(';').map((part) => part.trim());
  const why = params
    .find((param) => /^reason\s*=/i.test(param))
    ?.split('=')[1]
    ?.trim();
  return { terminated: state.toLowerCase() === 'terminated', ...(why ? { why } : {}) };
}

/** The CSeq number of the REFER that an Event header names; a first REFER need not be named. RFC 3515 §2.4.6. */
export function parseEventId(header: string | undefined): number | undefined {
  const id = /;\s*id\s*=\s*(\d{1,10})\s*(?:;|$)/i.exec(header ?? '')?.[1];
  return id === undefined ? undefined : Number(id);
}
