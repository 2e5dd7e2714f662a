//! When the desk locks itself, and who may loosen that.
//!
//! Only the rules are here. That nothing can be read while it is locked is the app's to enforce, at the one door that
//! every window goes through.

use serde::{Deserialize, Serialize};

use crate::time::Millis;

/// Longest idle time that can be chosen, in minutes.
pub const LONGEST_IDLE_MINUTES: u32 = 240;

/// A gap between two looks at the clock that only a sleeping machine leaves.
pub const SLEPT: Millis = Millis::seconds(45);

/// What is decided about the lock of a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppLockRules {
    /// It locks by itself. By key it can be locked all the same.
    pub on: bool,
    /// After so many minutes without a key or a pointer.
    pub idle_minutes: u32,
    /// When the machine goes to sleep.
    pub on_suspend: bool,
    /// An administrator wants it: others can only make it stricter.
    pub required: bool,
    /// An administrator wants the code of an authenticator app as well, from everybody.
    #[serde(default)]
    pub asks_code: bool,
}

impl Default for AppLockRules {
    fn default() -> Self {
        Self {
            on: false,
            idle_minutes: 10,
            on_suspend: true,
            required: false,
            asks_code: false,
        }
    }
}

/// Why a change of the rules is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppLockRefusal {
    /// Not a number of minutes that can be chosen.
    #[error("the idle time is 1 to 240 minutes")]
    IdleMinutes,
    /// Only an administrator can require it, or stop requiring it.
    #[error("only an administrator can require the lock")]
    NotAdministrator,
    /// It is required: it cannot be turned off or made longer.
    #[error("an administrator requires the lock; it can only be made stricter")]
    Required,
    /// The code is asked for at a lock that is required, or anybody could turn it off with the lock.
    #[error("a code can only be required together with the lock")]
    CodeAlone,
    /// Whoever requires the code has an authenticator app themselves, or they would lock themselves out.
    #[error("set up an authenticator app for yourself first")]
    NoOwnCode,
}

impl AppLockRules {
    /// Whether it is time to lock.
    #[must_use]
    pub fn is_due(&self, idle: Millis, since_last_look: Millis) -> bool {
        self.on
            && (idle >= Millis::minutes(self.idle_minutes.into())
                || (self.on_suspend && since_last_look >= SLEPT))
    }

    /// Whether the machine's going to sleep locks.
    #[must_use]
    pub const fn locks_on_suspend(&self) -> bool {
        self.on && self.on_suspend
    }

    /// Whether somebody who proved the rest has to set up an authenticator app before the desk opens.
    #[must_use]
    pub const fn demands_set_up(&self, has_code: bool) -> bool {
        self.asks_code && !has_code
    }

    /// Checks that whoever begins to require the code has one.
    ///
    /// # Errors
    /// [`AppLockRefusal::NoOwnCode`].
    pub const fn check_own_code(&self, new: &Self, has_code: bool) -> Result<(), AppLockRefusal> {
        if !self.asks_code && new.demands_set_up(has_code) {
            return Err(AppLockRefusal::NoOwnCode);
        }
        Ok(())
    }

    /// Checks what somebody wants instead.
    ///
    /// # Errors
    /// [`AppLockRefusal`].
    pub fn check_change(&self, new: &Self, is_admin: bool) -> Result<(), AppLockRefusal> {
        if !(1..=LONGEST_IDLE_MINUTES).contains(&new.idle_minutes) {
            return Err(AppLockRefusal::IdleMinutes);
        }
        if new.asks_code && !new.required {
            return Err(AppLockRefusal::CodeAlone);
        }
        if is_admin {
            return if new.required && !new.on {
                Err(AppLockRefusal::Required)
            } else {
                Ok(())
            };
        }
        if new.required != self.required || new.asks_code != self.asks_code {
            return Err(AppLockRefusal::NotAdministrator);
        }
        let is_looser =
            !new.on || new.idle_minutes > self.idle_minutes || (self.on_suspend && !new.on_suspend);
        if self.required && is_looser {
            return Err(AppLockRefusal::Required);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON: AppLockRules = AppLockRules {
        on: true,
        idle_minutes: 10,
        on_suspend: true,
        required: false,
        asks_code: false,
    };

    #[test]
    fn only_an_administrator_with_an_authenticator_app_requires_codes() {
        let required = AppLockRules {
            required: true,
            ..ON
        };
        let asking = AppLockRules {
            asks_code: true,
            ..required
        };
        assert_eq!(
            required.check_change(&asking, false),
            Err(AppLockRefusal::NotAdministrator)
        );
        assert_eq!(
            asking.check_change(&required, false),
            Err(AppLockRefusal::NotAdministrator)
        );
        assert_eq!(required.check_change(&asking, true), Ok(()));
        let alone = AppLockRules {
            required: false,
            ..asking
        };
        assert_eq!(
            required.check_change(&alone, true),
            Err(AppLockRefusal::CodeAlone)
        );
        assert_eq!(
            required.check_own_code(&asking, false),
            Err(AppLockRefusal::NoOwnCode)
        );
        assert_eq!(required.check_own_code(&asking, true), Ok(()));
        // It is in force already: whoever lost theirs can still change the idle time.
        assert_eq!(asking.check_own_code(&asking, false), Ok(()));
        assert!(asking.demands_set_up(false) && !asking.demands_set_up(true));
        assert!(!required.demands_set_up(false));
    }

    #[test]
    fn rules_of_a_file_from_before_codes_ask_for_none() {
        let before = r#"{"on":true,"idleMinutes":10,"onSuspend":true,"required":false}"#;
        assert_eq!(serde_json::from_str::<AppLockRules>(before).unwrap(), ON);
    }

    #[test]
    fn it_locks_after_idling_and_after_sleep_and_never_when_off() {
        let look = Millis::seconds(5);
        assert!(!ON.is_due(Millis::minutes(9), look));
        assert!(ON.is_due(Millis::minutes(10), look));
        assert!(ON.is_due(Millis::ZERO, Millis::minutes(3)));
        let awake = AppLockRules {
            on_suspend: false,
            ..ON
        };
        assert!(!awake.is_due(Millis::ZERO, Millis::minutes(3)));
        assert!(!AppLockRules::default().is_due(Millis::hours(9), Millis::hours(9)));
    }

    #[test]
    fn what_an_administrator_requires_can_only_be_made_stricter() {
        let required = AppLockRules {
            required: true,
            ..ON
        };
        let shorter = AppLockRules {
            idle_minutes: 5,
            ..required
        };
        let longer = AppLockRules {
            idle_minutes: 11,
            ..required
        };
        let off = AppLockRules {
            on: false,
            ..required
        };
        assert_eq!(required.check_change(&shorter, false), Ok(()));
        for looser in [longer, off] {
            let refused = required.check_change(&looser, false);
            assert_eq!(refused, Err(AppLockRefusal::Required));
        }
        assert_eq!(
            required.check_change(&ON, false),
            Err(AppLockRefusal::NotAdministrator)
        );
        assert_eq!(required.check_change(&ON, true), Ok(()));
        let none = AppLockRules {
            idle_minutes: 0,
            ..ON
        };
        assert_eq!(
            ON.check_change(&none, true),
            Err(AppLockRefusal::IdleMinutes)
        );
    }
}
