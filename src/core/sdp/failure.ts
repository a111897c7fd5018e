/** An offer or answer that can't be used; `status` is what a UAS answers to the request that carried it. */
class SdpFailure extends Error {
  readonly status: number;
  /** Warning code of the message (RFC 3261 §20.43). */
  readonly warning: number;

  constructor(status: number, message: string, warning: number) {
    super(message);
    this.status = status;
    this.warning = warning;
    this.name = new.target.name;
  }
}

/** The peer offers no stream, codec or address family that we share. RFC 3261 §21.4.26. */
export class NoCommonCodec extends SdpFailure {
  /** @param warning 301 address, 302 encryption or transport, 304 kind of media, 305 codec */
  constructor(detail: string, warning = 305) {
    super(488, detail, warning);
  }
}

/** The text is not a session description, or breaks its rules. RFC 3261 §21.4.1. */
export class BadSdp extends SdpFailure {
  constructor(detail: string) {
    super(400, detail, 399);
  }
}

/** Another WebRTC peer answers an offer that one has answered already: it needs an offer of its own. RFC 8829 §3.6. */
export class AnotherPeer extends SdpFailure {
  constructor() {
    super(488, 'another peer has answered this offer before', 399);
  }
}
