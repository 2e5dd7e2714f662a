//! The team's own numbers as the app remembers them: what each is called and what it can do.

use serde::{Deserialize, Serialize};
use tern_domain::PhoneNumber;
use tern_twilio::IncomingNumber;

use crate::dto::ProviderNumberView;

/// Territories whose numbers carry pictures (T-8).
const PICTURE_TERRITORIES: [&str; 3] = ["US", "CA", "AU"];

/// One of the team's numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OwnNumber {
    pub(crate) number: PhoneNumber,
    pub(crate) name: String,
    pub(crate) sms: bool,
    pub(crate) mms: bool,
}

impl OwnNumber {
    /// A number as Twilio lists it; `None` for what is not in international form.
    pub(crate) fn listed(number: &IncomingNumber) -> Option<Self> {
        Some(Self {
            number: PhoneNumber::parse(number.phone_number.as_str()).ok()?,
            name: number.friendly_name.clone().unwrap_or_default(),
            sms: number.capabilities.sms,
            mms: number.capabilities.mms,
        })
    }

    /// A number of which nothing else is known.
    pub(crate) fn assumed(number: PhoneNumber) -> Self {
        Self {
            number,
            name: String::new(),
            sms: true,
            mms: true,
        }
    }

    /// T-8: pictures need a number that can, in a country where carriers take them.
    pub(crate) fn carries_pictures(&self) -> bool {
        self.mms
            && self
                .number
                .territory()
                .is_some_and(|territory| PICTURE_TERRITORIES.contains(&territory.as_str()))
    }

    pub(crate) fn view(&self) -> ProviderNumberView {
        ProviderNumberView {
            number: self.number.as_str().to_owned(),
            display: self.number.display_international(),
            name: self.name.clone(),
            sms: self.sms,
            mms: self.mms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_8_pictures_need_an_able_number_of_a_country_that_takes_them() {
        let number = |text: &str, mms| OwnNumber {
            mms,
            ..OwnNumber::assumed(PhoneNumber::parse(text).unwrap())
        };
        assert!(number("+14155550100", true).carries_pictures());
        assert!(number("+61412345678", true).carries_pictures());
        assert!(!number("+14155550100", false).carries_pictures());
        assert!(!number("+4915112345678", true).carries_pictures());
    }
}
