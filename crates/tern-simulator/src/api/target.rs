//! The API's paths. Owns their reading, case-sensitive and with the `.json` suffix, as Twilio has it.

use axum::http::Method;

use crate::sid::Sid;
use crate::state::faults::Endpoint;

/// What every path of the API begins with.
pub(super) const PREFIX: &str = "/2010-04-01/Accounts/";

/// Something the API can be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    Account,
    Balance,
    Messages,
    Message(Sid),
    MediaList(Sid),
    Media(Sid, Sid),
    /// Without suffix: the bytes themselves.
    MediaBytes(Sid, Sid),
    Numbers,
    Number(Sid),
}

/// A resource in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) account_sid: String,
    pub(super) resource: Resource,
}

impl Target {
    /// Reads a path; `None` when the API has no such resource.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let rest = path.strip_prefix(PREFIX)?;
        let (stem, json) = match rest.strip_suffix(".json") {
            Some(stem) => (stem, true),
            None => (rest, false),
        };
        let parts: Vec<&str> = stem.split('/').collect();
        let (account, resource) = match (parts.as_slice(), json) {
            ([account], true) => (account, Resource::Account),
            ([account, "Balance"], true) => (account, Resource::Balance),
            ([account, "Messages"], true) => (account, Resource::Messages),
            ([account, "Messages", message], true) => {
                (account, Resource::Message(Sid::parse_message(message)?))
            }
            ([account, "Messages", message, "Media"], true) => {
                (account, Resource::MediaList(Sid::parse_message(message)?))
            }
            ([account, "Messages", message, "Media", media], json) => {
                let (message, media) = (Sid::parse_message(message)?, Sid::parse(media)?);
                let resource = if json {
                    Resource::Media(message, media)
                } else {
                    Resource::MediaBytes(message, media)
                };
                (account, resource)
            }
            ([account, "IncomingPhoneNumbers"], true) => (account, Resource::Numbers),
            ([account, "IncomingPhoneNumbers", number], true) => {
                (account, Resource::Number(Sid::parse(number)?))
            }
            _ => return None,
        };
        Some(Self {
            account_sid: (*account).to_owned(),
            resource,
        })
    }

    /// The operation that `method` on this resource is.
    pub(super) fn endpoint(&self, method: &Method) -> Endpoint {
        let (get, post, delete) = (
            method == Method::GET,
            method == Method::POST,
            method == Method::DELETE,
        );
        match self.resource {
            Resource::Account if get => Endpoint::FetchAccount,
            Resource::Balance if get => Endpoint::FetchBalance,
            Resource::Messages if get => Endpoint::ListMessages,
            Resource::Messages if post => Endpoint::CreateMessage,
            Resource::Message(_) if get => Endpoint::FetchMessage,
            Resource::Message(_) if post => Endpoint::UpdateMessage,
            Resource::Message(_) if delete => Endpoint::DeleteMessage,
            Resource::MediaList(_) if get => Endpoint::ListMedia,
            Resource::Media(..) if get => Endpoint::FetchMedia,
            Resource::Media(..) if delete => Endpoint::DeleteMedia,
            Resource::MediaBytes(..) => Endpoint::DownloadMedia,
            Resource::Numbers if get => Endpoint::ListNumbers,
            Resource::Number(_) if get => Endpoint::FetchNumber,
            Resource::Number(_) if post => Endpoint::UpdateNumber,
            _ => Endpoint::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_case_sensitive_and_need_their_suffix() {
        assert!(Target::parse("/2010-04-01/Accounts/AC1/Messages.json").is_some());
        for wrong in [
            "messages.json",
            "Messages",
            "Messages.xml",
            "Messages/",
            "Messages/nonsense.json",
            "Calls.json",
        ] {
            assert_eq!(
                Target::parse(&format!("/2010-04-01/Accounts/AC1/{wrong}")),
                None,
                "{wrong}"
            );
        }
    }
}
