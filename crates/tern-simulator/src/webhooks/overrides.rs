//! Connection overrides in a webhook's URL fragment (`#ct=2000&rc=2&rp=ct,5xx`). Owns Twilio's
//! defaults and bounds; a value outside its bounds is ignored, as an unknown one is.

use std::time::Duration;

/// What is worth another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RetryOn {
    /// No connection could be made.
    Connect,
    /// The answer took too long.
    Read,
    /// An answer of class 4xx.
    Status4xx,
    /// An answer of class 5xx.
    Status5xx,
}

/// How one webhook is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Overrides {
    pub(super) connect_timeout: Duration,
    pub(super) read_timeout: Duration,
    pub(super) total_timeout: Duration,
    pub(super) retries: u32,
    retry_on: Vec<RetryOn>,
}

impl Default for Overrides {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(15),
            total_timeout: Duration::from_secs(15),
            retries: 1,
            retry_on: vec![RetryOn::Connect],
        }
    }
}

impl Overrides {
    /// Reads the fragment of `url`.
    pub(super) fn of(url: &str) -> Self {
        let mut overrides = Self::default();
        let fragment = url.split_once('#').map_or("", |(_, fragment)| fragment);
        for (name, value) in fragment.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "ct" => set_millis(&mut overrides.connect_timeout, value, 10_000),
                "rt" => set_millis(&mut overrides.read_timeout, value, 15_000),
                "tt" => set_millis(&mut overrides.total_timeout, value, 15_000),
                "rc" => {
                    if let Some(count) = value.parse().ok().filter(|count| *count <= 5) {
                        overrides.retries = count;
                    }
                }
                "rp" => overrides.retry_on = value.split(',').flat_map(policies).copied().collect(),
                _ => {}
            }
        }
        overrides
    }

    /// Whether an attempt that ended this way is repeated.
    pub(super) fn retries_on(&self, outcome: RetryOn) -> bool {
        self.retry_on.contains(&outcome)
    }
}

fn set_millis(timeout: &mut Duration, value: &str, most: u64) {
    if let Some(millis) = value
        .parse()
        .ok()
        .filter(|millis| (100..=most).contains(millis))
    {
        *timeout = Duration::from_millis(millis);
    }
}

fn policies(word: &str) -> &'static [RetryOn] {
    match word {
        "4xx" => &[RetryOn::Status4xx],
        "5xx" => &[RetryOn::Status5xx],
        "ct" => &[RetryOn::Connect],
        "rt" => &[RetryOn::Read],
        "all" => &[
            RetryOn::Connect,
            RetryOn::Read,
            RetryOn::Status4xx,
            RetryOn::Status5xx,
        ],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_fragment_only_a_failed_connection_is_retried_and_once() {
        let overrides = Overrides::of("https://example.com/sms?x=1");
        assert_eq!(overrides, Overrides::default());
        assert_eq!(overrides.retries, 1);
        assert!(overrides.retries_on(RetryOn::Connect) && !overrides.retries_on(RetryOn::Read));
    }

    #[test]
    fn a_fragment_overrides_within_bounds() {
        let overrides =
            Overrides::of("https://example.com/sms#ct=2000&rt=99&tt=15001&rc=5&rp=rt,5xx&zz=1");
        assert_eq!(overrides.connect_timeout, Duration::from_secs(2));
        assert_eq!(overrides.read_timeout, Duration::from_secs(15));
        assert_eq!(overrides.total_timeout, Duration::from_secs(15));
        assert_eq!(overrides.retries, 5);
        assert!(overrides.retries_on(RetryOn::Read) && overrides.retries_on(RetryOn::Status5xx));
        assert!(!overrides.retries_on(RetryOn::Connect));
        assert_eq!(Overrides::of("https://e.com#rc=6").retries, 1);
    }
}
