//! The authenticator app that is being enrolled: its secret waits in memory for a first code.
//!
//! Owns at most one, so that a dialog left open elsewhere keeps none alive. It is wiped when it is proved,
//! replaced, or the line closes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tern_domain::verification::{AuthenticatorSecret, OneTimeCode};
use tern_domain::{PersonId, UtcMillis};

/// The one under way.
#[derive(Default)]
pub(crate) struct Enrolments(Mutex<Option<(PersonId, AuthenticatorSecret)>>);

impl Enrolments {
    fn open(&self) -> MutexGuard<'_, Option<(PersonId, AuthenticatorSecret)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a secret; one that waited is wiped.
    pub(crate) fn begin(&self, person: PersonId, secret: AuthenticatorSecret) {
        *self.open() = Some((person, secret));
    }

    /// Wipes what waits.
    pub(crate) fn forget(&self) {
        *self.open() = None;
    }

    /// The secret and the step of its code, if it is this person's and the code is right. It is handed out once.
    pub(crate) fn prove(
        &self,
        person: PersonId,
        code: &OneTimeCode,
        now: UtcMillis,
    ) -> Option<(AuthenticatorSecret, u64)> {
        let mut waiting = self.open();
        let (_, secret) = waiting.as_ref().filter(|(whose, _)| *whose == person)?;
        let step = secret.step_of(code, now, None)?;
        waiting.take().map(|(_, secret)| (secret, step))
    }
}
