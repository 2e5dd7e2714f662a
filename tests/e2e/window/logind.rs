//! The system's log-in service, as far as Tern listens to it: it tells when the machine goes to sleep.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use zbus::blocking::{Connection, connection};
use zbus::zvariant::OwnedFd as SentFd;

use crate::support::wait_until;

const PATIENCE: Duration = Duration::from_secs(40);
const PATH: &str = "/org/freedesktop/login1";

/// The service.
pub(crate) struct Logind {
    connection: Connection,
    held_up: Arc<AtomicU32>,
}

struct Watched {
    held_up: Arc<AtomicU32>,
    ends: Mutex<Vec<UnixStream>>,
}

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Watched {
    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> zbus::fdo::Result<SentFd> {
        let failed = |error: std::io::Error| zbus::fdo::Error::Failed(error.to_string());
        let (ours, theirs) = UnixStream::pair().map_err(failed)?;
        self.ends
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(ours);
        if (what, mode) == ("sleep", "delay") {
            self.held_up.fetch_add(1, Ordering::SeqCst);
        }
        Ok(OwnedFd::from(theirs).into())
    }
}

impl Logind {
    /// Offers the service on this bus.
    pub(crate) fn start(bus: &str) -> Self {
        let held_up = Arc::<AtomicU32>::default();
        let manager = Watched {
            held_up: Arc::clone(&held_up),
            ends: Mutex::default(),
        };
        let connection = connection::Builder::address(bus)
            .and_then(|builder| builder.serve_at(PATH, manager))
            .and_then(|builder| builder.name("org.freedesktop.login1"))
            .and_then(connection::Builder::build)
            .expect("a log-in service on the bus");
        Self {
            connection,
            held_up,
        }
    }

    /// Waits until a program wants to be told before the machine sleeps.
    pub(crate) fn wait_until_asked(&self) {
        wait_until(PATIENCE, "sleep is held up", || {
            self.held_up.load(Ordering::SeqCst) > 0
        });
    }

    /// Tells that the machine is about to sleep.
    pub(crate) fn sleep(&self) {
        self.connection
            .emit_signal(
                None::<&str>,
                PATH,
                "org.freedesktop.login1.Manager",
                "PrepareForSleep",
                &true,
            )
            .expect("a signal");
    }
}
