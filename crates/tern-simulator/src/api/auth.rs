//! Who is asking. Owns HTTP Basic with the auth token or the API key, and what each may reach.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::target::{Resource, Target};
use crate::refusal::Refusal;
use crate::state::Carrier;

/// A credential that was found genuine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Credential {
    AuthToken,
    StandardKey,
}

/// Checks an `Authorization` header.
pub(super) fn check(carrier: &Carrier, authorization: Option<&str>) -> Result<Credential, Refusal> {
    let decoded = authorization
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
        .and_then(|(_, encoded)| STANDARD.decode(encoded.trim()).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
    let Some((user, password)) = pair else {
        return Err(Refusal::unauthenticated());
    };
    let account = &carrier.account;
    if user == account.account_sid && password == account.auth_token {
        Ok(Credential::AuthToken)
    } else if user == account.api_key_sid
        && password == account.api_key_secret
        && !carrier.standing.key_revoked
    {
        Ok(Credential::StandardKey)
    } else {
        Err(Refusal::unauthenticated())
    }
}

/// Checks that the credential reaches the resource.
pub(super) fn authorise(
    carrier: &Carrier,
    credential: Credential,
    target: &Target,
) -> Result<(), Refusal> {
    if target.account_sid != carrier.account.account_sid {
        return Err(Refusal::unauthenticated());
    }
    if target.resource == Resource::Account && !credential.reaches_account() {
        return Err(Refusal::new(
            403,
            20403,
            "This key may not read the account",
        ));
    }
    if carrier.standing.suspended && target.resource != Resource::Account {
        return Err(Refusal::new(403, 20005, "Account is not active"));
    }
    Ok(())
}
