//! A sound server with one device that nobody hears, and a recording of everything that it plays.

use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use super::desktop::Desktop;
use crate::support::wait_until;

/// Samples a second of the recording.
const RATE: usize = 16_000;
/// Longest until something is heard on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Nothing plays without a sample beyond this.
const LOUD: u16 = 1_500;
/// A sound is over after so long without one.
const PAUSE: usize = RATE * 7 / 10;

/// Hears what a desktop plays.
pub(crate) struct Ear {
    recording: PathBuf,
}

impl Ear {
    /// Starts the sound server of a desktop and listens to it.
    pub(crate) fn listen(desktop: &mut Desktop) -> Self {
        let mut server = desktop.command("pulseaudio");
        server.args(["-n", "--daemonize=no", "--exit-idle-time=-1"]);
        server.args(["--use-pid-file=no", "-L"]);
        server.arg("module-null-sink sink_name=ear rate=48000 channels=1");
        server.args(["-L", "module-native-protocol-unix auth-anonymous=1"]);
        desktop.spawn(server);
        // As desktops with a sound server are set up.
        let usual = "pcm.!default pulse\nctl.!default pulse\n";
        fs::write(desktop.home().join(".asoundrc"), usual).expect("the usual device");
        wait_until(PATIENCE, "a sound server", || {
            desktop.run("pactl", &["info"]).contains("ear")
        });
        let recording = desktop.home().join("heard.raw");
        let mut recorder = desktop.command("parec");
        recorder.args(["--device=ear.monitor", "--raw", "--format=s16le"]);
        recorder.args(["--channels=1", "--latency-msec=50"]);
        recorder.arg(format!("--rate={RATE}")).arg(&recording);
        desktop.spawn(recorder);
        let ear = Self { recording };
        wait_until(PATIENCE, "the recording to begin", || ear.now() > 0);
        ear
    }

    /// How far the recording is, in samples.
    pub(crate) fn now(&self) -> usize {
        fs::metadata(&self.recording).map_or(0, |file| file.len() as usize / 2)
    }

    /// Waits for the next sound from there on, to its end; where it stands in the recording.
    pub(crate) fn next_sound(&self, from: usize) -> Range<usize> {
        let mut found = None;
        wait_until(PATIENCE, "a sound that ends", || {
            let samples = self.samples(from);
            let is_loud = |sample: &i16| sample.unsigned_abs() > LOUD;
            let Some(begin) = samples.iter().position(is_loud) else {
                return false;
            };
            let mut end = begin;
            for (at, sample) in samples.iter().enumerate().skip(begin) {
                if is_loud(sample) {
                    end = at;
                } else if at - end > PAUSE {
                    found = Some(from + begin..from + end);
                    return true;
                }
            }
            false
        });
        found.expect("it was waited for")
    }

    /// Asserts that nothing was heard in a part of the recording.
    pub(crate) fn assert_silence(&self, part: Range<usize>, when: &str) {
        let samples = self.samples(part.start);
        let loudest = samples[..part.len().min(samples.len())]
            .iter()
            .map(|sample| sample.unsigned_abs())
            .max();
        assert!(loudest.unwrap_or(0) <= LOUD, "heard {when}: {loudest:?}");
    }

    /// How much of a pitch there is in a part of the recording (Goertzel's measure), for comparing.
    pub(crate) fn much_of(&self, hertz: f64, part: &Range<usize>) -> f64 {
        let turn = 2.0 * (std::f64::consts::TAU * hertz / RATE as f64).cos();
        let samples = self.samples(part.start);
        let (mut last, mut before) = (0.0, 0.0);
        for sample in &samples[..part.len().min(samples.len())] {
            (last, before) = (f64::from(*sample) + turn * last - before, last);
        }
        (last * last + before * before - turn * last * before) / part.len() as f64
    }

    fn samples(&self, from: usize) -> Vec<i16> {
        let bytes = fs::read(&self.recording).expect("the recording");
        let bytes = bytes.get(from * 2..).unwrap_or_default();
        bytes
            .chunks_exact(2)
            .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
            .collect()
    }
}
