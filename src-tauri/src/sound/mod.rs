//! Sounds that Tern plays itself.
//!
//! Most notification services show a notification and leave out its sound, whatever name they are given for it. There
//! Tern plays one of its own on the desktop's usual device. A service that does play is left to it, and hears nothing
//! of this.

mod tones;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tern_app::dto::NotificationSound;

/// Plays one sound at a time.
#[derive(Clone, Default)]
pub(crate) struct Speaker {
    is_busy: Arc<AtomicBool>,
}

impl Speaker {
    /// Whether there is anything to play with.
    pub(crate) async fn is_there() -> bool {
        let looked = tokio::task::spawn_blocking(platform::is_there).await;
        looked.unwrap_or(false)
    }

    /// Begins to play. What begins while another sound is heard is left out: ten texts at once are one sound.
    /// Where nothing can be played nothing happens.
    pub(crate) fn play(&self, sound: NotificationSound) {
        if sound == NotificationSound::Silent || self.is_busy.swap(true, Ordering::AcqRel) {
            return;
        }
        let is_busy = Arc::clone(&self.is_busy);
        // Nobody waits for it: it ends with the sound, and its thread is the runtime's.
        drop(tokio::task::spawn_blocking(move || {
            if let Err(error) = platform::play(tones::wave(sound)) {
                tracing::info!(%error, "no sound could be played");
            }
            is_busy.store(false, Ordering::Release);
        }));
    }
}

/// Desktops whose notifications are mostly silent.
#[cfg(target_os = "linux")]
mod platform {
    use std::num::NonZero;
    use std::sync::mpsc;
    use std::time::Duration;

    use rodio::buffer::SamplesBuffer;
    use rodio::source::EmptyCallback;
    use rodio::{ChannelCount, DeviceSinkBuilder, DeviceSinkError, Player};

    use super::tones;

    const MONO: ChannelCount = ChannelCount::MIN;
    /// Longest that a sound may take on a device that stalls.
    const PATIENCE: Duration = Duration::from_secs(10);

    pub(super) fn is_there() -> bool {
        DeviceSinkBuilder::from_default_device().is_ok()
    }

    /// Plays to the end, in the thread that asks for it.
    pub(super) fn play(mut wave: Vec<f32>) -> Result<(), DeviceSinkError> {
        let builder = DeviceSinkBuilder::from_default_device()?;
        let builder = builder.with_error_callback(
            |error| tracing::info!(%error, "the sound device complains about a sound"),
        );
        let mut device = builder.open_stream()?;
        device.log_on_drop(false);
        // What a device has not played yet is lost when it is let go of: silence may be.
        wave.extend(std::iter::repeat_n(0.0, tones::RATE as usize / 2));
        let rate = NonZero::new(tones::RATE).unwrap_or(NonZero::<u32>::MIN);
        let player = Player::connect_new(device.mixer());
        player.append(SamplesBuffer::new(MONO, rate, wave));
        let (tell, told) = mpsc::channel();
        player.append(EmptyCallback::new(Box::new(move || {
            // Nobody listens any more once patience was lost.
            let _unheard = tell.send(());
        })));
        if told.recv_timeout(PATIENCE).is_err() {
            tracing::info!("the sound device took too long over a sound");
        }
        Ok(())
    }
}

/// Systems whose own notifications are heard.
#[cfg(not(target_os = "linux"))]
mod platform {
    use std::convert::Infallible;

    pub(super) const fn is_there() -> bool {
        false
    }

    pub(super) const fn play(_wave: Vec<f32>) -> Result<(), Infallible> {
        Ok(())
    }
}
