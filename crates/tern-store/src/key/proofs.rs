//! What users and agents prove themselves with: drawn at random, and sealed.

use tern_domain::verification::{AuthenticatorSecret, SECRET_LENGTH, SoftPin, TextedCode};
use tern_domain::{AgentId, PersonId, UtcMillis};
use zeroize::Zeroizing;

use super::{
    DatabaseKey, Purpose, RandomnessError, fill_random, open_sealed, seal as seal_content,
};

/// Bytes in which a PIN is looked for: ten candidates, of which most will do.
const DRAWN: usize = 64;

/// What an agent's context begins with; a user's is the id alone.
const OF_AN_AGENT: &[u8] = b"agent ";

/// Whose an authenticator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A user, who proves by text who they are.
    User(PersonId),
    /// An agent, who unlocks the desk.
    Agent(AgentId),
}

impl From<PersonId> for Holder {
    fn from(person: PersonId) -> Self {
        Self::User(person)
    }
}

impl From<AgentId> for Holder {
    fn from(agent: AgentId) -> Self {
        Self::Agent(agent)
    }
}

impl Holder {
    fn context(self) -> Vec<u8> {
        match self {
            Self::User(person) => person.uuid().as_bytes().to_vec(),
            Self::Agent(agent) => [OF_AN_AGENT, agent.uuid().as_bytes()].concat(),
        }
    }
}

/// Seals authenticators' secrets under a key of the file's, each for its holder alone.
pub struct AuthenticatorSeal(Zeroizing<[u8; 32]>);

impl AuthenticatorSeal {
    /// The seal of a file.
    #[must_use]
    pub fn of(key: &DatabaseKey) -> Self {
        Self(key.derive(b"", Purpose::Authenticators))
    }

    /// Seals a secret.
    ///
    /// # Errors
    /// [`RandomnessError`].
    pub fn seal(
        &self,
        holder: impl Into<Holder>,
        secret: &AuthenticatorSecret,
    ) -> Result<String, RandomnessError> {
        let sealed = seal_content(&self.0, &holder.into().context(), secret.expose())?;
        Ok(hex::encode(sealed))
    }

    /// Opens one; `None` if it was sealed for somebody else, with another key, or was changed.
    #[must_use]
    pub fn open(&self, holder: impl Into<Holder>, sealed: &str) -> Option<AuthenticatorSecret> {
        let sealed = hex::decode(sealed).ok()?;
        let bytes = Zeroizing::new(open_sealed(&self.0, &holder.into().context(), &sealed)?);
        let secret: &[u8; SECRET_LENGTH] = bytes.as_slice().try_into().ok()?;
        Some(AuthenticatorSecret::new(secret))
    }
}

impl std::fmt::Debug for AuthenticatorSeal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AuthenticatorSeal(..)")
    }
}

/// A new secret for an authenticator app.
///
/// # Errors
/// [`RandomnessError`].
pub fn draw_authenticator() -> Result<AuthenticatorSecret, RandomnessError> {
    let mut bytes = Zeroizing::new([0; SECRET_LENGTH]);
    fill_random(bytes.as_mut_slice())?;
    Ok(AuthenticatorSecret::new(&bytes))
}

/// A PIN drawn at random.
///
/// # Errors
/// [`RandomnessError`].
pub fn draw_soft_pin() -> Result<SoftPin, RandomnessError> {
    let mut bytes = Zeroizing::new([0; DRAWN]);
    loop {
        fill_random(bytes.as_mut_slice())?;
        if let Some(pin) = SoftPin::draw(bytes.as_slice()) {
            return Ok(pin);
        }
    }
}

/// A code to be texted.
///
/// # Errors
/// [`RandomnessError`].
pub fn draw_texted_code(now: UtcMillis) -> Result<TextedCode, RandomnessError> {
    let mut bytes = Zeroizing::new([0; TextedCode::DRAWN_FROM]);
    loop {
        fill_random(bytes.as_mut_slice())?;
        if let Some(code) = TextedCode::draw(*bytes, now) {
            return Ok(code);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn l_14_a_secret_opens_for_its_user_and_key_alone() {
        let person = |id| PersonId::new(Uuid::from_u128(id));
        let seal = AuthenticatorSeal::of(&DatabaseKey::from_bytes([7; 32]));
        let other = AuthenticatorSeal::of(&DatabaseKey::from_bytes([8; 32]));
        let secret = draw_authenticator().unwrap();
        let sealed = seal.seal(person(1), &secret).unwrap();
        assert_eq!(
            seal.open(person(1), &sealed).unwrap().expose(),
            secret.expose()
        );
        assert!(seal.open(person(2), &sealed).is_none());
        let namesake = AgentId::new(Uuid::from_u128(1));
        assert!(seal.open(namesake, &sealed).is_none());
        let sealed_for_agent = seal.seal(namesake, &secret).unwrap();
        assert!(seal.open(namesake, &sealed_for_agent).is_some());
        assert!(seal.open(person(1), &sealed_for_agent).is_none());
        assert!(other.open(person(1), &sealed).is_none());
        assert!(!sealed.contains(&hex::encode(secret.expose())));
    }

    #[test]
    fn l_6_a_drawn_pin_is_of_the_right_form() {
        for _ in 0..200 {
            let pin = draw_soft_pin().unwrap();
            assert!(SoftPin::parse(pin.expose()).is_ok());
        }
    }
}
