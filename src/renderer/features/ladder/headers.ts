/** What a line of a SIP message or of a session description is for, in one sentence each. */

const headers: Readonly<Record<string, string>> = {
  Via: 'One for each hop the request took; responses go back the same way. The branch names the transaction.',
  From: 'Who began the dialog. The tag is this side’s half of the dialog’s name.',
  To: 'Whom the request is for. The tag appears with the first answer and completes the dialog’s name.',
  'Call-ID': 'Shared by every message of this dialog; the trunk uses another one towards each party.',
  CSeq: 'Counts the requests of one side. A response repeats the number and method it answers.',
  Contact: 'Where the sender wants the next requests of this dialog: NOTIFY and BYE go there.',
  'Max-Forwards': 'Hops that are left before the request is given up as looping.',
  Route: 'Proxies that the request has to pass on its way.',
  'Record-Route': 'Proxies that want to stay on the path of this dialog.',
  'Content-Type': 'What the body is: a session description, or the status of a transfer.',
  'Content-Length': 'Size of the body in bytes.',
  Allow: 'Methods that the sender understands. Without REFER here it may not be transferable.',
  Supported: 'Extensions that the sender can use.',
  Require: 'Extensions that the other side has to understand, or else refuse.',
  Accept: 'Kinds of body that the sender can read.',
  'User-Agent': 'Software that sent the request.',
  Server: 'Software that sent the response.',
  'Refer-To': 'Whom to call: the target of the transfer.',
  'Referred-By': 'Who asked for the transfer.',
  Event: 'What the subscription is about. “refer” reports how a transfer goes on.',
  'Subscription-State': 'Whether more reports will follow; “terminated” is the last one, and says why.',
  Expires: 'Seconds for which the registration, subscription or invitation holds.',
  Replaces: 'The dialog whose place this call takes: how an attended transfer joins two calls.',
  Reason: 'Why the call was ended or cancelled.',
  'Retry-After': 'Seconds to wait before it makes sense to try again.',
  Warning: 'More about a refusal, for people.',
  'WWW-Authenticate': 'A challenge: send the request again with credentials.',
  'Proxy-Authenticate': 'A challenge from the trunk: send the request again with credentials.',
  Authorization: 'Credentials that answer a challenge; their secret part is hidden here.',
  'Proxy-Authorization': 'Credentials that answer the trunk’s challenge; their secret part is hidden here.',
  'P-Asserted-Identity': 'The caller’s number, as vouched for by the trunk.',
  'Remote-Party-ID': 'The caller’s number, in an older form.',
  'Session-Expires': 'The call ends if it is not refreshed within this many seconds.',
  'Min-SE': 'Shortest refresh interval that is accepted.',
  Privacy: 'Which identity must not be shown to the other side.',
  Diversion: 'Who forwarded the call before it came here.',
  Timestamp: 'When the request was sent; lets the sender measure the round trip.',
  Date: 'When the message was sent, by the sender’s clock.',
  Unsupported: 'Required extensions that the sender does not understand.',
  'User-to-User': 'Data that applications pass along with the call.',
};

const bodyLines: ReadonlyArray<readonly [start: RegExp, explanation: string]> = [
  [/^SIP\/2\.0 /, 'What the target answered so far: the news that this NOTIFY brings.'],
  [/^o=/, 'Who made the description; the last counter rises when it changes.'],
  [/^c=/, 'Address where the sender wants to receive the sound.'],
  [/^m=audio/, 'Port for the sound, and the codecs in order of preference.'],
  [/^a=rtpmap:/, 'The codec behind a payload number.'],
  [/^a=fmtp:/, 'Settings of a codec.'],
  [/^a=ptime:/, 'Milliseconds of sound in each packet.'],
  [/^a=sendrecv/, 'Sound flows both ways.'],
  [/^a=sendonly/, 'The sender only sends: the other side is on hold.'],
  [/^a=recvonly/, 'The sender only listens: the answer to being put on hold.'],
  [/^a=inactive/, 'No sound either way.'],
  [/^a=(ice|candidate)/, 'How the two ends find a network path to each other.'],
  [/^a=(fingerprint|setup)/, 'Keys that protect the sound.'],
  [/^a=rtcp/, 'Reports about the quality of the sound.'],
];

const byLowerCase = new Map(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]));

export function explainHeader(name: string): string | undefined {
  return byLowerCase.get(name.toLowerCase());
}

export function explainBodyLine(text: string): string | undefined {
  return bodyLines.find(([start]) => start.test(text))?.[1];
}
