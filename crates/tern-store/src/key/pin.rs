//! Verifiers of agents' PINs: argon2id with a salt of its own each.
//!
//! A PIN has few digits, so the verifier is only as good as the file around it, which is encrypted, and the
//! lock after wrong ones, which is the rules'.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::envelope::{EnvelopeError, PassphraseCost, stretch};
use super::fill_random;

/// What is stored of a PIN.
#[derive(Serialize, Deserialize)]
struct Verifier {
    cost: PassphraseCost,
    salt: String,
    hash: String,
}

/// Makes the verifier of a PIN. Takes as long as the cost says: call it off the async runtime.
///
/// # Errors
/// [`EnvelopeError`] when the cost is out of range or the system gives no random bytes.
pub fn hash_pin(pin: &SecretString, cost: PassphraseCost) -> Result<String, EnvelopeError> {
    let mut salt = [0; 16];
    fill_random(&mut salt)?;
    let hash = stretch(pin, &salt, cost)?;
    let verifier = Verifier {
        cost,
        salt: hex::encode(salt),
        hash: hex::encode(hash.as_slice()),
    };
    serde_json::to_string(&verifier).map_err(|_| EnvelopeError::Unreadable)
}

/// Whether this is the PIN of a verifier. Takes as long as its cost says.
///
/// # Errors
/// [`EnvelopeError::Unreadable`] for something that is no verifier.
pub fn is_pin(verifier: &str, pin: &SecretString) -> Result<bool, EnvelopeError> {
    let verifier: Verifier =
        serde_json::from_str(verifier).map_err(|_| EnvelopeError::Unreadable)?;
    let decode = |text: &str| hex::decode(text).map_err(|_| EnvelopeError::Unreadable);
    let hash = stretch(pin, &decode(&verifier.salt)?, verifier.cost)?;
    Ok(hash.as_slice().ct_eq(&decode(&verifier.hash)?).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_knows_its_pin_and_does_not_show_it() {
        let cheap = PassphraseCost {
            memory_kib: 64,
            passes: 1,
            lanes: 1,
        };
        let pin = SecretString::from("4071");
        let verifier = hash_pin(&pin, cheap).unwrap();
        assert!(!verifier.contains("4071"));
        assert!(is_pin(&verifier, &pin).unwrap());
        assert!(!is_pin(&verifier, &SecretString::from("4072")).unwrap());
        assert_ne!(
            verifier,
            hash_pin(&pin, cheap).unwrap(),
            "a salt of its own"
        );
        assert!(is_pin("nonsense", &pin).is_err());
    }
}
