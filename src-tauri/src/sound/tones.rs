//! What Tern's own sounds are made of: a few tones that fade.

use std::f32::consts::TAU;

use tern_app::dto::NotificationSound;

/// Samples a second.
pub(super) const RATE: u32 = 48_000;
/// How loud the loudest moment is, of what is possible.
const PEAK: f32 = 0.45;
/// How long a tone takes to come up, in seconds: without it begins with a click.
const ATTACK: f32 = 0.006;
/// How long it takes to be gone at its end, in seconds.
const RELEASE: f32 = 0.03;

/// One tone.
struct Tone {
    /// When it begins, in seconds.
    at: f32,
    /// How long it is heard, in seconds.
    lasts: f32,
    hertz: f32,
    /// Against the others of its sound.
    loud: f32,
    /// How fast it fades: it is down to a third after `1 / fade` seconds.
    fade: f32,
    /// How often a second it swells; none = it does not.
    swells: f32,
}

const fn tone(at: f32, lasts: f32, hertz: f32, loud: f32, fade: f32) -> Tone {
    Tone {
        at,
        lasts,
        hertz,
        loud,
        fade,
        swells: 0.0,
    }
}

const fn ringing(at: f32, hertz: f32) -> Tone {
    Tone {
        at,
        lasts: 0.42,
        hertz,
        loud: 1.0,
        fade: 0.4,
        swells: 20.0,
    }
}

const MESSAGE: &[Tone] = &[
    tone(0.0, 0.16, 880.0, 1.0, 12.0),
    tone(0.11, 0.34, 1174.66, 1.0, 9.0),
];
/// A bell's overtones are no multiples of its tone.
const BELL: &[Tone] = &[
    tone(0.0, 1.1, 659.25, 1.0, 3.5),
    tone(0.0, 0.8, 1318.5, 0.4, 5.0),
    tone(0.0, 0.5, 1819.5, 0.25, 8.0),
];
const CHIME: &[Tone] = &[
    tone(0.0, 0.5, 523.25, 1.0, 5.0),
    tone(0.14, 0.5, 659.25, 1.0, 5.0),
    tone(0.28, 0.8, 783.99, 1.0, 4.0),
];
const RING: &[Tone] = &[
    ringing(0.0, 440.0),
    ringing(0.0, 480.0),
    ringing(0.62, 440.0),
    ringing(0.62, 480.0),
];
const WARNING: &[Tone] = &[
    tone(0.0, 0.2, 392.0, 1.0, 2.0),
    tone(0.0, 0.2, 1176.0, 0.3, 2.0),
    tone(0.26, 0.34, 311.13, 1.0, 2.0),
    tone(0.26, 0.34, 933.38, 0.3, 2.0),
];

/// A sound from its first to its last sample, on one channel; empty for none.
pub(super) fn wave(sound: NotificationSound) -> Vec<f32> {
    let tones = match sound {
        NotificationSound::Message => MESSAGE,
        NotificationSound::Bell => BELL,
        NotificationSound::Chime => CHIME,
        NotificationSound::Ring => RING,
        NotificationSound::Warning => WARNING,
        NotificationSound::Silent => &[],
    };
    let ends = |tone: &Tone| tone.at + tone.lasts;
    let lasts = tones.iter().map(ends).fold(0.0, f32::max);
    let moment = |sample: u32| sample as f32 / RATE as f32;
    let raw: Vec<f32> = (0..(lasts * RATE as f32) as u32)
        .map(|sample| tones.iter().map(|tone| tone.at(moment(sample))).sum())
        .collect();
    let loudest = raw
        .iter()
        .fold(0.0, |most: f32, value| most.max(value.abs()));
    let scale = PEAK / loudest.max(f32::EPSILON);
    raw.into_iter().map(|value| value * scale).collect()
}

impl Tone {
    /// How far out it is, so many seconds after the sound began.
    fn at(&self, seconds: f32) -> f32 {
        let (since, left) = (seconds - self.at, self.at + self.lasts - seconds);
        if since < 0.0 || left < 0.0 {
            return 0.0;
        }
        let edge = (since / ATTACK).min(left / RELEASE).min(1.0);
        let swell = 0.5 + 0.5 * (TAU * self.swells * since).cos();
        self.loud * edge * swell * (-self.fade * since).exp() * (TAU * self.hertz * since).sin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [NotificationSound; 5] = [
        NotificationSound::Message,
        NotificationSound::Bell,
        NotificationSound::Chime,
        NotificationSound::Ring,
        NotificationSound::Warning,
    ];

    #[test]
    fn q_7_every_sound_is_short_heard_and_without_a_click() {
        for sound in ALL {
            let wave = wave(sound);
            let seconds = wave.len() as f32 / RATE as f32;
            assert!((0.3..1.5).contains(&seconds), "{sound:?} lasts {seconds} s");
            let loudest = wave.iter().map(|value| value.abs()).fold(0.0, f32::max);
            assert!((0.3..0.5).contains(&loudest), "{sound:?}: {loudest}");
            for edge in [wave[0], *wave.last().unwrap()] {
                assert!(edge.abs() < 0.006, "{sound:?} has an edge of {edge}");
            }
        }
        assert!(wave(NotificationSound::Silent).is_empty());
    }

    #[test]
    fn q_7_no_two_sounds_are_the_same() {
        for (index, one) in ALL.iter().enumerate() {
            for other in &ALL[index + 1..] {
                assert_ne!(wave(*one), wave(*other), "{one:?} and {other:?}");
            }
        }
    }
}
