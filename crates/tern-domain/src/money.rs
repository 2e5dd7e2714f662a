//! Amounts of money as a person types and reads them: exact, and never without a currency.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Parts of one unit of a currency: carriers' prices have four decimals and more.
const PARTS: u64 = 1_000_000;
const DECIMALS: usize = 6;

/// An amount in a currency, exact to a millionth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    millionths: u64,
    currency: [u8; 3],
}

/// Why a text is no amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a price is an amount above zero with at most {DECIMALS} decimals and the three letters of its currency, \
     like 0.0083 USD"
)]
pub struct MoneyError;

impl Money {
    /// Reads `0.0083 USD`; a comma is a decimal point, too.
    ///
    /// # Errors
    /// [`MoneyError`].
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let (amount, currency) = text.trim().split_once(' ').ok_or(MoneyError)?;
        let currency = currency.trim().to_ascii_uppercase();
        let currency: [u8; 3] = currency.as_bytes().try_into().map_err(|_| MoneyError)?;
        let amount = amount.replace(',', ".");
        let (whole, part) = amount.split_once('.').unwrap_or((&amount, "0"));
        let is_number = |digits: &str| {
            !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|it| it.is_ascii_digit())
        };
        let is_amount = is_number(whole) && is_number(part) && part.len() <= DECIMALS;
        if !is_amount || !currency.iter().all(u8::is_ascii_uppercase) {
            return Err(MoneyError);
        }
        let read = |digits: &str| digits.parse::<u64>().map_err(|_| MoneyError);
        let millionths = read(whole)? * PARTS + read(&format!("{part:0<DECIMALS$}"))?;
        match millionths {
            0 => Err(MoneyError),
            millionths => Ok(Self {
                millionths,
                currency,
            }),
        }
    }

    /// So many times the amount.
    #[must_use]
    pub const fn times(self, count: u32) -> Self {
        Self {
            millionths: self.millionths.saturating_mul(count as u64),
            ..self
        }
    }
}

impl fmt::Display for Money {
    /// Two decimals at least, and no zeros behind those that say something.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = format!("{:0>DECIMALS$}", self.millionths % PARTS);
        let part = part.trim_end_matches('0');
        let currency = self.currency.map(char::from);
        write!(f, "{}.{part:0<2} ", self.millionths / PARTS)?;
        currency.iter().try_for_each(|letter| write!(f, "{letter}"))
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_and_shown_exactly() {
        for (text, shown) in [
            ("0.0083 USD", "0.0083 USD"),
            (" 0,07 eur ", "0.07 EUR"),
            ("1 GBP", "1.00 GBP"),
            ("12.500000 CHF", "12.50 CHF"),
            ("0.000001 USD", "0.000001 USD"),
        ] {
            let money = Money::parse(text).unwrap();
            assert_eq!(money.to_string(), shown);
            assert_eq!(Money::parse(shown), Ok(money));
        }
        let segment = Money::parse("0.0083 USD").unwrap();
        assert_eq!(segment.times(12_345).to_string(), "102.4635 USD");
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for text in [
            "",
            "1",
            "USD",
            "0 USD",
            "0.00 USD",
            "-1 USD",
            "1.1234567 USD",
            "1.2.3 USD",
            ".5 USD",
            "1 US",
            "1 DOLLAR",
            "1e3 USD",
            "1 €€€",
            "9999999999 USD",
        ] {
            assert_eq!(Money::parse(text), Err(MoneyError), "{text}");
        }
    }
}
