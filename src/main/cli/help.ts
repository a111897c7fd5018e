/** What `--help` says below the options. */

const ready = `
The ready line carries the addresses, the token of the control API, the domain and the provider. SIP addresses are
for other machines, where the trunk listens for them: with listen.host 0.0.0.0 or :: that of the first interface, or
listen.advertise. http and ws are for this machine:
  {"event":"ready","sip":{"udp":"…","tcp":"…","tls":"…","ws":"…"},"http":"…","token":"…","domain":"…","provider":"…"}

With {"provider":"twilio"} in the configuration numbers may run TwiML (\`twiml\`, a URL), and +14155550199 is a demo
of <Refer>. Live calls take other TwiML at /api/calls/{id}/twiml, or by an API like Twilio's below /2010-04-01 with
twilio.accountSid and twilio.authToken. Requests to applications: /api/webhooks, notices: /api/notices. The events
\`webhook\` and \`notice\` tell of both. docs/TWILIO.md says more.`;

const exitStatus = `
Exit status: 0 stopped by SIGINT, SIGTERM or SIGHUP, 1 cannot start (a port in use), 2 wrong usage or configuration.`;

export const afterServe = `
The console opens in a window of Chrome, Chromium, Edge, Brave or Vivaldi, the first that is found or the one whose path
is in PATCHCORD_BROWSER, with a profile of its own and --allow-loopback-in-peer-connection: without that switch a browser
finds no way for sound where loopback is the only network that is up. Where there is none, the default browser opens, and
what is lost is said. With --no-open a browser of yours needs the same switch in that case; Firefox has
media.peerconnection.ice.loopback in about:config. The window closes with the trunk; the trunk does not stop with the
window.
${ready}
${exitStatus}`;

export const afterTrunk = `${ready}\n${exitStatus}`;

export const afterProgram = `
Each command has its own help, such as patchcord serve --help.
${exitStatus}`;
