//! Enrolling users: soft PIN, authenticator, lock (L-5 … L-14). Slow hashes are made off the runtime and outside
//! any transaction.

use qrcode::{Color, EcLevel, QrCode};
use secrecy::ExposeSecret as _;
use tern_domain::verification::{
    AuthenticatorSecret, OneTimeCode, SecondFactor, SoftPin, SoftPinRefusal, UnlinkCause,
    Verification, VerificationRefusal, VerificationState, plan_authenticator, plan_logout,
    plan_pin, plan_reset, plan_unlock,
};
use tern_domain::{
    Actor, Address, AggregateRef, DirectoryContext, EventBody, IdSource, PersonDetails, PersonId,
    PersonKind, Plan, UtcMillis, verification_words,
};
use tern_engine::EdgeIds;
use tern_store::{
    Applied, EnvelopeError, RecordedEvent, StoreError, WriteTx, draw_authenticator, draw_soft_pin,
    hash_pin, is_pin,
};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::people::parse_person;
use super::topics::read;
use crate::app::App;
use crate::dto::{
    ConfirmEnrolment, EnrolledPerson, EnrolmentBegun, GeneratedPin, LockedNumber, LockedNumberRef,
    LockedPerson, PersonRef, SetSoftPin, VerificationEvent, VerificationView,
};
use crate::error::{ApiError, ErrorCode};
use crate::line::Desk;
use crate::words;

/// Who asks an authenticator app for codes.
const ISSUER: &str = "Tern";
/// Events shown.
const MOST_EVENTS: u32 = 50;
/// Locked people shown.
const MOST_LOCKED: u32 = 500;
/// Enrolled people read at a time.
const ENROLLED_AT_ONCE: u32 = 500;

impl App {
    /// How a person can prove who they are.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for nobody.
    pub async fn verification_view(
        &self,
        request: PersonRef,
    ) -> Result<VerificationView, ApiError> {
        let person = parse_person(&request.person_id)?;
        let desk = self.desk()?;
        let beholder = self.beholder(&desk).await?;
        let (state, events) = desk
            .store
            .read(move |conn| {
                Ok((
                    conn.load_verification_state(person)?,
                    conn.list_events_of(&AggregateRef::Person(person), MOST_EVENTS)?,
                ))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let name = |actor: &Actor| match actor {
            Actor::Agent(agent) => beholder.name_of(*agent),
            _ => "Tern".to_owned(),
        };
        let history = events.iter().filter_map(|event| told(event, &name));
        let verification = &state.verification;
        let now = desk.now();
        let second = read(&desk).await?.agent.chat.second_factor;
        Ok(VerificationView {
            code_by_text: second == SecondFactor::Sms,
            pin_since: verification.pin_set_at.map(|at| at.0),
            authenticator_since: verification.authenticator.as_ref().map(|it| it.since.0),
            locked_until: verification.lockout.locked_at(now).map(|until| until.0),
            wrong_entries: u32::try_from(verification.lockout.wrong.len()).unwrap_or(u32::MAX),
            missing: missing(&state).to_owned(),
            history: history.collect(),
        })
    }

    /// Draws a secret for an authenticator app. It is kept in memory until a first code proves it.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for somebody who is no user.
    pub async fn begin_enrolment(&self, request: PersonRef) -> Result<EnrolmentBegun, ApiError> {
        let person = parse_person(&request.person_id)?;
        let desk = self.desk()?;
        let state = self.enrollable(&desk, person).await?;
        let secret = draw_authenticator().map_err(|_| ApiError::internal())?;
        let account = state.details.map(|it| it.name).unwrap_or_default();
        let begun = enrolment_begun(&secret, &account)?;
        desk.enrolments.begin(person, secret);
        Ok(begun)
    }

    /// Enrols the authenticator app whose first code is right.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for a code that is none, or another one's.
    pub async fn confirm_enrolment(
        &self,
        request: ConfirmEnrolment,
    ) -> Result<VerificationView, ApiError> {
        let person = parse_person(&request.person_id)?;
        let typed = Zeroizing::new(request.code);
        let desk = self.desk()?;
        let code = OneTimeCode::parse(&typed).map_err(|refusal| words::invalid(&refusal))?;
        let Some((secret, step)) = desk.enrolments.prove(person, &code, desk.now()) else {
            return Err(not_that_code());
        };
        let sealed = desk.store.authenticators().seal(person, &secret);
        let sealed = sealed.map_err(|_| ApiError::internal())?;
        self.change_verification(&desk, person, move |_, state, ctx, ids| {
            Ok(plan_authenticator(state, sealed, step, ctx, ids).map(|plan| vec![plan]))
        })
        .await?;
        self.view_of(person).await
    }

    /// Sets the PIN that a user chose (L-6 … L-9).
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] with what to change.
    pub async fn set_soft_pin(&self, request: SetSoftPin) -> Result<VerificationView, ApiError> {
        let person = parse_person(&request.person_id)?;
        let (typed, repeated) = (Zeroizing::new(request.pin), Zeroizing::new(request.repeat));
        if *typed != *repeated {
            return Err(words::invalid(&SoftPinRefusal::NotRepeated));
        }
        let pin = SoftPin::parse(&typed).map_err(|refusal| words::invalid(&refusal))?;
        let desk = self.desk()?;
        if !self.keep_pin(&desk, person, &pin, false).await? {
            return Err(words::invalid(&SoftPinRefusal::UsedBefore));
        }
        self.view_of(person).await
    }

    /// Draws a PIN, sets it and shows it this once.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for somebody who is no user.
    pub async fn generate_soft_pin(&self, request: PersonRef) -> Result<GeneratedPin, ApiError> {
        let person = parse_person(&request.person_id)?;
        let desk = self.desk()?;
        loop {
            let pin = draw_soft_pin().map_err(|_| ApiError::internal())?;
            if self.keep_pin(&desk, person, &pin, true).await? {
                return Ok(GeneratedPin {
                    pin: pin.expose().to_owned(),
                    verification: self.view_of(person).await?,
                });
            }
        }
    }

    /// Takes PIN and authenticator away, ends a lock and unlinks the user's numbers (L-11, L-13).
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] when there is nothing to reset.
    pub async fn reset_verification(
        &self,
        request: PersonRef,
    ) -> Result<VerificationView, ApiError> {
        let person = parse_person(&request.person_id)?;
        let desk = self.desk()?;
        desk.enrolments.forget();
        self.change_verification(&desk, person, move |tx, state, ctx, ids| {
            let mut plans = match plan_reset(state, ctx, ids) {
                Ok(plan) => vec![plan],
                Err(refusal) => return Ok(Err(refusal)),
            };
            for profile in tx.list_profiles_of(person)? {
                if tx.find_account_link(profile.id)?.is_some() {
                    let identity = tx.load_identity_state(profile.channel, &profile.address)?;
                    let actor = Actor::Agent(ctx.agent);
                    let cause = UnlinkCause::Reset;
                    plans.push(plan_logout(&identity, cause, actor, ctx.now, ids));
                }
            }
            Ok(Ok(plans))
        })
        .await?;
        self.view_of(person).await
    }

    /// Ends a lock (L-12); for administrators.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for anybody else, and when nothing is locked.
    pub async fn unlock_verification(
        &self,
        request: PersonRef,
    ) -> Result<VerificationView, ApiError> {
        let person = parse_person(&request.person_id)?;
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        self.change_verification(&desk, person, move |_, state, ctx, ids| {
            Ok(plan_unlock(state, ctx, ids).map(|plan| vec![plan]))
        })
        .await?;
        self.view_of(person).await
    }

    /// Who is locked; for administrators.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for anybody else.
    pub async fn list_locked(&self) -> Result<Vec<LockedPerson>, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let now = desk.now();
        desk.store
            .read(move |conn| {
                let mut locked = Vec::new();
                for (person, until) in conn.list_locked(now, MOST_LOCKED)? {
                    let found = conn.find_person(person)?;
                    locked.extend(found.map(|found| LockedPerson {
                        person_id: person.to_string(),
                        name: found.details.name,
                        until: until.0,
                    }));
                }
                Ok(locked)
            })
            .await
            .map_err(|error| words::store(&error))
    }

    /// Who has a PIN or an authenticator app, by name, and what they lack of what is asked for (L-2, L-5); for
    /// administrators.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for anybody else.
    pub async fn list_enrolled(&self) -> Result<Vec<EnrolledPerson>, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let second = read(&desk).await?.agent.chat.second_factor;
        let mut enrolled = desk
            .store
            .read(move |conn| {
                let mut enrolled = Vec::new();
                let mut after = None;
                loop {
                    let page = conn.list_verifications(after, ENROLLED_AT_ONCE)?;
                    let Some((last, _)) = page.last() else {
                        return Ok(enrolled);
                    };
                    after = Some(*last);
                    for (person, verification) in page {
                        if verification.pin.is_none() && verification.authenticator.is_none() {
                            continue;
                        }
                        let found = conn.find_person(person)?;
                        enrolled.extend(found.map(|found| EnrolledPerson {
                            person_id: person.to_string(),
                            missing: lacks(&verification, &found.details, second).to_owned(),
                            name: found.details.name,
                        }));
                    }
                }
            })
            .await
            .map_err(|error| words::store(&error))?;
        enrolled.sort_by_key(|person| person.name.to_lowercase());
        Ok(enrolled)
    }

    /// Which numbers without an account are locked; for administrators.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for anybody else.
    pub async fn list_locked_numbers(&self) -> Result<Vec<LockedNumber>, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let now = desk.now();
        let locked = desk
            .store
            .read(move |conn| tern_engine::list_locked_numbers(conn, now))
            .await
            .map_err(|error| words::store(&error))?;
        let row = |(number, until): (Address, UtcMillis)| LockedNumber {
            number: number.as_str().to_owned(),
            display: number.display_international(),
            until: until.0,
        };
        Ok(locked.into_iter().map(row).collect())
    }

    /// Ends the lock of a number without an account (L-12); for administrators.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for anybody else, and for a number that is not locked.
    pub async fn unlock_number(
        &self,
        request: LockedNumberRef,
    ) -> Result<Vec<LockedNumber>, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let number = Address::parse(&request.number);
        let (clock, agent) = (desk.clock(), desk.agent());
        let applied = desk
            .store
            .write(move |tx| {
                let now = clock.now();
                let ctx = DirectoryContext { now, agent };
                tern_engine::unlock_number(tx, &number, ctx, &mut EdgeIds::new(&*clock))
            })
            .await
            .map_err(|error| words::store(&error))?
            .ok_or_else(|| refused(VerificationRefusal::NothingToChange))?;
        self.announce_directory(&desk, applied);
        self.list_locked_numbers().await
    }

    async fn view_of(&self, person: PersonId) -> Result<VerificationView, ApiError> {
        let person_id = person.to_string();
        self.verification_view(PersonRef { person_id }).await
    }

    async fn enrollable(
        &self,
        desk: &Desk,
        person: PersonId,
    ) -> Result<VerificationState, ApiError> {
        let state = desk
            .store
            .read(move |conn| conn.load_verification_state(person))
            .await
            .map_err(|error| words::store(&error))?;
        match state.check() {
            Ok(()) => Ok(state),
            Err(refusal) => Err(refused(refusal)),
        }
    }

    /// Hashes and stores a PIN; `false` if it was one of the last five (L-9).
    async fn keep_pin(
        &self,
        desk: &Desk,
        person: PersonId,
        pin: &SoftPin,
        drawn: bool,
    ) -> Result<bool, ApiError> {
        let state = self.enrollable(desk, person).await?;
        let cost = self.inner.config.passphrase_cost;
        let pin = pin.clone();
        let hash = spawn_blocking(move || -> Result<Option<String>, EnvelopeError> {
            for before in state.verification.recent_pins() {
                if is_pin(before, pin.secret())? {
                    return Ok(None);
                }
            }
            hash_pin(pin.secret(), cost).map(Some)
        })
        .await
        .map_err(|_| ApiError::internal())?
        .map_err(|error| words::envelope(&error))?;
        let Some(hash) = hash else { return Ok(false) };
        self.change_verification(desk, person, move |_, state, ctx, ids| {
            Ok(plan_pin(state, hash, drawn, ctx, ids).map(|plan| vec![plan]))
        })
        .await?;
        Ok(true)
    }

    async fn change_verification(
        &self,
        desk: &Desk,
        person: PersonId,
        plan: impl FnOnce(
            &WriteTx<'_>,
            &VerificationState,
            DirectoryContext,
            &mut dyn IdSource,
        ) -> Result<Result<Vec<Plan>, VerificationRefusal>, StoreError>
        + Send
        + 'static,
    ) -> Result<(), ApiError> {
        let (clock, agent) = (desk.clock(), desk.agent());
        let applied = desk
            .store
            .write(move |tx| {
                let now = clock.now();
                let ctx = DirectoryContext { now, agent };
                let state = tx.load_verification_state(person)?;
                let plans = match plan(tx, &state, ctx, &mut EdgeIds::new(&*clock))? {
                    Ok(plans) => plans,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let mut applied = Applied::default();
                for plan in plans {
                    applied.merge(tx.apply(&plan)?);
                }
                Ok(Ok(applied))
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(refused)?;
        self.announce_directory(desk, applied);
        Ok(())
    }
}

pub(super) fn refused(refusal: VerificationRefusal) -> ApiError {
    let code = match refusal {
        VerificationRefusal::Gone => ErrorCode::NotFound,
        _ => ErrorCode::NotAllowed,
    };
    let remedy = match refusal {
        VerificationRefusal::NotAUser => "Make the person a user in the directory first.",
        _ => "",
    };
    ApiError::new(code, words::sentence(&refusal), remedy)
}

fn told(event: &RecordedEvent, name: &dyn Fn(&Actor) -> String) -> Option<VerificationEvent> {
    let EventBody::VerificationChanged { change } = &event.body else {
        return None;
    };
    Some(VerificationEvent {
        at: event.at.0,
        by: name(&event.actor),
        what: verification_words(*change).to_owned(),
    })
}

/// L-5.
fn missing(state: &VerificationState) -> &'static str {
    match &state.details {
        None => "This person is not in the directory any more.",
        Some(details) if details.kind != PersonKind::User => {
            "Only a user has an account to link. Make the person a user in the directory first."
        }
        Some(details) if details.mobile_phone.is_none() => {
            "There is no mobile phone in the directory. A number can be linked only if it is that one."
        }
        Some(_) => "",
    }
}

/// L-5, in a few words.
fn lacks(
    verification: &Verification,
    details: &PersonDetails,
    second: SecondFactor,
) -> &'static str {
    if details.kind != PersonKind::User {
        "is no user any more"
    } else if details.mobile_phone.is_none() {
        "no mobile phone"
    } else if verification.pin.is_none() {
        "no PIN"
    } else if verification.is_enrolled(second) {
        ""
    } else {
        "no authenticator app"
    }
}

/// What an authenticator app is told, to scan and to type.
pub(super) fn enrolment_begun(
    secret: &AuthenticatorSecret,
    account: &str,
) -> Result<EnrolmentBegun, ApiError> {
    Ok(EnrolmentBegun {
        qr_rows: qr_rows(secret.to_uri(ISSUER, account).expose_secret())?,
        secret: secret.to_text().expose_secret().to_owned(),
    })
}

/// The first code is not the app's.
pub(super) fn not_that_code() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidInput,
        "This is not the code that the app should show now.",
        "Check the clock of the phone and of this computer, wait for the next code and try again.",
    )
}

fn qr_rows(text: &str) -> Result<Vec<String>, ApiError> {
    let code =
        QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| ApiError::internal())?;
    Ok(code
        .to_colors()
        .chunks(code.width())
        .map(|row| {
            row.iter()
                .map(|module| if *module == Color::Dark { '1' } else { '0' })
                .collect()
        })
        .collect())
}
