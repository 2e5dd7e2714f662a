//! The authenticator app that is being enrolled: its secret waits in memory for a first code.
//!
//! Owns at most one, so that a dialog left open elsewhere keeps none alive. It is wiped when it is proved,
//! replaced, or the line closes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tern_domain::UtcMillis;
use tern_domain::verification::{AuthenticatorSecret, OneTimeCode};
use tern_store::Holder;

/// The one under way.
#[derive(Default)]
pub(crate) struct Enrolments(Mutex<Option<(Holder, AuthenticatorSecret)>>);

impl Enrolments {
    fn open(&self) -> MutexGuard<'_, Option<(Holder, AuthenticatorSecret)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a secret; one that waited is wiped.
    pub(crate) fn begin(&self, holder: impl Into<Holder>, secret: AuthenticatorSecret) {
        *self.open() = Some((holder.into(), secret));
    }

    /// Wipes what waits.
    pub(crate) fn forget(&self) {
        *self.open() = None;
    }

    /// The secret and the step of its code, if it is this holder's and the code is right. It is handed out once.
    pub(crate) fn prove(
        &self,
        holder: impl Into<Holder>,
        code: &OneTimeCode,
        now: UtcMillis,
    ) -> Option<(AuthenticatorSecret, u64)> {
        let holder = holder.into();
        let mut waiting = self.open();
        let (_, secret) = waiting.as_ref().filter(|(whose, _)| *whose == holder)?;
        let step = secret.step_of(code, now, None)?;
        waiting.take().map(|(_, secret)| (secret, step))
    }
}
