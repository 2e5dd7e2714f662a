//! The doctor's words: one function per thing that can be found.
//!
//! Every finding says what it means and what to do about it. Words only; the judgement is in `doctor`.

use tern_twilio::{AccountStanding, BaseUrl, CheckedWith, TwilioError, codes};

use crate::dto::{DoctorCheck, Finding, FindingLevel};

/// What can be told from a credential's looks, for a better guess at what went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CredentialClue {
    /// An auth token that looks like one.
    AuthToken,
    /// An auth token that does not have a token's shape.
    OddAuthToken,
    /// A key with a secret of its own.
    ApiKey,
    /// A key whose secret has the shape of an auth token.
    ApiKeyWithToken,
}

impl CredentialClue {
    /// Looks at an auth token.
    pub(crate) fn of_token(token: &str) -> Self {
        if looks_like_token(token) {
            Self::AuthToken
        } else {
            Self::OddAuthToken
        }
    }

    /// Looks at a key's secret.
    pub(crate) fn of_key_secret(secret: &str) -> Self {
        if looks_like_token(secret) {
            Self::ApiKeyWithToken
        } else {
            Self::ApiKey
        }
    }
}

/// Auth tokens are 32 lower-case hexadecimal digits; key secrets mix letters of both cases.
fn looks_like_token(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

pub(crate) fn finding(
    check: DoctorCheck,
    level: FindingLevel,
    title: impl Into<String>,
    detail: impl Into<String>,
    remedy: impl Into<String>,
) -> Finding {
    Finding {
        check,
        level,
        title: title.into(),
        detail: detail.into(),
        remedy: remedy.into(),
        number: None,
        offer: None,
    }
}

pub(super) fn network_fine(base_url: &BaseUrl) -> Finding {
    let detail = format!("{base_url} answers.");
    finding(
        DoctorCheck::Network,
        FindingLevel::Fine,
        "Twilio can be reached",
        detail,
        "",
    )
}

pub(super) fn credentials_fine(with: CheckedWith) -> Finding {
    let detail = match with {
        CheckedWith::AuthToken => {
            "The auth token opens the whole account. An API key for this laptop alone can be revoked \
             without touching anything else."
        }
        CheckedWith::ApiKey => "The API key belongs to this account and works.",
    };
    finding(
        DoctorCheck::Credentials,
        FindingLevel::Fine,
        "The credentials are accepted",
        detail,
        "",
    )
}

/// The visit failed at its first step.
pub(super) fn refused_visit(error: &TwilioError, clue: CredentialClue) -> Finding {
    use DoctorCheck::{Account, Credentials, Network};
    let problem = |check, title: &str, detail: &str, remedy: &str| {
        finding(check, FindingLevel::Problem, title, detail, remedy)
    };
    if error.code() == Some(codes::ACCOUNT_NOT_ACTIVE) {
        return problem(
            Account,
            "The account is not active",
            "Twilio has suspended or closed it: nothing can be sent or received.",
            "Sign in to the Twilio console; it names the reason and the way back.",
        );
    }
    if error.status() == Some(401) || error.code() == Some(codes::AUTHENTICATION) {
        return refused_credentials(clue);
    }
    match error {
        TwilioError::Connect { .. } => problem(
            Network,
            "Twilio cannot be reached",
            "No connection came about.",
            "Check that this laptop is online and that no firewall or proxy stands in between, then try \
             again.",
        ),
        TwilioError::Timeout { .. } | TwilioError::Interrupted { .. } => problem(
            Network,
            "Twilio did not answer in time",
            "The connection stood but no complete answer came.",
            "Try again; if it stays, look at the network or at status.twilio.com.",
        ),
        TwilioError::Throttled { .. } => problem(
            Network,
            "Twilio asks to slow down",
            "Too many requests are under way for this account.",
            "Wait a minute, then try again.",
        ),
        TwilioError::ServerTrouble { .. } => problem(
            Network,
            "Twilio has trouble",
            "It answered with an error of its own.",
            "Try again in a few minutes; status.twilio.com shows known incidents.",
        ),
        _ if error.status() == Some(403) => problem(
            Credentials,
            "The key is not allowed to do this",
            "Twilio knows the key, but its permissions do not cover phone numbers and messages.",
            "Give the key read access to phone numbers and full access to messages, or make a standard key.",
        ),
        _ if error.status() == Some(404) => problem(
            Credentials,
            "There is no such account",
            "The address answers but does not know this account SID.",
            "Copy the account SID from the Twilio console; for another region, use that region's address.",
        ),
        _ => problem(
            Network,
            "This is not Twilio's answer",
            "Something answered, but not as Twilio does.",
            "Check the address; a proxy or a sign-in page of the network may be in the way.",
        ),
    }
}

fn refused_credentials(clue: CredentialClue) -> Finding {
    let (title, detail, remedy) = match clue {
        CredentialClue::AuthToken => (
            "Twilio refuses the account SID and auth token",
            "They do not belong together, or the token was replaced.",
            "Copy both again from the first page of the Twilio console.",
        ),
        CredentialClue::OddAuthToken => (
            "Twilio refuses the auth token",
            "An auth token has 32 characters, digits and the letters a to f; this one does not.",
            "Copy the auth token again from the first page of the Twilio console.",
        ),
        CredentialClue::ApiKey => (
            "Twilio refuses the API key",
            "The key was revoked, belongs to another account or region, or the secret is another key's.",
            "Make a new API key in the Twilio console and copy its SID and secret together.",
        ),
        CredentialClue::ApiKeyWithToken => (
            "The key does not go with this secret",
            "The secret looks like the account's auth token. A key only works with its own secret, which \
             the console shows once, when the key is made.",
            "Use the key's own secret, or choose the auth token instead of a key.",
        ),
    };
    finding(
        DoctorCheck::Credentials,
        FindingLevel::Problem,
        title,
        detail,
        remedy,
    )
}

pub(super) fn account(standing: &AccountStanding) -> Finding {
    if !standing.is_active() {
        return finding(
            DoctorCheck::Account,
            FindingLevel::Problem,
            "The account is not active",
            "Twilio has suspended or closed it: nothing can be sent or received.",
            "Sign in to the Twilio console; it names the reason and the way back.",
        );
    }
    if standing.is_trial() {
        return finding(
            DoctorCheck::Account,
            FindingLevel::Warning,
            "This is a trial account",
            "It only texts numbers that were verified before, and Twilio puts a notice in front of every \
             text.",
            "Upgrade the account in the Twilio console before real customers write.",
        );
    }
    finding(
        DoctorCheck::Account,
        FindingLevel::Fine,
        "The account is active",
        "",
        "",
    )
}

pub(super) fn clock_fine() -> Finding {
    finding(
        DoctorCheck::Clock,
        FindingLevel::Fine,
        "The clock is right",
        "",
        "",
    )
}

/// `seconds` ahead of Twilio (negative: behind).
pub(super) fn clock_off(seconds: i64) -> Finding {
    let side = if seconds > 0 { "ahead of" } else { "behind" };
    let detail = format!(
        "It is {} {side} Twilio's. Texts are neither lost nor sent twice by that, but the times that you see \
         would be wrong.",
        spoken_duration(seconds.unsigned_abs())
    );
    let remedy = "Turn on automatic time in the system's settings, then check again.";
    finding(
        DoctorCheck::Clock,
        FindingLevel::Warning,
        "This laptop's clock is off",
        detail,
        remedy,
    )
}

fn spoken_duration(seconds: u64) -> String {
    let (amount, unit) = match seconds {
        0..=119 => (seconds, "second"),
        120..=7199 => ((seconds + 30) / 60, "minute"),
        7200..=172_799 => ((seconds + 1800) / 3600, "hour"),
        _ => ((seconds + 43_200) / 86_400, "day"),
    };
    let plural = if amount == 1 { "" } else { "s" };
    format!("{amount} {unit}{plural}")
}

pub(super) fn numbers_refused(error: &TwilioError) -> Finding {
    let detail = match error.status() {
        Some(401 | 403) => "The credentials do not allow it.",
        _ => "The connection failed or Twilio answered with an error.",
    };
    finding(
        DoctorCheck::Numbers,
        FindingLevel::Problem,
        "The account's numbers could not be read",
        detail,
        "Give the key access to phone numbers, or try again.",
    )
}

pub(super) fn numbers(all: usize, usable: usize) -> Finding {
    use DoctorCheck::Numbers;
    match (all, usable) {
        (0, _) => finding(
            Numbers,
            FindingLevel::Problem,
            "The account has no phone number",
            "Customers need a number to write to.",
            "Buy a number that can text in the Twilio console, then check again.",
        ),
        (_, 0) => finding(
            Numbers,
            FindingLevel::Problem,
            "None of the account's numbers can text",
            "They can make calls only.",
            "Buy a number with SMS in the Twilio console, then check again.",
        ),
        (_, 1) => finding(Numbers, FindingLevel::Fine, "One number can text", "", ""),
        (_, usable) => finding(
            Numbers,
            FindingLevel::Fine,
            format!("{usable} numbers can text"),
            "",
            "",
        ),
    }
}

pub(super) fn pictures(can_carry: bool, has_media_host: bool) -> Finding {
    use DoctorCheck::Pictures;
    if !can_carry {
        return finding(
            Pictures,
            FindingLevel::Warning,
            "No number can carry pictures",
            "Texts work; pictures can be neither sent nor received.",
            "Choose a US, Canadian or Australian number with MMS if pictures matter.",
        );
    }
    if !has_media_host {
        return finding(
            Pictures,
            FindingLevel::Warning,
            "Pictures can be received but not sent yet",
            "Twilio fetches outgoing pictures from the web, and no place for them is set up.",
            "Enter a web folder that takes uploads under Settings, Sending.",
        );
    }
    finding(Pictures, FindingLevel::Fine, "Pictures can be sent", "", "")
}
