//! The settings page: one document, checked as a whole before it is stored.

use url::Url;

use crate::app::App;
use crate::dto::{Line, Settings};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::records::{self, Record};
use crate::{view, words};

/// Longest hold of a text, in seconds.
const LONGEST_UNDO: u32 = 30;
/// A week: later than that nothing is news for a bot.
const LONGEST_LATE_MINUTES: u32 = 7 * 24 * 60;
/// Longest name that fits beside a text.
const LONGEST_NAME: usize = 60;

impl App {
    /// All settings; the defaults while no file is open.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the open file cannot be read.
    pub async fn settings(&self) -> Result<Settings, ApiError> {
        Ok(self.settings_in_force().await?.unwrap_or_default())
    }

    /// All settings; `None` while no file is open, when nobody can know what was chosen.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the open file cannot be read.
    pub async fn settings_in_force(&self) -> Result<Option<Settings>, ApiError> {
        let Ok(desk) = self.desk() else {
            return Ok(None);
        };
        let mut settings: Settings = records::find(&desk.store, Record::Settings)
            .await?
            .unwrap_or_default();
        // Where several agents share the desk, the name is that of whoever is signed in.
        if let Some(name) = self.name_among_several(&desk).await? {
            settings.agent_name = name;
        }
        Ok(Some(settings))
    }

    /// Replaces all settings.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming the field that needs changing.
    pub async fn update_settings(&self, request: Settings) -> Result<Settings, ApiError> {
        let desk = self.desk()?;
        let settings = checked(request)?;
        let before = self.settings().await?;
        if settings.agent_name != before.agent_name && !settings.agent_name.is_empty() {
            self.rename_me(settings.agent_name.clone()).await?;
        }
        records::put(&desk.store, Record::Settings, settings.clone()).await?;
        if desk.line() == Line::Account && settings.media_base_url != before.media_base_url {
            desk.pictures.change(settings.media_base_url.as_deref());
        }
        // The engine is built from these.
        if settings.late_after_minutes != before.late_after_minutes
            || settings.webhook_base_url != before.webhook_base_url
        {
            desk.relink(&settings).await;
        }
        self.remember_settings(&settings);
        self.emit(Change::Settings);
        Ok(settings)
    }
}

/// Trims what was typed and refuses what cannot work.
pub(crate) fn checked(settings: Settings) -> Result<Settings, ApiError> {
    let invalid =
        |message: &str, remedy: &str| ApiError::new(ErrorCode::InvalidInput, message, remedy);
    if settings.undo_seconds > LONGEST_UNDO {
        return Err(invalid(
            "A text can be held back for at most 30 seconds.",
            "Choose 0 to 30 seconds.",
        ));
    }
    if !(1..=LONGEST_LATE_MINUTES).contains(&settings.late_after_minutes) {
        return Err(invalid(
            "Lateness is counted in minutes, up to a week.",
            "Choose 1 to 10080 minutes.",
        ));
    }
    view::alerts::rules(&settings).map_err(|problem| words::invalid(&problem))?;
    let agent_name = settings.agent_name.trim().to_owned();
    if agent_name.chars().count() > LONGEST_NAME {
        return Err(invalid(
            "The name is too long.",
            "Use at most 60 characters.",
        ));
    }
    let default_territory = settings
        .default_territory
        .map(|text| text.trim().to_ascii_uppercase())
        .filter(|text| !text.is_empty());
    if let Some(text) = &default_territory
        && tern_domain::Territory::parse(text).is_err()
    {
        return Err(invalid(
            "This territory is not known.",
            "Use two letters such as US, GB or DE, or leave it empty.",
        ));
    }
    Ok(Settings {
        agent_name,
        default_territory,
        media_base_url: web_address(settings.media_base_url, "The place for pictures")?,
        webhook_base_url: web_address(settings.webhook_base_url, "The address for webhooks")?,
        ..settings
    })
}

/// An address that Twilio can reach: https, or http on this machine for trying things out.
fn web_address(text: Option<String>, what: &str) -> Result<Option<String>, ApiError> {
    let Some(text) = text
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
    else {
        return Ok(None);
    };
    let is_usable = Url::parse(&text).is_ok_and(|url| {
        let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        (url.scheme() == "https" || (url.scheme() == "http" && is_local))
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    if is_usable {
        Ok(Some(text))
    } else {
        Err(ApiError::new(
            ErrorCode::InvalidInput,
            format!("{what} is not a usable web address."),
            "It starts with https:// and has neither a password nor a question mark in it.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(change: impl FnOnce(&mut Settings)) -> ErrorCode {
        let mut settings = Settings::default();
        change(&mut settings);
        checked(settings).unwrap_err().code
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        assert_eq!(
            error(|settings| settings.undo_seconds = 31),
            ErrorCode::InvalidInput
        );
        assert_eq!(
            error(|settings| settings.late_after_minutes = 0),
            ErrorCode::InvalidInput
        );
        assert_eq!(
            error(|settings| settings.agent_name = "x".repeat(61)),
            ErrorCode::InvalidInput
        );
        for address in [
            "http://example.com",
            "https://a:b@example.com",
            "ftp://x",
            "x",
            "https://x?y",
        ] {
            let address = address.to_owned();
            assert_eq!(
                error(|settings| settings.media_base_url = Some(address)),
                ErrorCode::InvalidInput
            );
        }
    }

    #[test]
    fn what_was_typed_is_trimmed_and_nothing_typed_is_nothing() {
        let settings = checked(Settings {
            agent_name: " Ana ".to_owned(),
            media_base_url: Some(" https://pictures.example/in ".to_owned()),
            webhook_base_url: Some("  ".to_owned()),
            ..Settings::default()
        })
        .unwrap();
        assert_eq!(settings.agent_name, "Ana");
        assert_eq!(
            settings.media_base_url.as_deref(),
            Some("https://pictures.example/in")
        );
        assert_eq!(settings.webhook_base_url, None);
    }
}
