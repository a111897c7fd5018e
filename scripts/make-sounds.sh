#!/bin/sh
# Makes the sounds of the simulated phones: src/core/media/sounds/*.wav (8 kHz mono µ-law).
# Needs espeak-ng and sox. The results are committed; run this only to change them.
set -eu
sounds="$(cd "$(dirname "$0")/.." && pwd)/src/core/media/sounds"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# say NAME VOICE SPEED PITCH TEXT: a spoken line, trimmed, in telephone band and of even loudness
say() {
  espeak-ng -v "$2" -s "$3" -p "$4" -w "$work/$1.wav" "$5"
  sox "$work/$1.wav" -r 8000 -c 1 -e mu-law "$sounds/$1.wav" \
    silence 1 0.05 0.5% reverse silence 1 0.05 0.5% reverse \
    highpass 200 lowpass 3400 norm -4 pad 0.1 0.3
  printf -- '- `%s.wav`: "%s"\n' "$1" "$5" >>"$work/list"
}

say caller-hello en-us+f3 155 55 'Hello, this is Dana Reyes. I have a question about my invoice.'
say caller-chat  en-us+f3 155 55 'Could you connect me with billing, please? I will wait.'
say caller-thanks en-us+f3 155 55 'Thank you. That is all I needed.'
say billing-hello en-gb+m3 150 40 'Billing department, how can I help you?'
say night-desk-hello en-us+m1 145 35 'Night desk, good evening.'
say lab-hello en-gb+f2 150 50 'Laboratory, one moment please.'
say target-hello en-us+m3 150 45 'Hello, you have reached the transfer target.'
say echo-hello en-us+f2 150 50 'This is the echo test. You will hear what you say.'
say goodbye en-us+f2 150 50 'Goodbye.'

# Hold music: eight bars of 1.25 s, two calm voices; every note fades in and out, so the loop has no seam.
note() { # FREQUENCY SECONDS GAIN NAME
  sox -n -r 8000 -c 1 "$work/$4.wav" synth "$2" sine "$1" synth "$2" sine mix "$1" fade q 0.04 "$2" 0.25 gain "$3"
}
melody=''
bass=''
beat=0
for hz in 523.25 659.25 783.99 659.25 587.33 698.46 880 698.46 523.25 659.25 783.99 987.77 880 783.99 659.25 587.33; do
  note "$hz" 0.625 -20 "melody$beat"
  melody="$melody $work/melody$beat.wav"
  beat=$((beat + 1))
done
for hz in 261.63 220 293.66 246.94 261.63 329.63 220 196; do
  note "$hz" 1.25 -22 "bass$beat"
  bass="$bass $work/bass$beat.wav"
  beat=$((beat + 1))
done
sox $melody "$work/melody.wav"
sox $bass "$work/bass.wav"
sox -m "$work/melody.wav" "$work/bass.wav" -r 8000 -c 1 -e mu-law "$sounds/hold-music.wav" lowpass 3000 norm -14

{
  echo '# Sounds'
  echo
  echo 'What the simulated phones say, and the hold music. 8 kHz mono µ-law, as it goes on the wire.'
  echo 'Made by `scripts/make-sounds.sh` with espeak-ng and sox; the texts and the melody are our own.'
  echo
  cat "$work/list"
  echo '- `hold-music.wav`: ten seconds of a quiet melody that loops without a seam'
} >"$sounds/README.md"
