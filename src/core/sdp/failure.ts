/** An offer or answer that can't be used; `status` is what a UAS answers to the request that carried it. */
class SdpFailure extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
    this.name = new.target.name;
  }
}

/** The peer offers no stream, codec or address family that we share. RFC 3261 §21.4.26. */
export class NoCommonCodec extends SdpFailure {
  constructor(detail: string) {
    super(488, detail);
  }
}

/** The text is not a session description, or breaks its rules. RFC 3261 §21.4.1. */
export class BadSdp extends SdpFailure {
  constructor(detail: string) {
    super(400, detail);
  }
}
