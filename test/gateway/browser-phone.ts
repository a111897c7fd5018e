import type { Page } from 'playwright-core';

/** What runs in the page: one call without any signalling of its own. */
interface PagePhone {
  connection: RTCPeerConnection;
  sender: RTCRtpSender;
  analyser: AnalyserNode;
  connectedAt: number;
}
declare global {
  interface Window {
    phone: PagePhone;
  }
}

/** A browser's end of a call, driven from the test. */
export class BrowserPhone {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** A page with the microphone open, ready to offer or answer. */
  static async open(page: Page): Promise<BrowserPhone> {
    await page.route('http://localhost/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<audio autoplay></audio>' }),
    );
    await page.goto('http://localhost/');
    await page.evaluate(async () => {
      const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
      const microphone = await navigator.mediaDevices.getUserMedia({ audio });
      const connection = new RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle' });
      const sender = connection.addTrack(microphone.getAudioTracks()[0]!, microphone);
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      analyser.fftSize = 8192;
      analyser.smoothingTimeConstant = 0;
      window.phone = { connection, sender, analyser, connectedAt: 0 };
      connection.addEventListener('connectionstatechange', () => {
        if (connection.connectionState === 'connected') window.phone.connectedAt = performance.now();
      });
      connection.addEventListener('track', ({ track }) => {
        const stream = new MediaStream([track]);
        document.querySelector('audio')!.srcObject = stream;
        context.createMediaStreamSource(stream).connect(analyser);
      });
      await context.resume();
    });
    return new BrowserPhone(page);
  }

  createOffer({ video = false } = {}): Promise<string> {
    return this.#page.evaluate(async (withVideo) => {
      const { connection } = window.phone;
      if (withVideo) connection.addTransceiver('video');
      await connection.setLocalDescription();
      if (connection.iceGatheringState !== 'complete') {
        await new Promise((done) => connection.addEventListener('icegatheringstatechange', done, { once: true }));
      }
      return connection.localDescription!.sdp;
    }, video);
  }

  async acceptAnswer(sdp: string): Promise<void> {
    await this.#page.evaluate(
      (answer) => window.phone.connection.setRemoteDescription({ type: 'answer', sdp: answer }),
      sdp,
    );
  }

  async answerOffer(sdp: string): Promise<string> {
    await this.#page.evaluate(
      (offer) => window.phone.connection.setRemoteDescription({ type: 'offer', sdp: offer }),
      sdp,
    );
    return this.createOffer();
  }

  async connected(): Promise<void> {
    await this.#page.waitForFunction(() => window.phone.connection.connectionState === 'connected');
  }

  /** Waits until the speaker plays this frequency louder than everything else. */
  async hears(hz: number): Promise<void> {
    await this.#page.waitForFunction((wanted) => {
      const { analyser } = window.phone;
      const levels = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(levels);
      const loudest = levels.indexOf(Math.max(...levels));
      const found = (loudest * analyser.context.sampleRate) / analyser.fftSize;
      return levels[loudest]! > -60 && Math.abs(found - wanted) < 15;
    }, hz);
  }

  async hearsNothing(): Promise<void> {
    await this.#page.waitForFunction(() => {
      const samples = new Float32Array(window.phone.analyser.fftSize);
      window.phone.analyser.getFloatTimeDomainData(samples);
      return samples.every((sample) => Math.abs(sample) < 0.003);
    });
  }

  async press(keys: string): Promise<void> {
    await this.#page.evaluate((digits) => window.phone.sender.dtmf!.insertDTMF(digits, 100, 70), keys);
  }

  async hold(held: boolean): Promise<void> {
    await this.#page.evaluate(
      (direction) => {
        window.phone.connection.getTransceivers()[0]!.direction = direction;
      },
      held ? ('sendonly' as const) : ('sendrecv' as const),
    );
  }

  /** Packets that the browser counts as received, and as lost. */
  received(): Promise<{ packets: number; lost: number }> {
    return this.#page.evaluate(async () => {
      const reports = [...(await window.phone.connection.getStats()).values()] as RTCInboundRtpStreamStats[];
      const inbound = reports.find((report) => report.type === 'inbound-rtp')!;
      return { packets: inbound.packetsReceived ?? 0, lost: inbound.packetsLost ?? 0 };
    });
  }

  async close(): Promise<void> {
    await this.#page.close();
  }
}
