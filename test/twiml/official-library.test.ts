import { describe, expect, it } from 'vitest';
import twilio from 'twilio';
import { read } from './read.ts';

const { VoiceResponse } = twilio.twiml;

describe('documents built with the twilio package', () => {
  it('T3: a <Refer> whose URI carries headers', () => {
    const response = new VoiceResponse();
    const uri =
      'sip:alice@example.com?X-AcctNumber=123456&X-ReasonForCalling=billing&User-to-User=313233%3Bencoding%3Dhex';
    response.refer({ action: '/after?x=1&y=2', method: 'GET' }).sip({}, uri);
    expect(read(response.toString())).toEqual({
      verbs: [{ name: 'Refer', line: 1, action: '/after?x=1&y=2', method: 'GET', sip: uri }],
      warnings: [],
    });
  });

  it('every verb that is built', () => {
    const response = new VoiceResponse();
    response.say({ voice: 'Polly.Joanna', language: 'en-US', loop: 2 }, `Fish & "chips" <now> 'ere \u00E9\u{1F4DE}`);
    response.play({ loop: 3 }, 'https://example.com/a.wav?x=1&y=2');
    response.play({ digits: '12w#' });
    response.pause({ length: 4 });
    const gather = response.gather({
      input: ['dtmf'],
      action: '/keys',
      method: 'GET',
      timeout: 3,
      numDigits: 2,
      finishOnKey: '*',
      actionOnEmptyResult: true,
    });
    gather.say('Press two keys');
    gather.pause({ length: 1 });
    const dial = response.dial({
      action: '/dialled',
      timeout: 20,
      callerId: '+14155550100',
      referUrl: '/refer',
      referMethod: 'GET',
      hangupOnStar: true,
      timeLimit: 600,
      answerOnBridge: true,
    });
    dial.number({ sendDigits: '1', url: '/whisper' }, '+14155551234');
    dial.sip({ username: 'u', password: 'p' }, 'sip:agent@example.com?x-a=1&x-b=2');
    response.redirect({ method: 'GET' }, '/next');
    response.reject({ reason: 'busy' });
    response.hangup();

    const { verbs, warnings } = read(response.toString());
    expect(warnings).toEqual([]);
    expect(verbs).toMatchObject([
      {
        name: 'Say',
        text: `Fish & "chips" <now> 'ere \u00E9\u{1F4DE}`,
        voice: 'Polly.Joanna',
        language: 'en-US',
        loop: 2,
      },
      { name: 'Play', url: 'https://example.com/a.wav?x=1&y=2', loop: 3 },
      { name: 'Play', digits: '12w#' },
      { name: 'Pause', seconds: 4 },
      {
        name: 'Gather',
        action: '/keys',
        method: 'GET',
        timeoutSeconds: 3,
        numDigits: 2,
        finishOnKey: '*',
        actionOnEmptyResult: true,
        nested: [{ name: 'Say', text: 'Press two keys' }, { name: 'Pause' }],
      },
      {
        name: 'Dial',
        action: '/dialled',
        timeoutSeconds: 20,
        callerId: '+14155550100',
        referUrl: '/refer',
        referMethod: 'GET',
        hangupOnStar: true,
        timeLimitSeconds: 600,
        answerOnBridge: true,
        targets: [
          { kind: 'number', number: '+14155551234', sendDigits: '1', url: '/whisper' },
          { kind: 'sip', uri: 'sip:agent@example.com?x-a=1&x-b=2', username: 'u', password: 'p' },
        ],
      },
      { name: 'Redirect', url: '/next', method: 'GET' },
      { name: 'Reject', reason: 'busy' },
      { name: 'Hangup' },
    ]);
  });

  it('an empty response, and one with a comment', () => {
    const response = new VoiceResponse();
    expect(read(response.toString())).toEqual({ verbs: [], warnings: [] });
    response.comment('nothing to do yet');
    expect(response.toString()).toContain('<!--');
    expect(read(response.toString())).toEqual({ verbs: [], warnings: [] });
  });
});
